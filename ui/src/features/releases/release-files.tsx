import { FileText } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileChange } from "@/api/generated";
import { DiffView, useDiffLook } from "@/components/diff/diff-view";
import { Segmented } from "@/components/segmented";

/** The files that a release changed; a few as tabs, more in a list. */
export function ReleaseFiles({ files }: { files: readonly FileChange[] }) {
  const { t } = useTranslation("releases");
  const [path, setPath] = useState<string>();
  const [look, control] = useDiffLook();
  const file = files.find((one) => one.path === path) ?? files[0];
  if (!file) return null;
  return (
    <section aria-label={t("diff")} className="min-w-0 overflow-hidden rounded-panel border border-line">
      <header className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line py-1.5 pr-3 pl-4">
        <FileText size={16} className="flex-none text-fg-muted" />
        {files.length > 1 && files.length <= 3 ? (
          <Segmented
            label={t("file")}
            value={file.path}
            onChange={setPath}
            segments={files.map((one) => ({ value: one.path, label: one.path }))}
          />
        ) : files.length > 3 ? (
          <select
            aria-label={t("file")}
            value={file.path}
            onChange={(event) => setPath(event.target.value)}
            className="mono h-control min-w-0 rounded-control border border-line-control bg-surface px-1.5 text-fg"
          >
            {files.map((one) => (
              <option key={one.path} value={one.path}>
                {one.path}
              </option>
            ))}
          </select>
        ) : (
          <span className="mono clip" title={file.path} data-selectable>
            {file.path}
          </span>
        )}
        <span className="mono whitespace-nowrap">
          <span className="text-diff-add-text">+{file.linesAdded}</span>{" "}
          <span className="text-diff-del-text">−{file.linesRemoved}</span>
        </span>
        <span className="flex-1" />
        {!file.isLarge && control}
      </header>
      {file.isLarge ? (
        <pre className="mono max-h-96 overflow-auto p-4 leading-5">{file.diff}</pre>
      ) : (
        <DiffView diff={file} look={look} className="max-h-96" />
      )}
    </section>
  );
}
