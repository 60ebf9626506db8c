import clsx from "clsx";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileChange, Proposal, ProposalStep, StepVerb } from "@/api/generated";
import { type DiffLook, DiffView, useDiffLook } from "@/components/diff/diff-view";
import { Empty } from "@/components/states";
import { combination, isWriting } from "@/lib/keys";
import { FilesSide } from "./files-side";

const colours: Partial<Record<StepVerb, string>> = {
  create: "text-diff-add-text",
  change: "text-degraded",
  delete: "text-diff-del-text",
};

/** What is made, changed and deleted, one object or file at a time, each with its diff. */
export function FilesBody({
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
  const [selected, setSelected] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  // The keys of the sheet start at its first line, and not at the button that closes it.
  useEffect(() => list.current?.querySelector<HTMLElement>("[aria-current]")?.focus(), []);
  const changed = proposal.steps.filter(({ file }) => file !== null);
  const rest = proposal.steps.filter(({ file }) => file === null);
  const shown = changed.find(({ object }) => object === selected) ?? changed[0];
  if (shown === undefined) {
    return (
      <div className="p-5">
        <Kept steps={rest} />
      </div>
    );
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const key = combination(event.nativeEvent);
    if (isWriting(event.target) || (key !== "j" && key !== "k")) return;
    event.preventDefault();
    const next = changed[changed.indexOf(shown) + (key === "j" ? 1 : -1)];
    if (next) setSelected(next.object);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the list's keys, whose lines are buttons
    <div
      className="grid min-h-0 flex-1 grid-cols-[256px_minmax(0,1fr)_304px] max-wide:grid-cols-[212px_minmax(0,1fr)_256px] max-[900px]:grid-cols-1 max-[900px]:overflow-auto"
      onKeyDown={onKeyDown}
    >
      <div className="min-h-0 overflow-auto border-r border-line">
        <ul ref={list} aria-label={t("steps")}>
          {changed.map((step) => (
            <Line key={step.object} step={step} isShown={step === shown} onShow={() => setSelected(step.object)} />
          ))}
        </ul>
        {rest.length > 0 && (
          <div className="px-5 py-4">
            <Kept steps={rest} />
          </div>
        )}
      </div>
      {shown.file ? <Pane key={shown.object} file={shown.file} /> : <Empty title={t("noDiff")} />}
      <FilesSide proposal={proposal} frozen={frozen} message={message} onMessage={onMessage} />
    </div>
  );
}

function Line({ step, isShown, onShow }: { step: ProposalStep; isShown: boolean; onShow: () => void }) {
  const { t } = useTranslation("proposal");
  const at = step.object.lastIndexOf(step.place.at === "cluster" ? " " : "/");
  return (
    <li>
      <button
        type="button"
        aria-current={isShown || undefined}
        onClick={onShow}
        className={clsx(
          "focus-inset flex w-full flex-col items-start border-b border-line-faint px-5 py-2.5 text-left",
          isShown ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-hover",
        )}
      >
        <span className="flex w-full items-baseline gap-2">
          <span className={clsx("flex-none text-small font-medium", colours[step.verb])}>{t(`verb.${step.verb}`)}</span>
          <span className="clip text-small text-fg-muted">{step.object.slice(0, Math.max(0, at))}</span>
          <span className="flex-1" />
          {step.file && (
            <span className="mono text-small whitespace-nowrap">
              {step.file.linesAdded > 0 && <span className="text-diff-add-text">+{step.file.linesAdded}</span>}{" "}
              {step.file.linesRemoved > 0 && <span className="text-diff-del-text">−{step.file.linesRemoved}</span>}
            </span>
          )}
        </span>
        <span className="clip max-w-full" title={step.object}>
          {step.object.slice(at + 1)}
        </span>
      </button>
    </li>
  );
}

/** What stays as it is: it was looked at, and nothing is done with it. */
function Kept({ steps }: { steps: readonly ProposalStep[] }) {
  const { t } = useTranslation("proposal");
  const title = t(steps[0]?.verb === "use" ? "used" : "kept");
  return (
    <section aria-label={title} className="text-small">
      <h3 className="mb-1 font-medium">{title}</h3>
      <ul className="flex flex-col gap-0.5 text-fg-secondary">
        {steps.map(({ object }) => (
          <li key={object} className="wrap-anywhere">
            {object}
          </li>
        ))}
      </ul>
    </section>
  );
}

const oneSided: DiffLook = { mode: "unified", whole: true };

function Pane({ file }: { file: FileChange }) {
  const { t } = useTranslation("proposal");
  const [look, control] = useDiffLook();
  // Of what is new or goes there is only one side.
  const isWhole = file.before === "" || file.after === "";
  return (
    <section aria-label={t("diff")} className="flex min-h-0 min-w-0 flex-col">
      <header className="flex h-11 flex-none items-center gap-3 border-b border-line px-4">
        <span className="mono clip" title={file.path} data-selectable>
          {file.path}
        </span>
        <span className="flex-1" />
        {!file.isLarge && !isWhole && control}
      </header>
      {file.isLarge ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section aria-label={t("diff")} tabIndex={0} className="focus-inset min-h-0 flex-1 overflow-auto p-4">
          <pre className="mono leading-5">{file.diff}</pre>
        </section>
      ) : (
        <div className="flex min-h-0 flex-1 flex-col">
          <DiffView diff={file} look={isWhole ? oneSided : look} className="min-h-0 flex-1" />
        </div>
      )}
    </section>
  );
}
