import type { AxisKind, TimelineData } from "../types";
import { type Axis, evenAxis, timeAxis } from "./axis";
import { dense, type Mark, type Pill, touching } from "./dense";
import { type Flagged, type PlacedFlag, placeFlags } from "./flags";
import { monoWidth, placeLabels, type Wanted } from "./labels";
import { heights, type LaneOptions, lanes, type PlacedLane, placeLanes } from "./lanes";
import { type PlacedSteps, placeSteps, rises } from "./steps";
import { type Tick, ticks } from "./ticks";
import { type Frame, type View, x } from "./view";

/** What does not depend on the view: lanes with their places, and where every tag stands on the axis. */
export interface Plan {
  data: TimelineData;
  axis: Axis;
  lanes: readonly (PlacedLane & { units: Float64Array })[];
  /** The lane of each tag, as an index into `lanes`; -1 for a tag without one. */
  laneOf: Int32Array;
  alone: ReadonlySet<number>;
  chosen: number;
  flagsAt: ReadonlyMap<number, TimelineData["flags"]>;
  rise: ReadonlyMap<string, number>;
  lanesBottom: number;
  height: number;
}

export function plan(data: TimelineData, kind: AxisKind, options: LaneOptions): Plan {
  const grouped = lanes(data, options);
  const axis = makeAxis(data, kind);
  const placed = placeLanes(grouped, heights.head).map((lane) => ({
    ...lane,
    units: Float64Array.from(lane.tags, (index) => axis.toUnit(data.tags[index]?.at ?? 0)),
  }));
  const laneOf = new Int32Array(data.tags.length).fill(-1);
  placed.forEach((lane, at) => {
    for (const index of lane.tags) laneOf[index] = at;
  });
  const indexOf = new Map(data.tags.map(({ tag }, index) => [tag, index]));
  const chosen = data.chosen === undefined ? -1 : (indexOf.get(data.chosen) ?? -1);
  const flagsAt = new Map<number, TimelineData["flags"][number][]>();
  for (const flag of data.flags) {
    const index = indexOf.get(flag.tag);
    if (index !== undefined) flagsAt.set(index, [...(flagsAt.get(index) ?? []), flag]);
  }
  const last = placed[placed.length - 1];
  const lanesBottom = last ? last.top + last.height : heights.head;
  return {
    data,
    axis,
    lanes: placed,
    laneOf,
    chosen,
    alone: new Set(chosen < 0 ? flagsAt.keys() : [chosen, ...flagsAt.keys()]),
    flagsAt,
    rise: rises(data.steps, (tag) => data.tags[indexOf.get(tag) ?? -1]?.at),
    lanesBottom,
    height: lanesBottom + data.steps.length * heights.step + (data.steps.length > 0 ? 4 : 0),
  };
}

/** An even axis is even for the release lines; what belongs to none stands between, wherever its time is. */
function makeAxis(data: TimelineData, kind: AxisKind): Axis {
  const times = data.tags.map(({ at }) => at);
  if (kind === "time") return timeAxis(times, data.now);
  const lines = data.tags.filter((tag) => data.lanes[tag.lane]?.kind !== "other").map(({ at }) => at);
  return evenAxis(lines.length > 1 ? lines : times, data.now);
}

export interface LaneScene {
  lane: PlacedLane;
  marks: readonly Mark[];
  pills: readonly Pill[];
  labels: readonly { index: number; x: number; text: string }[];
  flags: readonly PlacedFlag[];
  /** From where the lane's line is drawn: its first tag. */
  lineFrom: number;
}

/** Everything that is drawn for one view, in pixels. */
export interface Scene {
  lanes: readonly LaneScene[];
  steps: readonly (PlacedSteps & { base: number; top: number })[];
  ticks: { major: Tick[]; minor: Tick[] };
  bands: readonly { kind: TimelineData["bands"][number]["kind"]; from: number; to: number; label: string }[];
  upcoming: readonly { index: number; x: number; y: number; fromX: number; at: number; kind: "cooled" | "release" }[];
  nowX: number;
}

export function scene(plan: Plan, view: View, frame: Frame, rolledBackWidth: (tag: string) => number): Scene {
  const { axis, data } = plan;
  const scale = (frame.right - frame.left) / (view.to - view.from);
  const offset = frame.left - view.from * scale;
  const toX = (time: number) => x(view, frame, axis.toUnit(time));
  const nowX = toX(data.now);
  return {
    lanes: plan.lanes.map((lane) => laneScene(plan, lane, scale, offset, frame, nowX)),
    steps: data.steps.map((line, index) => {
      const top = plan.lanesBottom + index * heights.step;
      const placed = placeSteps(
        line,
        plan.rise,
        toX,
        { left: frame.left, right: frame.right, now: nowX },
        rolledBackWidth,
      );
      return { ...placed, top, base: top + 32 };
    }),
    ticks: ticks(axis, view, frame),
    bands: data.bands.map((band) => ({ kind: band.kind, label: band.label, from: toX(band.from), to: toX(band.to) })),
    upcoming: data.upcoming.flatMap((event) => {
      const index = data.tags.findIndex(({ tag }) => tag === event.tag);
      const lane = plan.lanes[plan.laneOf[index] ?? -1];
      // Where a day is less than a mark it would lie on the marks that are there.
      if (!lane || toX(event.at) < nowX + 12) return [];
      return [
        {
          index,
          x: Math.min(toX(event.at), frame.right - 34),
          y: lane.line,
          fromX: nowX,
          at: event.at,
          kind: event.kind,
        },
      ];
    }),
    nowX,
  };
}

function laneScene(
  plan: Plan,
  lane: Plan["lanes"][number],
  scale: number,
  offset: number,
  frame: Frame,
  nowX: number,
): LaneScene {
  const { data, alone, flagsAt } = plan;
  const { marks, pills } = dense({
    indices: lane.tags,
    units: lane.units,
    scale,
    offset,
    left: frame.left,
    right: frame.right,
    now: nowX,
    matches: (index) => data.tags[index]?.mark !== "passed",
    alone: (index) => alone.has(index),
    touching: lane.labelled ? touching.named : touching.unnamed,
  });
  const inside = (at: number) => at > frame.left - 8 && at < frame.right + 8;
  const seen = marks.filter((mark) => inside(mark.x));
  const texts = new Map(
    lane.labelled
      ? seen.map((mark) => [mark.index, data.tags[mark.index]?.label ?? data.tags[mark.index]?.tag ?? ""])
      : [],
  );
  const wanted = seen.flatMap((mark): Wanted[] => {
    const text = texts.get(mark.index);
    if (text === undefined) return [];
    return [
      {
        key: mark.index,
        x: mark.x,
        width: monoWidth(text),
        rank: mark.index === plan.chosen ? 2 : alone.has(mark.index) ? 1 : 0,
        at: data.tags[mark.index]?.at ?? 0,
      },
    ];
  });
  const places = placeLabels(wanted, [frame.left, nowX]);
  const flagged = seen.flatMap((mark): Flagged[] => {
    const flags = flagsAt.get(mark.index);
    return flags ? [{ x: mark.x, flags }] : [];
  });
  return {
    lane,
    marks: seen,
    pills: pills.filter((pill) => pill.x + pill.width / 2 > frame.left && pill.x - pill.width / 2 < frame.right),
    labels: [...places].map(([index, at]) => ({ index, x: at, text: texts.get(index) ?? "" })),
    flags: lane.folded ? [] : placeFlags(flagged),
    lineFrom: Math.max(frame.left, (lane.units[0] ?? 0) * scale + offset),
  };
}
