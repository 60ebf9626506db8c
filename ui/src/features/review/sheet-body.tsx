import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { HoldDraft, Plan, Review, StartedRelease } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { Note } from "@/components/states";
import { sayError } from "@/domain/error-words";
import { combination, isWriting } from "@/lib/keys";
import { ChangeList } from "./change-list";
import { DiffPane } from "./diff-pane";
import { PlanSide } from "./plan-side";
import { SheetFoot } from "./sheet-foot";
import { fileOf, planKey, releasable, releaseRequest, stopsOf } from "./sheet-state";

/** Changes, diff and commit side by side, and the buttons below them. */
export function SheetBody({ review, onClose }: { review: Review; onClose: () => void }) {
  const { t } = useTranslation("review");
  const replan = useAct("replan");
  const release = useAct("release");
  const discard = useAct("discardReview");
  const [selected, setSelected] = useState<string>();
  const [path, setPath] = useState<string>();
  const [messages, setMessages] = useState<ReadonlyMap<string, string>>(new Map());
  const [hold, setHold] = useState<HoldDraft | undefined>(review.hold ?? undefined);
  const [started, setStarted] = useState<{ releases: StartedRelease[]; titles: Map<string, string> }>();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());

  const body = useRef<HTMLDivElement>(null);
  // The keys of the sheet start at its first change, and not at the button that closes it.
  useEffect(() => body.current?.querySelector<HTMLElement>("[aria-current]")?.focus(), []);

  const stops = stopsOf(review);
  const stop = stops.find(({ key }) => key === selected) ?? stops[0];
  const plan = stop?.plan ?? review.plans[0];
  const file = plan?.files.find((one) => one.path === path) ?? (stop && fileOf(stop));
  const frozen = started !== undefined || release.isPending;
  // Edits that are not the ones a person looked at must be looked at first.
  const unseen = review.plans.filter((one) => one.freshness === "otherEdits" && !seen.has(one.plan));
  const messageOf = (one: Plan) => messages.get(planKey(one)) ?? one.message;
  const wordless = releasable(review).some((one) => messageOf(one).trim() === "");

  const select = (key: string) => {
    setSelected(key);
    setPath(undefined);
  };
  const step = (by: number) => {
    const at = stops.findIndex(({ key }) => key === stop?.key);
    const next = stops[Math.max(0, Math.min(stops.length - 1, at + by))];
    if (next) select(next.key);
  };
  const takeOut = (from: Plan, change: string) =>
    replan.mutate(
      {
        review: review.review,
        keep: review.plans.map((one) => ({
          plan: one.plan,
          changes: one.changes.map((each) => each.change).filter((each) => one.plan !== from.plan || each !== change),
        })),
      },
      { onError: sayError },
    );
  const canRelease = releasable(review).length > 0 && unseen.length === 0 && !wordless && !frozen && !replan.isPending;
  const go = () => {
    if (!canRelease) return;
    release.mutate(releaseRequest(review, messages, hold), {
      onSuccess: ({ releases }) =>
        setStarted({ releases, titles: new Map(review.plans.map((one) => [one.plan, one.target.source])) }),
    });
  };
  const throwAway = () => discard.mutate({ review: review.review }, { onSuccess: onClose, onError: sayError });

  const onKeyDown = (event: KeyboardEvent) => {
    const key = combination(event.nativeEvent);
    if (key === "Mod+Enter") go();
    else if (!isWriting(event.target) && (key === "j" || key === "k")) step(key === "j" ? 1 : -1);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the sheet's keys, which all have buttons
    <div ref={body} className="flex h-full min-h-0 flex-col" onKeyDown={onKeyDown}>
      {unseen.length > 0 && (
        <div className="border-b border-line p-3" role="alert">
          <Note tone="degraded">
            <span className="font-medium">{t("otherEdits")}</span>{" "}
            <button
              type="button"
              className="link font-medium"
              onClick={() => setSeen(new Set([...seen, ...unseen.map((one) => one.plan)]))}
            >
              {t("otherEditsSeen")}
            </button>
          </Note>
        </div>
      )}
      <div className="grid min-h-0 flex-1 grid-cols-[256px_minmax(0,1fr)_304px] max-wide:grid-cols-[212px_minmax(0,1fr)_256px] max-[900px]:grid-cols-1 max-[900px]:overflow-auto">
        <ChangeList
          review={review}
          selected={stop?.key}
          frozen={frozen || replan.isPending}
          onSelect={select}
          onKeep={takeOut}
        />
        <DiffPane plan={plan} file={file} onFile={setPath} />
        {plan && (
          <PlanSide
            key={planKey(plan)}
            plan={plan}
            title={stop?.plan.changes[stop.at]?.title ?? plan.target.source}
            message={messageOf(plan)}
            frozen={frozen}
            onMessage={(message) => setMessages(new Map(messages).set(planKey(plan), message))}
            hold={hold}
            onHold={review.hold ? setHold : undefined}
          />
        )}
      </div>
      <SheetFoot
        review={review}
        started={started}
        error={release.error}
        busy={release.isPending || replan.isPending}
        canRelease={canRelease}
        onReplan={() => replan.mutate({ review: review.review }, { onError: sayError })}
        onDiscard={throwAway}
        onRelease={go}
        onClose={onClose}
      />
    </div>
  );
}
