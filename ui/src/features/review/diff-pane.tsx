import { useTranslation } from "react-i18next";
import type { FileChange, Plan } from "@/api/generated";
import { DiffView, useDiffLook } from "@/components/diff/diff-view";
import { FileHead } from "@/components/diff/file-head";
import { StateGlyph } from "@/components/state";
import { Empty } from "@/components/states";
import { useDates } from "@/lib/dates";

/** One file before and after, byte for byte, with what can be counted of it. */
export function DiffPane({
  plan,
  file,
  onFile,
}: {
  plan: Plan | undefined;
  file: FileChange | undefined;
  onFile: (path: string) => void;
}) {
  const { t } = useTranslation("review");
  const [look, control] = useDiffLook();
  if (!plan || !file) return <Empty title={t("noFile")} />;
  return (
    <section aria-label={t("diff")} className="flex min-h-0 min-w-0 flex-col">
      <FileHead label={t("file")} files={plan.files} file={file} onFile={onFile} className="h-11 flex-none gap-3 px-4">
        <span className="text-small whitespace-nowrap text-fg-muted max-wide:hidden">
          {t("lines", { count: file.lines, changed: file.linesAdded })}
        </span>
        {!file.isLarge && control}
      </FileHead>
      {look.mode === "split" && !file.isLarge && <Sides plan={plan} />}
      {file.isLarge ? (
        <LargeDiff diff={file.diff} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col">
          <DiffView diff={file} look={look} className="min-h-0 flex-1" />
        </div>
      )}
      <Exactness file={file} />
    </section>
  );
}

function Sides({ plan }: { plan: Plan }) {
  const { t } = useTranslation("review");
  return (
    <div className="grid h-8 flex-none grid-cols-2 items-center border-b border-line bg-sunken text-small">
      <span className="clip px-12">
        <span className="mono">
          {plan.target.checkout}@{plan.base.slice(0, 7)}
        </span>{" "}
        <span className="text-fg-muted">{t("before")}</span>
      </span>
      <span className="clip px-12">
        {t("after")} <span className="text-fg-muted">{t("afterHint")}</span>
      </span>
    </div>
  );
}

/** A file that is too large for an editor is shown as `git diff` prints it. */
function LargeDiff({ diff }: { diff: string }) {
  const { t } = useTranslation("review");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={t("diff")} tabIndex={0} className="focus-inset min-h-0 flex-1 overflow-auto p-4">
      <p className="mb-2 text-small text-fg-muted">{t("large")}</p>
      <pre className="mono leading-5">{diff}</pre>
    </section>
  );
}

function Exactness({ file }: { file: FileChange }) {
  const { t } = useTranslation("review");
  const dates = useDates();
  const ends = t(`ends.${file.lineEnds}`);
  return (
    <footer className="flex h-9 flex-none items-center gap-2 border-t border-line bg-sunken px-4 text-small">
      <StateGlyph tone="healthy" size={14} />
      <span className="font-medium whitespace-nowrap">{t("bytes", { count: file.bytesChanged })}</span>
      <span className="flex-1" />
      <span className="clip text-fg-muted">
        {t("sizes", { before: dates.number(file.bytesBefore), after: dates.number(file.bytesAfter) })}
        {" · "}
        {file.endsWithNewline ? t("endsKept", { ends }) : t("endsOpen", { ends })}
      </span>
    </footer>
  );
}
