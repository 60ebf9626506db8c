import type { Plan } from "./scene";

export type Direction = "left" | "right" | "up" | "down" | "home" | "end";

/**
 * The tag that a key leads to from another: along the lane by left and right, home and end; to the nearest tag in time
 * of the next lane by up and down. At an end it stays.
 */
export function travel(plan: Plan, from: number, direction: Direction): number {
  const laneAt = plan.laneOf[from] ?? -1;
  const lane = plan.lanes[laneAt];
  if (!lane) return start(plan);
  if (direction === "up" || direction === "down") {
    const next = plan.lanes[laneAt + (direction === "up" ? -1 : 1)];
    return next ? nearestInTime(plan, next.tags, plan.data.tags[from]?.at ?? 0) : from;
  }
  const at = lane.tags.indexOf(from);
  const to = { left: at - 1, right: at + 1, home: 0, end: lane.tags.length - 1 }[direction];
  return lane.tags[Math.max(0, Math.min(lane.tags.length - 1, to))] ?? from;
}

/** Where the keyboard begins: at the choice, or at the newest tag. */
export function start(plan: Plan): number {
  if (plan.chosen >= 0) return plan.chosen;
  let newest = -1;
  plan.data.tags.forEach((tag, index) => {
    if (newest < 0 || tag.at > (plan.data.tags[newest]?.at ?? 0)) newest = index;
  });
  return newest;
}

function nearestInTime(plan: Plan, tags: readonly number[], time: number): number {
  let best = tags[0] ?? -1;
  let least = Number.POSITIVE_INFINITY;
  for (const index of tags) {
    const distance = Math.abs((plan.data.tags[index]?.at ?? 0) - time);
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
