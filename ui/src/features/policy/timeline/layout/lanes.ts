import type { LaneData, TimelineData } from "../types";

/** A lane as it is drawn, with the tags on it. */
export interface Lane {
  key: string;
  name: string;
  kind: LaneData["kind"];
  /** Indices into the tags, in order of time. */
  tags: number[];
  inRange: boolean;
  /** Whether it holds the choice or a flag and needs room for flags. */
  tall: boolean;
  /** Several lanes shown as one: how many. */
  merged?: number;
  folded: boolean;
}

export interface LaneOptions {
  /** Lanes that a person folded, by key. */
  folded: ReadonlySet<string>;
  /** Whether the lanes that would be merged are shown one by one. */
  showAll: boolean;
}

/** At most this many lanes are drawn one by one until a person asks for all. */
export const mostLanes = 8;
export const mergedKey = "merged";

/**
 * Puts the tags on their lanes. Beyond the first eight, lanes that are out of range and carry nothing become one.
 */
export function lanes(data: TimelineData, options: LaneOptions): Lane[] {
  const carries = new Set(data.flags.map(({ tag }) => tag));
  if (data.chosen !== undefined) carries.add(data.chosen);
  const all = data.lanes.map((lane): Lane => {
    const key = lane.name || lane.kind;
    return { ...lane, key, tags: [], tall: false, folded: options.folded.has(key) };
  });
  data.tags.forEach((tag, index) => {
    const lane = all[tag.lane];
    if (!lane) return;
    lane.tags.push(index);
    if (carries.has(tag.tag)) lane.tall = true;
  });
  const used = all.filter((lane) => lane.tags.length > 0);
  for (const lane of used) byTime(lane.tags, data);
  return options.showAll ? used : merge(used, data);
}

function byTime(indices: number[], data: TimelineData): void {
  indices.sort((a, b) => (data.tags[a]?.at ?? 0) - (data.tags[b]?.at ?? 0));
}

function merge(used: Lane[], data: TimelineData): Lane[] {
  const lines = used.filter((lane) => lane.kind !== "other");
  const plain = lines.filter((lane) => !lane.inRange && !lane.tall);
  const room = Math.max(2, mostLanes - (lines.length - plain.length));
  const surplus = new Set(plain.slice(room));
  // In-range lanes beyond the first eight merge too, or a policy of ">=0" would draw them all.
  const ranged = lines.filter((lane) => lane.inRange && !lane.tall);
  for (const lane of ranged.slice(mostLanes)) surplus.add(lane);
  if (surplus.size < 2) return used;
  const one: Lane = {
    key: mergedKey,
    name: "",
    kind: "other",
    tags: [...surplus].flatMap((lane) => lane.tags),
    inRange: false,
    tall: false,
    folded: false,
    merged: surplus.size,
  };
  byTime(one.tags, data);
  const rest = used.filter((lane) => !surplus.has(lane));
  const end = rest.findIndex((lane) => lane.kind === "other");
  rest.splice(end < 0 ? rest.length : end, 0, one);
  return rest;
}

export const heights = { head: 32, lane: 56, tall: 104, other: 44, folded: 24, step: 36 } as const;

/** A lane with its place: its top, its height, and the line that its marks sit on. */
export interface PlacedLane extends Lane {
  top: number;
  height: number;
  line: number;
  /** Whether names are printed under its marks. */
  labelled: boolean;
}

export function placeLanes(all: readonly Lane[], top: number): PlacedLane[] {
  let y = top;
  return all.map((lane) => {
    const small = lane.kind === "other" && !lane.tall;
    const height = lane.folded ? heights.folded : lane.tall ? heights.tall : small ? heights.other : heights.lane;
    const line = lane.folded ? 12 : lane.tall ? 70 : small ? 22 : 25;
    const placed = { ...lane, top: y, height, line: y + line, labelled: !lane.folded && !small };
    y += height;
    return placed;
  });
}
