import clsx from "clsx";
import { GitCommitHorizontal } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Change, LeftOut, Plan, Review } from "@/api/generated";
import { Checkbox } from "@/components/checkbox";
import { StepBadge } from "@/components/chip";
import { Note } from "@/components/states";
import { useErrorWords } from "@/domain/error-words";
import { FieldChanges } from "@/domain/field-changes";
import { PlaceText } from "@/domain/place-text";
import { useStepWord, versionText } from "@/domain/step";
import { useLanguage } from "@/lib/i18n";
import { planKey, stopKey } from "./sheet-state";

/** The changes with their reasons, a commit after the other. A change can be taken out while nothing was released. */
export function ChangeList({
  review,
  selected,
  frozen,
  onSelect,
  onKeep,
}: {
  review: Review;
  selected: string | undefined;
  frozen: boolean;
  onSelect: (key: string) => void;
  onKeep: (plan: Plan, change: string) => void;
}) {
  const { t } = useTranslation("review");
  const only = review.plans.reduce((sum, plan) => sum + plan.changes.length, 0) <= 1;
  return (
    <div className="min-h-0 overflow-auto border-r border-line">
      {review.plans.map((plan, index) => (
        <section key={planKey(plan)} aria-label={t("commit", { at: index + 1, of: review.plans.length })}>
          <h3 className="flex h-9 items-center gap-2 border-b border-line bg-sunken px-5 text-small max-wide:px-4 text-fg-muted">
            <GitCommitHorizontal size={14} />
            <span className="mono clip text-fg">{plan.target.source}</span>
            <span className="clip">
              {review.plans.length > 1 ? t("commit", { at: index + 1, of: review.plans.length }) : plan.target.branch}
            </span>
          </h3>
          <ul>
            {plan.changes.map((change) => {
              const key = stopKey(plan, change.change);
              return (
                <ChangeLine
                  key={key}
                  change={change}
                  isSelected={key === selected}
                  onSelect={() => onSelect(key)}
                  onTakeOut={frozen || only ? undefined : () => onKeep(plan, change.change)}
                />
              );
            })}
          </ul>
        </section>
      ))}
      {review.leftOut.length > 0 && <LeftOutList left={review.leftOut} />}
    </div>
  );
}

function ChangeLine({
  change,
  isSelected,
  onSelect,
  onTakeOut,
}: {
  change: Change;
  isSelected: boolean;
  onSelect: () => void;
  onTakeOut: (() => void) | undefined;
}) {
  const { t } = useTranslation("review");
  const badge = useStepWord()(change.version?.step ?? null);
  const reason = useChangeReason();
  return (
    <li
      className={clsx(
        "relative flex gap-2.5 border-b border-line px-5 py-3 max-wide:px-4",
        isSelected ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-active",
      )}
    >
      <span className="relative z-10 pt-0.75">
        <Checkbox
          label={t("keep", { name: change.title })}
          checked
          disabled={!onTakeOut}
          onChange={() => onTakeOut?.()}
        />
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          {/* The button's area is the whole line; the box above it stays its own. */}
          <button
            type="button"
            aria-current={isSelected || undefined}
            onClick={onSelect}
            className="clip flex-1 text-left font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {change.title}
          </button>
          {badge && <StepBadge kind={badge.kind}>{badge.word}</StepBadge>}
        </div>
        {change.version && (
          // What will be released is never cut: the new version takes a line of its own where both don't fit.
          <div className="flex flex-wrap items-baseline text-small">
            {change.version.from && (
              <span className="mr-1.5 inline-flex min-w-0 items-baseline gap-1.5 text-fg-secondary">
                <span className="mono wrap-anywhere">{versionText(change.version.from)}</span>
                <span aria-hidden="true" className="text-fg-muted">
                  →
                </span>
              </span>
            )}
            <span className="mono font-medium wrap-anywhere">{versionText(change.version.to)}</span>
          </div>
        )}
        <FieldChanges fields={change.fields} />
        <p className="mt-1 text-small text-fg-secondary">{reason(change)}</p>
        {change.edits.map(({ place }) => (
          <div key={`${place.path}:${place.line}:${place.column}`} className="mt-0.5 flex min-w-0">
            <PlaceText place={place} withSource={false} />
          </div>
        ))}
      </div>
    </li>
  );
}

/** Why a change is in the plan. English is the engine's own sentence. */
function useChangeReason(): (change: Change) => string {
  const { t } = useTranslation("review");
  const english = useLanguage() !== "zh-CN";
  return ({ reason, because, version, fields }) => {
    if (english) return reason;
    if (fields.length > 0) return t("because.rewritten");
    const tag = version ? versionText(version.to) : "";
    switch (because.by) {
      case "rule":
        return t("because.rule", { rule: `${because.rule} ${because.value}`, tag });
      case "person":
        return t("because.person", { tag });
      case "unknown":
        return "";
    }
  };
}

/** What was asked for and is in no plan, each with its reason: nothing falls out silently. */
function LeftOutList({ left }: { left: readonly LeftOut[] }) {
  const { t } = useTranslation("review");
  const words = useErrorWords();
  return (
    <section aria-label={t("leftOut")} className="p-3">
      <Note tone="degraded">
        <h3 className="mb-1 font-medium">{t("leftOut")}</h3>
        <ul className="flex flex-col gap-1.5">
          {left.map(({ policy, why }) => (
            <li key={policy ? `${policy.source}/${policy.namespace}/${policy.name}` : why.message}>
              {policy && <b className="font-medium">{policy.name}: </b>}
              {words(why).head} {words(why).quote && <span className="mono">{words(why).quote}</span>}
              <span className="text-fg-secondary"> {words(why).next}</span>
            </li>
          ))}
        </ul>
      </Note>
    </section>
  );
}
