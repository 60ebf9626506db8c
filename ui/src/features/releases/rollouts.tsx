import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { ReleaseDetail, RolloutRow, RolloutState, TrailState } from "@/api/generated";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { Glyph } from "@/components/glyph";
import { State, StateGlyph, type StateTone } from "@/components/state";
import { Quote } from "@/components/states";
import { useOpenReview } from "@/domain/review";
import { useDates } from "@/lib/dates";
import { ms, msOf } from "@/lib/moment";

const tones: Record<RolloutState, StateTone> = {
  moving: "progressing",
  stuck: "failed",
  healthy: "healthy",
  unseen: "degraded",
  overtaken: "observe",
};

const stepTones: Record<TrailState, StateTone> = {
  done: "healthy",
  working: "progressing",
  waiting: "waiting",
  failed: "failed",
  unknown: "waiting",
};

/** How far a release is in each cluster that follows it; where it is stuck, in whose words, and the way back. */
export function Rollouts({ detail }: { detail: ReleaseDetail }) {
  const { t } = useTranslation("releases");
  if (detail.rollouts.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 font-strong">{t("clusters")}</h3>
      <ul className="overflow-hidden rounded-panel border border-line">
        {detail.rollouts.map((rollout) => (
          <Rollout key={rollout.cluster} rollout={rollout} detail={detail} />
        ))}
      </ul>
    </section>
  );
}

function Rollout({ rollout, detail }: { rollout: RolloutRow; detail: ReleaseDetail }) {
  const { t } = useTranslation("releases");
  const dates = useDates();
  const openReview = useOpenReview();
  const isStuck = rollout.state === "stuck";
  return (
    <li className={clsx("border-b border-line-faint px-4 py-2.5 last:border-b-0", isStuck && "bg-failed-tint")}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Link to="/clusters" search={{ show: rollout.cluster }} className="link font-medium">
          {rollout.cluster}
        </Link>
        <State tone={tones[rollout.state]} className="text-small">
          {t(`rollout.${rollout.state}`)}
          {rollout.reason !== "" && <span className="text-fg-secondary"> {rollout.reason}</span>}
        </State>
        <span className="flex-1" />
        <Age at={ms(rollout.updatedAt)} className="text-small text-fg-muted" />
      </div>
      <ol
        aria-label={t("rolloutSteps", { cluster: rollout.cluster })}
        className="mt-1 flex flex-wrap gap-x-5 gap-y-0.5 text-small"
      >
        {rollout.steps.map((step) => {
          const at = msOf(step.at);
          return (
            <li key={step.step} className="inline-flex items-center gap-1.5" title={step.words}>
              <StateGlyph tone={stepTones[step.state]} size={14} />
              <span className="sr-only">{t(`stepState.${step.state}`)}</span>
              <span className={clsx(step.state === "waiting" && "text-fg-muted")}>{t(`step.${step.step}`)}</span>
              {at !== undefined && (
                <span className="text-fg-muted" data-figure>
                  {dates.time(at)}
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {isStuck && (
        <div className="mt-2 flex flex-col items-start gap-2">
          {rollout.words !== "" && <Quote>{rollout.words}</Quote>}
          {detail.undo.can === "yes" && (
            <Button
              icon={<Glyph name="rolledBack" size={14} />}
              onClick={() => openReview({ intent: "undo", release: detail.row.release })}
            >
              {t("undo")}
            </Button>
          )}
        </div>
      )}
      {!isStuck && rollout.request !== "" && rollout.state === "moving" && (
        <p className="mt-1 text-small text-fg-muted">{rollout.request}</p>
      )}
    </li>
  );
}
