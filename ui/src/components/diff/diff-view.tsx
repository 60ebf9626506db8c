import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../button";
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

/** How a diff is shown. */
export interface DiffLook {
  mode: DiffMode;
  /** All lines, also those that did not change. */
  whole: boolean;
}

/** A file's change, split or unified. The editor behind it is loaded when the first diff is looked at. */
export function DiffView({ diff, look, className }: { diff: FileDiff; look: DiffLook; className?: string }) {
  const { t } = useTranslation();
  const words = { label: t("diff.label", { path: diff.path }), unchanged: t("diff.unchanged") };
  return (
    <Suspense fallback={<PendingRows count={6} label={t("diff.loading")} />}>
      <Editor diff={diff} mode={look.mode} whole={look.whole} words={words} className={className} />
    </Suspense>
  );
}

/** How diffs are shown and the controls for it; wide windows start split. */
export function useDiffLook(): [DiffLook, React.ReactNode] {
  const { t } = useTranslation();
  const [look, setLook] = useState<DiffLook>(() => ({
    mode: window.innerWidth > 1180 ? "split" : "unified",
    whole: false,
  }));
  return [
    look,
    <span key="look" className="inline-flex gap-2">
      <Button look="ghost" aria-pressed={look.whole} onClick={() => setLook({ ...look, whole: !look.whole })}>
        {look.whole ? t("diff.changedOnly") : t("diff.whole")}
      </Button>
      <Segmented<DiffMode>
        label={t("diff.view")}
        value={look.mode}
        onChange={(mode) => setLook({ ...look, mode })}
        segments={[
          { value: "split", label: t("diff.split") },
          { value: "unified", label: t("diff.unified") },
        ]}
      />
    </span>,
  ];
}
