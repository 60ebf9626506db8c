import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { TrailState, TrailStep } from "@/api/generated";
import { StateGlyph, type StateTone } from "@/components/state";
import { useDates } from "@/lib/dates";
import { useLanguage } from "@/lib/i18n";
import { joinClauses } from "@/lib/list";
import { msOf } from "@/lib/moment";

const tones: Record<TrailState, StateTone> = {
  done: "healthy",
  working: "progressing",
  waiting: "waiting",
  failed: "failed",
  unknown: "waiting",
};

/** The six steps of a release, always all of them: what is not known says so. */
export function Trail({ steps }: { steps: readonly TrailStep[] }) {
  const { t } = useTranslation("releases");
  const dates = useDates();
  const english = useLanguage() !== "zh-CN";
  // A cluster's own words stay as they were said, in every language.
  const isHeard = (step: TrailStep) => step.step !== "planned" && step.step !== "pushed";
  const wordsOf = (step: TrailStep) => {
    const isTold = step.state === "done" || (isHeard(step) && step.state !== "waiting");
    if (!isTold || step.words === "") return t(`stepState.${step.state}`);
    if (english || isHeard(step)) return step.words;
    const commit = step.commit?.slice(0, 7);
    return commit === undefined
      ? t(`stepState.${step.state}`)
      : t(step.step === "planned" ? "onCommit" : "asCommit", { commit });
  };
  return (
    <ol
      aria-label={t("trail")}
      className="grid grid-cols-[repeat(auto-fit,minmax(100px,1fr))] overflow-hidden rounded-panel border border-line"
    >
      {steps.map((step) => {
        const at = msOf(step.at);
        return (
          <li
            key={step.step}
            className={clsx(
              "-mt-px -ml-px min-w-0 border-t border-l border-line px-2.5 py-2",
              step.state === "failed" && "bg-failed-tint",
            )}
          >
            <div className="flex items-center gap-1.5">
              <StateGlyph tone={tones[step.state]} />
              <span
                title={t(`step.${step.step}`)}
                className={clsx(
                  "clip font-medium",
                  (step.state === "waiting" || step.state === "unknown") && "font-regular text-fg-muted",
                )}
              >
                {t(`step.${step.step}`)}
              </span>
            </div>
            <div
              className="clip mt-0.5 text-small text-fg-secondary"
              title={joinClauses([wordsOf(step), step.words !== wordsOf(step) && step.words])}
            >
              {wordsOf(step)}
            </div>
            <div className="text-small text-fg-muted" data-figure>
              {at === undefined ? " " : dates.time(at)}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
