import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Proposal, StepVerb } from "@/api/generated";
import { TextArea } from "@/components/text-area";
import { joinClauses } from "@/lib/list";
import { Notes, Obstacle } from "./notes";

const counted = ["create", "change", "delete", "keep", "use"] as const satisfies readonly StepVerb[];

/** Where it goes: the commit with its message, or the cluster with the revision. */
export function FilesSide({
  proposal,
  frozen,
  message,
  onMessage,
}: {
  proposal: Proposal;
  frozen: boolean;
  message: string;
  onMessage: (message: string) => void;
}) {
  const { t } = useTranslation("proposal");
  const id = useId();
  const { wish, commit, revision, steps } = proposal;
  const deletes = steps.filter(({ verb }) => verb === "delete").length;
  return (
    <div className="flex min-h-0 flex-col gap-3 overflow-auto border-l border-line p-4">
      {commit && (
        <div>
          <label htmlFor={id} className="mb-1.5 block font-strong">
            {t("message")}
          </label>
          <TextArea
            id={id}
            rows={7}
            value={message}
            disabled={frozen}
            aria-invalid={message.trim() === "" || undefined}
            onChange={(event) => onMessage(event.target.value)}
          />
        </div>
      )}
      <dl className="grid grid-cols-[80px_minmax(0,1fr)] gap-x-3 gap-y-2 text-small">
        {commit && (
          <>
            <dt className="text-fg-muted">{t("target")}</dt>
            <dd className="wrap-anywhere">
              {commit.source} <span className="mono">{commit.branch}</span>
            </dd>
            <dt className="text-fg-muted">{t("base")}</dt>
            <dd className="mono">{commit.base.slice(0, 7)}</dd>
          </>
        )}
        {wish.wish === "apply" && (
          <>
            <dt className="text-fg-muted">{t("cluster")}</dt>
            <dd className="wrap-anywhere">{wish.cluster}</dd>
            <dt className="text-fg-muted">{t("kustomization")}</dt>
            <dd className="wrap-anywhere">
              {wish.kustomization.namespace}/{wish.kustomization.name}{" "}
              <span className="text-fg-muted">{wish.kustomization.source}</span>
            </dd>
            <dt className="text-fg-muted">{t("revision")}</dt>
            <dd className="mono wrap-anywhere" title={revision ?? undefined}>
              {shortRevision(revision)}
            </dd>
          </>
        )}
        <dt className="text-fg-muted">{t("in")}</dt>
        <dd>
          {joinClauses(
            counted.map((verb) => {
              const count = steps.filter((step) => step.verb === verb).length;
              return count > 0 && t(`counted.${verb}`, { count });
            }),
          )}
        </dd>
      </dl>
      <p className="border-t border-line pt-3 text-small text-fg-secondary">
        {t(wish.wish === "export" ? "explain.export" : "explain.apply")}{" "}
        {deletes > 0 && <span className="font-medium text-fg">{t("prunes", { count: deletes })}</span>}
      </p>
      <Notes notes={proposal.notes} />
      <Obstacle proposal={proposal} />
    </div>
  );
}

function shortRevision(revision: string | null): string {
  return revision?.replace(/(?:sha1:)?([0-9a-f]{40})$/, (_, commit: string) => commit.slice(0, 7)) ?? "";
}
