import { useTranslation } from "react-i18next";
import type { PolicyPage } from "@/api/generated";
import { LinkButton } from "@/components/button";
import { Note } from "@/components/states";
import { useOpenProposal } from "@/domain/proposal";

/** Says that a cluster writes the policy's markers, and leads to the way to change that. */
export function WriterNote({ page }: { page: PolicyPage }) {
  const { t } = useTranslation("policy");
  const { propose, isPending } = useOpenProposal();
  return page.automations.map(
    ({ automation, writer }) =>
      writer && (
        <div key={`${automation.namespace}/${automation.name}`} className="px-6 pt-4 max-wide:px-4">
          <Note tone="observe">
            {t("writer", writer)}{" "}
            <LinkButton
              disabled={isPending}
              onClick={() => propose({ wish: "handOver", automation, cluster: writer.cluster, to: "here" })}
            >
              {t("takeOver")}
            </LinkButton>
          </Note>
        </div>
      ),
  );
}
