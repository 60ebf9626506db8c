import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTold } from "@/api/events";
import type { Proposal, ProposalCheck } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { LinkButton } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { State, StateGlyph } from "@/components/state";
import { RemedyLink } from "@/domain/remedy";

const installation = "https://fluxcd.io/flux/installation/#install-the-flux-cli";

/** The command that is run, what it says as it says it, and what was looked at afterwards. */
export function RunBody({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation("proposal");
  const { run, course, output } = proposal;
  const openLink = useAct("openLink");
  const lines = useLines(proposal.proposal, output);
  if (run === null) return null;
  const isBegun = course.course !== "proposed";
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto p-5">
      {!isBegun && <p className="text-fg-secondary">{t("explain.bootstrap")}</p>}
      <section
        aria-label={t("command")}
        className="flex items-start gap-2 rounded-panel border border-line bg-sunken p-3"
      >
        <code className="mono min-w-0 flex-1 leading-5 wrap-anywhere" data-selectable>
          {run.command.split(" ").map((word) => (
            <span key={word}>
              <span className="inline-block max-w-full">{word}</span>{" "}
            </span>
          ))}
        </code>
        <CopyButton text={run.command} label={t("copy")} />
      </section>
      {!isBegun && (
        <dl className="grid grid-cols-[80px_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-small">
          <dt className="text-fg-muted">{t("program")}</dt>
          <dd className="min-w-0">
            {run.program === null ? (
              <>
                <State tone="blocked">{t("noProgram")}</State>
                <LinkButton
                  className="ml-2"
                  title={installation}
                  onClick={() => openLink.mutate({ url: installation })}
                >
                  {t("install")}
                </LinkButton>
              </>
            ) : (
              <span className="mono wrap-anywhere">{run.program}</span>
            )}
          </dd>
          <dt className="text-fg-muted">{t("token")}</dt>
          <dd>
            {run.token ?? (
              <>
                <State tone="blocked">{t("noToken")}</State>
                {proposal.remedy && <RemedyLink remedy={proposal.remedy} className="ml-2" />}
              </>
            )}
          </dd>
        </dl>
      )}
      {isBegun && <Output lines={lines} />}
      {course.course === "done" && <Checks title={t("checks")} checks={course.checks} />}
      {course.course === "stopped" && <Checks title={t("leftBehind")} checks={course.checks} />}
    </div>
  );
}

/** What was said up to the answer, and since. */
function useLines(proposal: string, known: readonly string[]): readonly string[] {
  const [since, setSince] = useState<{ known: readonly string[]; lines: string[] }>({ known, lines: [] });
  useTold("output", (event) => {
    if (event.proposal !== proposal) return;
    setSince((before) => ({ known, lines: [...(before.known === known ? before.lines : []), event.line] }));
  });
  return since.known === known ? [...known, ...since.lines] : known;
}

function Output({ lines }: { lines: readonly string[] }) {
  const { t } = useTranslation("proposal");
  const box = useRef<HTMLPreElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the last line
  useEffect(() => {
    const { current } = box;
    // A browser may answer with a promise, which is no clean-up.
    if (current) current.scrollTop = current.scrollHeight;
  }, [lines.length]);
  return (
    <pre
      ref={box}
      role="log"
      aria-label={t("output")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="mono focus-inset h-64 min-h-24 flex-1 overflow-auto rounded-panel border border-line bg-sunken px-3 py-2 leading-5 wrap-anywhere whitespace-pre-wrap select-text"
    >
      {lines.length === 0 ? t("silent") : lines.join("\n")}
    </pre>
  );
}

function Checks({ title, checks }: { title: string; checks: readonly ProposalCheck[] }) {
  return (
    <section>
      <h3 className="mb-1.5 font-strong">{title}</h3>
      <ul className="overflow-hidden rounded-panel border border-line text-small">
        {checks.map(({ what, isFine, words }) => (
          <li
            key={what}
            className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-2 border-b border-line-faint px-3 py-1.5 last:border-b-0"
          >
            <StateGlyph tone={isFine ? "healthy" : "failed"} />
            <span className="min-w-0 wrap-anywhere">
              {what} <span className="text-fg-secondary">{words}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
