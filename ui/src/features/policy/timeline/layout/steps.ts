import type { Move, StepLine } from "../types";
import { monoWidth } from "./labels";

/** A tread of the stair: one tag for as long as it stood. */
export interface Tread {
  from: number;
  to: number;
  /** Pixels above the lowest tread. */
  rise: number;
  tag: string;
  /** Taken back: drawn as a red notch. */
  rolledBack: boolean;
  /** Milliseconds that it stood. */
  stood: number;
}

export interface StepLabel {
  x: number;
  rise: number;
  text: string;
  kind: "tag" | "rolled-back" | "unsure" | "present";
  /** Milliseconds, with "rolled-back". */
  stood?: number;
  anchor: "start" | "end";
}

export interface PlacedSteps {
  id: string;
  label: string;
  kind: StepLine["kind"];
  treads: Tread[];
  /** Where the line turns dashed. */
  unsureFrom?: number;
  labels: StepLabel[];
  /** The present, at now. */
  endX: number;
  endRise: number;
}

const tallest = 16;
const perVersion = 4;

/**
 * How high each tag stands: four pixels a version, sixteen in all, the same in every row, so that a lag reads as a lower
 * line. Versions are ordered by when they were published, or else by when they first stood anywhere.
 */
export function rises(
  lines: readonly StepLine[],
  publishedAt: (tag: string) => number | undefined,
): Map<string, number> {
  const seen = new Map<string, number>();
  for (const line of lines) {
    for (const { tag, at } of line.moves) {
      const published = publishedAt(tag) ?? at;
      seen.set(tag, Math.min(seen.get(tag) ?? Number.POSITIVE_INFINITY, published));
    }
  }
  const ordered = [...seen].sort((a, b) => a[1] - b[1]).map(([tag]) => tag);
  const each = Math.min(perVersion, tallest / Math.max(1, ordered.length - 1));
  return new Map(ordered.map((tag, index) => [tag, index * each]));
}

/** One line as treads and words in pixels. `words` of a rolled-back tread are measured by the caller's estimate. */
export function placeSteps(
  line: StepLine,
  rise: ReadonlyMap<string, number>,
  toX: (time: number) => number,
  bounds: { left: number; right: number; now: number },
  rolledBackWidth: (tag: string) => number,
): PlacedSteps {
  const end = Math.min(bounds.now, bounds.right);
  const treads = line.moves.map((move, index): Tread => {
    const next = line.moves[index + 1];
    return {
      from: toX(move.at),
      to: next ? toX(next.at) : end,
      rise: rise.get(move.tag) ?? 0,
      tag: move.tag,
      // What the next move took back is the notch.
      rolledBack: next?.isRollback ?? false,
      stood: next ? next.at - move.at : 0,
    };
  });
  const last = treads[treads.length - 1];
  const unsureFrom = line.unsure ? toX(line.unsure.since) : undefined;
  const labels: StepLabel[] = [];
  // The present tag in bold at now; the others where their tread begins, if they fit before the next words.
  let free = end;
  // Where now is out of sight, the right edge shows the past, and what stands now would be a lie there.
  if (last && bounds.now <= bounds.right) {
    labels.push({ x: end - 6, rise: last.rise, text: last.tag, kind: "present", anchor: "end" });
    free = end - 6 - monoWidth(last.tag) - 10;
  }
  const starts: StepLabel[] = [];
  for (const tread of treads) {
    const at = Math.max(tread.from, bounds.left) + (tread.rolledBack ? Math.max(7, tread.to - tread.from) + 6 : 5);
    if (tread.to < bounds.left || at > bounds.right) continue;
    if (tread.rolledBack) {
      starts.push({
        x: at,
        rise: tread.rise - perVersion,
        text: tread.tag,
        kind: "rolled-back",
        stood: tread.stood,
        anchor: "start",
      });
    } else {
      starts.push({ x: at, rise: tread.rise, text: tread.tag, kind: "tag", anchor: "start" });
    }
  }
  if (line.unsure && last && unsureFrom !== undefined) {
    starts.push({
      x: Math.max(unsureFrom, bounds.left) + 7,
      rise: last.rise,
      text: line.unsure.words,
      kind: "unsure",
      anchor: "start",
    });
  }
  starts.sort((a, b) => b.x - a.x);
  // From the right, so that the newer words win. A tread that came back to the same tag needs no second name.
  for (const label of starts) {
    const width =
      label.kind === "tag"
        ? monoWidth(label.text)
        : label.kind === "unsure"
          ? monoWidth(label.text) * 0.95
          : rolledBackWidth(label.text);
    if (label.x + width > free) continue;
    if (
      label.kind === "tag" &&
      last &&
      label.text === last.tag &&
      label.x > last.from &&
      isReturn(line.moves, label.text)
    )
      continue;
    labels.push(label);
    free = label.x - 6;
  }
  return {
    id: line.id,
    label: line.label,
    kind: line.kind,
    treads,
    unsureFrom,
    labels,
    endX: end,
    endRise: last?.rise ?? 0,
  };
}

function isReturn(moves: readonly Move[], tag: string): boolean {
  return moves.filter((move) => move.tag === tag).length > 1;
}
