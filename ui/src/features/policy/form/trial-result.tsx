import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/client";
import type { Trial, TrialTag } from "@/api/generated";
import { StepBadge } from "@/components/chip";
import { Note, Pending } from "@/components/states";
import { ErrorText } from "@/domain/error-words";
import { ProblemText } from "@/domain/policy-problem";
import { useStepWord } from "@/domain/step";
import { MarkGlyph } from "../timeline/legend";
import { useReasonWords } from "../timeline/tag-words";
import { reasonOf } from "../timeline-data";

const shown = 6;

/** Which tag wins under the rule that is tried, which come in, and which fall out with their reasons. */
export function TrialResult({
  trial,
  error,
  chosen,
  pending,
}: {
  trial: Trial | undefined;
  error: ApiError | null;
  /** What the rule in Git chooses. */
  chosen: string | null;
  pending: boolean;
}) {
  const { t } = useTranslation("policy");
  if (error && !trial) {
    return (
      <div className="border-t border-line px-4 py-3">
        <Note tone="failed">
          <ErrorText error={error} />
        </Note>
      </div>
    );
  }
  if (!trial) {
    return <div className="border-t border-line px-4 py-3">{pending && <Pending width="50%" />}</div>;
  }
  return (
    <div className="border-t border-line" aria-live="polite">
      <Verdict trial={trial} chosen={chosen} />
      {trial.problem && (
        <div className="px-4 py-2">
          <Note tone="failed">
            <ProblemText problem={trial.problem} />
          </Note>
        </div>
      )}
      <ul>
        {trial.chosen !== null && (
          <TagLine
            tag={trial.chosen}
            kind="chosen"
            words={trial.extracted ? t("trial.from", { text: trial.extracted }) : t("trial.wins")}
          />
        )}
        {trial.comeIn
          .filter((tag) => tag.tag !== trial.chosen)
          .slice(0, shown)
          .map((tag) => (
            <TagLine key={tag.tag} tag={tag.tag} kind="in" words={<ReasonOf trial={trial} tag={tag} />} />
          ))}
        {trial.fallOut.slice(0, shown).map((tag) => (
          <TagLine key={tag.tag} tag={tag.tag} kind="out" words={<ReasonOf trial={trial} tag={tag} />} />
        ))}
      </ul>
      <p className="px-4 py-2 text-small text-fg-muted">
        {t("trial.counts", {
          count: trial.counts.tags,
          filtered: trial.counts.excluded + trial.counts.filtered,
          outside: trial.counts.outside,
          matching: trial.counts.matching,
        })}
      </p>
    </div>
  );
}

function Verdict({ trial, chosen }: { trial: Trial; chosen: string | null }) {
  const { t } = useTranslation("policy");
  const badge = useStepWord()(trial.change?.step ?? null);
  const differs = trial.chosen !== chosen;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line-faint bg-sunken px-4 py-2 text-small">
      {trial.chosen === null ? (
        <span>{t("trial.choosesNothing")}</span>
      ) : (
        <>
          <span>{differs ? t("trial.wouldChoose") : t("trial.chooses")}</span>
          <span className="mono font-medium">{trial.chosen}</span>
        </>
      )}
      {differs && chosen !== null && (
        <>
          <span>{t("trial.insteadOf")}</span>
          <span className="mono font-medium">{chosen}</span>
        </>
      )}
      {differs && badge && <StepBadge kind={badge.kind}>{badge.word}</StepBadge>}
      <span className="flex-1" />
      {(trial.counts.comeIn > 0 || trial.counts.fallOut > 0) && (
        <span className="whitespace-nowrap text-fg-muted">
          {t("trial.difference", { comeIn: trial.counts.comeIn, fallOut: trial.counts.fallOut })}
        </span>
      )}
    </div>
  );
}

function TagLine({ tag, kind, words }: { tag: string; kind: "chosen" | "in" | "out"; words: React.ReactNode }) {
  return (
    <li className="grid h-7 grid-cols-[20px_minmax(82px,max-content)_minmax(0,1fr)] items-center gap-2 border-b border-line-faint px-4 text-small">
      <span className="flex justify-center">
        <MarkGlyph
          mark={kind === "out" ? "passed" : "matches"}
          chosen={kind === "chosen"}
          size={kind === "chosen" ? 20 : 14}
        />
      </span>
      <span className="mono clip max-w-50">{tag}</span>
      <span className="clip text-fg-secondary">{words}</span>
    </li>
  );
}

function ReasonOf({ trial, tag }: { trial: Trial; tag: TrialTag }) {
  const { t } = useTranslation("policy");
  const words = useReasonWords();
  const reason = tag.reason === null ? undefined : trial.reasons[tag.reason];
  return reason ? words(reasonOf(reason)) : t("trial.wins");
}
