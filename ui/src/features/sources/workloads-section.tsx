import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { ExportDialog } from "./export-dialog";

/** The workloads whose images nobody looks after, and the way to change that. */
export function WorkloadsSection({ source }: { source: string }) {
  const { t } = useTranslation("sources");
  const { data } = useAsk("exportables", { source });
  const [open, setOpen] = useState(false);
  const all = data?.workloads ?? [];
  if (all.length === 0) return null;
  const unmarked = all.filter(({ isMarked }) => !isMarked).length;
  return (
    <section>
      <h3 className="mb-1 font-strong">{t("workloads.title")}</h3>
      <p className="mb-2 text-small text-fg-secondary">
        {unmarked === 0 ? t("workloads.none") : t("workloads.some", { count: unmarked })}
      </p>
      {unmarked > 0 && <Button onClick={() => setOpen(true)}>{t("workloads.export")}</Button>}
      <ExportDialog source={source} workloads={all} open={open} onClose={() => setOpen(false)} />
    </section>
  );
}
