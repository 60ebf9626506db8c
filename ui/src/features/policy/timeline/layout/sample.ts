import type { LaneData, Mark, TimelineData, TimelineTag } from "../types";

/** For the tests of this folder: days before a fixed now. */
export const now = Date.UTC(2026, 10, 24, 14, 32);
export const day = 86_400_000;
export const ago = (days: number): number => now - days * day;

export const laneData = (name: string, rest: Partial<LaneData> = {}): LaneData => ({
  name,
  kind: name === "" ? "other" : "version",
  inRange: false,
  ...rest,
});

export const tagData = (tag: string, lane: number, days: number, rest: Partial<TimelineTag> = {}): TimelineTag => ({
  tag,
  lane,
  at: ago(days),
  mark: "passed" as Mark,
  ...rest,
});

export function timeline(rest: Partial<TimelineData>): TimelineData {
  return { now, lanes: [], tags: [], flags: [], steps: [], bands: [], upcoming: [], ...rest };
}

/** The picture of the policy page: three lines and what belongs to none. */
export function flaskApp(): TimelineData {
  return timeline({
    lanes: [laneData("2.0-rc"), laneData("1.1"), laneData("1.0", { inRange: true }), laneData("")],
    tags: [
      tagData("2.0.0-rc.1", 0, 8, { reason: { code: "prerelease", detail: "" } }),
      tagData("1.1.0", 1, 9, { reason: { code: "outsideRange", subject: "1.0.x", detail: "" } }),
      tagData("1.1.1", 1, 7, { reason: { code: "outsideRange", subject: "1.0.x", detail: "" } }),
      tagData("1.0.3", 2, 15, { mark: "matches" }),
      tagData("1.0.5", 2, 5, { mark: "matches" }),
      tagData("1.0.4", 2, 11, { mark: "blocked" }),
      tagData("sha-1", 3, 6, { reason: { code: "notAVersion", detail: "" } }),
    ],
    chosen: "1.0.5",
    flags: [{ tag: "1.0.3", label: "Git", kind: "git" }],
  });
}
