/**
 * What the timeline is drawn from. Plain data of its own: it knows no contract, asks nobody and keeps nothing, so that any
 * page can draw one. Instants are milliseconds since 1970.
 */
export interface TimelineData {
  now: number;
  /** Release lines, the newest on top, "other" last. Tags refer to them by their place. */
  lanes: readonly LaneData[];
  tags: readonly TimelineTag[];
  /** The policy's choice. */
  chosen?: string;
  flags: readonly Flag[];
  steps: readonly StepLine[];
  bands: readonly Band[];
  /** What will happen by itself, right of now. */
  upcoming: readonly Upcoming[];
}

/** One release line: `1.0`, `2.0-rc`, a branch, or what belongs to none. */
export interface LaneData {
  /** Empty for "other". */
  name: string;
  kind: "version" | "branch" | "other";
  /** Whether the policy can choose from it. */
  inRange: boolean;
}

/** Filled, hollow, hatched or struck. */
export type Mark = "matches" | "passed" | "cooling" | "blocked";

export interface TimelineTag {
  tag: string;
  /** What is printed under the mark where the lane says the rest: `rc.1`. */
  label?: string;
  /** A place in `lanes`. */
  lane: number;
  /** Where it stands on the axis: when it was built or, where nobody says so, first seen. */
  at: number;
  mark: Mark;
  /** When it will be old enough, for a mark that is cooling. */
  coolingUntil?: number;
  /** Why it was not chosen. */
  reason?: Reason;
}

/** A reason with a name that groups tags, what it refers to (`1.0.x`), and its own words for this one tag. */
export interface Reason {
  code: string;
  subject?: string;
  detail: string;
}

/** A tag that stands in Git, or that an environment runs. */
export interface Flag {
  tag: string;
  label: string;
  kind: "git" | "environment";
}

/** What stood in one place over time. */
export interface StepLine {
  id: string;
  label: string;
  kind: "git" | "environment";
  /** In order of time; the last one stands now. */
  moves: readonly Move[];
  /** From when the line is not sure any more, and why: drawn dashed. */
  unsure?: { since: number; words: string };
}

export interface Move {
  at: number;
  tag: string;
  /** Back to a version that stood there before the one it replaces. */
  isRollback: boolean;
}

export interface Band {
  kind: "cooling" | "freeze";
  from: number;
  to: number;
  label: string;
}

export interface Upcoming {
  tag: string;
  at: number;
  kind: "cooled" | "release";
}

/** What the hover card says about a tag; it may come later than the tag itself. */
export interface TagDetails {
  created?: number;
  firstSeen?: number;
  digest?: string;
  /** Bytes. */
  size?: number;
  platforms?: readonly string[];
  labels?: readonly (readonly [string, string])[];
  /** What a person said who blocked it. */
  hold?: { by?: string; reason?: string; since?: number; until?: number };
}

export type AxisKind = "time" | "even";
export type Range = "1w" | "6w" | "1y" | "all";
