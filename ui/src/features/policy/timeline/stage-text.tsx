import clsx from "clsx";
import { ChevronDown, ChevronRight } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSpan } from "@/components/age";
import { type DateWriter, useDates } from "@/lib/dates";
import { joinClauses } from "@/lib/list";
import { mergedKey } from "./layout/lanes";
import type { Plan, Scene } from "./layout/scene";
import type { Tick } from "./layout/ticks";
import type { Frame } from "./layout/view";
import { flagRise } from "./paint/paint";

/** The words over the canvas. They are hidden from screen readers, who get the tag under the cursor and the table. */
export const StageText = memo(function StageText({
  plan,
  scene,
  frame,
  hovered,
}: {
  plan: Plan;
  scene: Scene;
  frame: Frame;
  hovered: number | undefined;
}) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0 text-caption leading-4 text-fg-muted">
      <div className="absolute inset-y-0 right-0 overflow-hidden" style={{ left: frame.left }}>
        <AxisWords scene={scene} frame={frame} />
        {scene.lanes.map((lane) => (
          <LaneWords key={lane.lane.key} plan={plan} lane={lane} left={frame.left} hovered={hovered} />
        ))}
        <UpcomingWords scene={scene} left={frame.left} />
        <StepWords scene={scene} frame={frame} />
      </div>
    </div>
  );
});

function AxisWords({ scene, frame }: { scene: Scene; frame: Frame }) {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const nowSeen = scene.nowX >= frame.left && scene.nowX <= frame.right;
  const cooling = scene.bands.find((band) => band.kind === "cooling");
  const bandEnd = cooling ? Math.min(cooling.to, frame.right) : undefined;
  const bandWidth = cooling && bandEnd !== undefined ? bandEnd - Math.max(cooling.from, frame.left) : 0;
  const bandWords = bandWidth > 62 ? cooling?.label : undefined;
  // Ticks give way to the words of now and of the band.
  const blockedFrom = scene.nowX - (bandWords ? bandWidth : 0) - 4;
  const blockedTo = nowSeen ? scene.nowX + 80 : scene.nowX;
  return (
    <>
      {scene.ticks.major.map((tick) => {
        const cut = tick.x < frame.left - 4 || tick.x + 48 > frame.right;
        if (cut || (tick.x + 44 > blockedFrom && tick.x < blockedTo)) return null;
        return (
          <span
            key={tick.time}
            className="absolute top-2 whitespace-nowrap"
            style={{ transform: `translateX(${tick.x - frame.left + 5}px)` }}
          >
            {written(tick, dates)}
          </span>
        );
      })}
      {bandWords && bandEnd !== undefined && (
        <span
          className="absolute top-2 text-right whitespace-nowrap text-cooling"
          style={{ right: frame.right - bandEnd + 6 }}
        >
          {bandWords}
        </span>
      )}
      {nowSeen && (
        <span
          className="absolute top-2 font-strong whitespace-nowrap text-fg"
          style={{ transform: `translateX(${scene.nowX - frame.left + 6}px)` }}
        >
          {t("now", { time: dates.time(Date.now()) })}
        </span>
      )}
    </>
  );
}

function written(tick: Tick, dates: DateWriter): string {
  switch (tick.write) {
    case "minute":
      return dates.time(tick.time);
    case "month":
      return dates.month(tick.time);
    case "year":
      return dates.year(tick.time);
    default:
      return dates.day(tick.time);
  }
}

function LaneWords({
  plan,
  lane: { lane, labels, pills, flags },
  left,
  hovered,
}: {
  plan: Plan;
  lane: Scene["lanes"][number];
  left: number;
  hovered: number | undefined;
}) {
  return (
    <>
      {labels.map((label) => (
        <Centered key={label.index} x={label.x - left} y={lane.line + 10}>
          <span
            className={clsx(
              "font-mono",
              label.index === plan.chosen
                ? "font-strong text-fg"
                : plan.data.tags[label.index]?.mark === "passed" && label.index !== hovered
                  ? "text-fg-muted"
                  : "text-fg",
            )}
          >
            {label.text}
          </span>
        </Centered>
      ))}
      {pills.map((pill) => (
        <Centered key={`${pill.from}`} x={pill.x - left} y={lane.line - 8}>
          <span className={pill.filled ? "font-medium text-on-accent" : "text-fg-secondary"}>{pill.count}</span>
        </Centered>
      ))}
      {flags.map((flag) => (
        <span
          key={`${flag.stem}-${flag.row}`}
          className={clsx("absolute font-strong whitespace-nowrap", flag.kind === "git" ? "text-surface" : "text-fg")}
          style={{
            top: lane.line - flagRise[flag.row],
            transform: `translateX(${flag.x - left + (flag.side === "right" ? 6 : 9)}px)`,
          }}
        >
          {flag.label}
        </span>
      ))}
    </>
  );
}

