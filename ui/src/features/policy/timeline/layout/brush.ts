import type { Plan } from "./scene";

/** What is brushed: a stretch of the axis in its units, and the lanes from one to another. */
export interface Brush {
  from: number;
  to: number;
  fromLane: number;
  toLane: number;
}

/** A brush between two corners, whichever was first. */
export function brushBetween(a: { unit: number; lane: number }, b: { unit: number; lane: number }): Brush {
  return {
    from: Math.min(a.unit, b.unit),
    to: Math.max(a.unit, b.unit),
    fromLane: Math.min(a.lane, b.lane),
    toLane: Math.max(a.lane, b.lane),
  };
}

/** The lane at a height; the nearest one when it is above or below all. */
export function laneAt(plan: Plan, y: number): number {
  const found = plan.lanes.findIndex((lane) => y < lane.top + lane.height);
  return found < 0 ? plan.lanes.length - 1 : found;
}

/** The tags in a brush, in order of lanes and of time. */
export function brushed(plan: Plan, brush: Brush): number[] {
  const found: number[] = [];
  for (let at = brush.fromLane; at <= brush.toLane; at += 1) {
    const lane = plan.lanes[at];
    lane?.tags.forEach((index, place) => {
      const unit = lane.units[place] ?? 0;
      if (unit >= brush.from && unit <= brush.to) found.push(index);
    });
  }
  return found;
}

export interface ReasonGroup {
  code: string;
  subject?: string;
  indices: number[];
}

/** The reasons of tags, the most frequent first; tags without one (they could be chosen) are left out. */
export function byReason(plan: Plan, indices: readonly number[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>();
  for (const index of indices) {
    const reason = plan.data.tags[index]?.reason;
    if (!reason) continue;
    const key = `${reason.code}\n${reason.subject ?? ""}`;
    const group = groups.get(key) ?? { code: reason.code, subject: reason.subject, indices: [] };
    group.indices.push(index);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.indices.length - a.indices.length);
}
