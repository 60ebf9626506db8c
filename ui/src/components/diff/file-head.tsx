import clsx from "clsx";
import { FileText } from "lucide-react";
import type { ReactNode } from "react";
import { Segmented } from "../segmented";
import { Select } from "../select";

interface CountedFile {
  path: string;
  linesAdded: number;
  linesRemoved: number;
}

/** Over a diff: which file it is, how much changes in it, and how it is looked at. Up to `tabs` files are tabs, more a list. */
export function FileHead({
  label,
  files,
  file,
  onFile,
  tabs = 1,
  className,
  children,
}: {
  /** What is chosen, for who hears it. */
  label: string;
  files: readonly CountedFile[];
  file: CountedFile;
  onFile: (path: string) => void;
  tabs?: number;
  className?: string;
  children?: ReactNode;
}) {
  const options = files.map(({ path }) => ({ value: path, label: path }));
  return (
    <header className={clsx("flex items-center border-b border-line", className)}>
      <FileText size={16} className="flex-none text-fg-muted" />
      {files.length === 1 ? (
        <span className="mono clip" title={file.path} data-selectable>
          {file.path}
        </span>
      ) : files.length <= tabs ? (
        <Segmented label={label} value={file.path} onChange={onFile} segments={options} />
      ) : (
        <Select aria-label={label} value={file.path} onChange={onFile} options={options} className="mono" />
      )}
      <span className="mono whitespace-nowrap">
        <span className="text-diff-add-text">+{file.linesAdded}</span>{" "}
        <span className="text-diff-del-text">−{file.linesRemoved}</span>
      </span>
      <span className="flex-1" />
      {children}
    </header>
  );
}
