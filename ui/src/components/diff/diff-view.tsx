import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Segmented } from "../segmented";
import { PendingRows } from "../states";

export type DiffMode = "split" | "unified";

/** One file before and after, byte for byte. */
export interface FileDiff {
  path: string;
  before: string;
  after: string;
}

const Editor = lazy(() => import("./diff-editor"));

/** A file's change, split or unified. The editor behind it is loaded when the first diff is looked at. */
export function DiffView({ diff, mode, className }: { diff: FileDiff; mode: DiffMode; className?: string }) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={<PendingRows count={6} label={t("diff.loading")} />}>
      <Editor diff={diff} mode={mode} label={t("diff.label", { path: diff.path })} className={className} />
    </Suspense>
  );
}

/** The mode and the control for it; wide windows start split. */
export function useDiffMode(): [DiffMode, React.ReactNode] {
  const { t } = useTranslation();
  const [mode, setMode] = useState<DiffMode>(() => (window.innerWidth > 1180 ? "split" : "unified"));
  return [
    mode,
    <Segmented
      key="mode"
      label={t("diff.view")}
      value={mode}
      onChange={setMode}
      segments={[
        { value: "split", label: t("diff.split") },
        { value: "unified", label: t("diff.unified") },
      ]}
    />,
  ];
}
