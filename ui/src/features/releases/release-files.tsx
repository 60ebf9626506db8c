import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileChange } from "@/api/generated";
import { DiffView, useDiffLook } from "@/components/diff/diff-view";
import { FileHead } from "@/components/diff/file-head";

/** The files that a release changed; a few as tabs, more in a list. */
export function ReleaseFiles({ files }: { files: readonly FileChange[] }) {
  const { t } = useTranslation("releases");
  const [path, setPath] = useState<string>();
  const [look, control] = useDiffLook();
  const file = files.find((one) => one.path === path) ?? files[0];
  if (!file) return null;
  return (
    <section aria-label={t("diff")} className="min-w-0 overflow-hidden rounded-panel border border-line">
      <FileHead
        label={t("file")}
        files={files}
        file={file}
        onFile={setPath}
        tabs={3}
        className="min-h-10 flex-wrap gap-2 py-1.5 pr-3 pl-4"
      >
        {!file.isLarge && control}
      </FileHead>
      {file.isLarge ? (
        <pre className="mono max-h-96 overflow-auto p-4 leading-5">{file.diff}</pre>
      ) : (
        <DiffView diff={file} look={look} className="max-h-96" />
      )}
    </section>
  );
}