function UpcomingWords({ scene, left }: { scene: Scene; left: number }) {
  const dates = useDates();
  return scene.upcoming.map((event) =>
    event.x > event.fromX + 8 ? (
      <Centered key={`${event.index}-${event.kind}`} x={event.x - left} y={event.y + 10}>
        <span className={event.kind === "cooled" ? "text-cooling" : "text-ready"}>{dates.weekday(event.at)}</span>
      </Centered>
    ) : null,
  );
}

function StepWords({ scene, frame }: { scene: Scene; frame: Frame }) {
  const { t } = useTranslation("timeline");
  const span = useSpan();
  return scene.steps.map((step) =>
    step.labels.map((label) => (
      <span
        key={`${step.id}-${label.kind}-${label.x}`}
        className={clsx(
          "absolute whitespace-nowrap",
          label.kind === "tag" && "font-mono",
          label.kind === "present" && "font-mono font-strong text-fg",
          label.kind === "rolled-back" && "text-blocked",
          label.kind === "unsure" && "text-degraded",
        )}
        style={{
          top: step.base - label.rise - 18,
          ...(label.anchor === "end"
            ? { right: frame.right - label.x }
            : { transform: `translateX(${label.x - frame.left}px)` }),
        }}
      >
        {label.kind === "rolled-back" ? t("rolledBack", { tag: label.text, span: span(label.stood ?? 0) }) : label.text}
      </span>
    )),
  );
}

function Centered({ x, y, children }: { x: number; y: number; children: ReactNode }) {
  return (
    <span className="absolute left-0 whitespace-nowrap" style={{ top: y, transform: `translateX(calc(${x}px - 50%))` }}>
      {children}
    </span>
  );
}

/** The names of lanes and step lines at the left. A lane folds by its name. */
export const LaneNames = memo(function LaneNames({
  plan,
  width,
  onFold,
  onShowAll,
}: {
  plan: Plan;
  width: number;
  onFold: (key: string) => void;
  onShowAll: () => void;
}) {
  const { t } = useTranslation("timeline");
  return (
    <>
      {plan.lanes.map((lane) => {
        const count = t("tags", { count: lane.tags.length });
        const name =
          lane.merged !== undefined
            ? t("moreLanes", { count: lane.merged })
            : lane.name === ""
              ? t("other")
              : lane.name;
        const Chevron = lane.folded || lane.key === mergedKey ? ChevronRight : ChevronDown;
        return (
          <button
            key={lane.key}
            type="button"
            tabIndex={-1}
            aria-expanded={!lane.folded && lane.key !== mergedKey}
            title={joinClauses([name, `${count}`])}
            onClick={() => (lane.key === mergedKey ? onShowAll() : onFold(lane.key))}
            className="group absolute left-0 flex flex-col items-start pl-4 text-left text-caption leading-3.75 text-fg-muted"
            style={{ top: lane.top, height: lane.height, width, paddingTop: labelTop(lane) }}
          >
            <span className="flex w-full items-center">
              <span
                className={clsx(
                  "clip text-small",
                  lane.merged === undefined && "font-mono",
                  lane.inRange ? "font-strong text-fg" : "font-medium text-fg-secondary",
                )}
              >
                {name}
              </span>
              <Chevron
                size={12}
                className="ml-0.5 flex-none opacity-0 group-hover:opacity-100 group-aria-[expanded=false]:opacity-100"
              />
            </span>
            {!lane.folded && <span className="clip max-w-full">{count}</span>}
            {!lane.folded && lane.inRange && (
              <span className="clip max-w-full font-medium text-accent-text">{t("inRange")}</span>
            )}
          </button>
        );
      })}
      {plan.data.steps.map((step, index) => (
        <span
          key={step.id}
          title={step.label}
          className="clip absolute left-0 pl-4 text-small font-medium text-fg-secondary"
          style={{ top: plan.lanesBottom + index * 36 + 12, width }}
        >
          {step.label}
        </span>
      ))}
    </>
  );
});

function labelTop(lane: Plan["lanes"][number]): number {
  if (lane.folded) return 4;
  if (lane.tall) return lane.line - lane.top - 10;
  return lane.kind === "other" ? 7 : lane.inRange ? 5 : 11;
}
