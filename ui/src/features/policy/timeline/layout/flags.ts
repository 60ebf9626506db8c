import type { Flag } from "../types";
import { uiWidth } from "./labels";

/** The flags of one mark. */
export interface Flagged {
  x: number;
  flags: readonly Flag[];
}

export interface PlacedFlag {
  /** Where its stem stands. */
  stem: number;
  x: number;
  width: number;
  /** 0 is the upper row. */
  row: 0 | 1;
  side: "right" | "left";
  kind: Flag["kind"] | "more";
  label: string;
  /** What "+2" stands for. */
  hidden: readonly string[];
}

/** From the flag's pole to the end of its cloth: the words, a space before them, and the notch. */
export function flagWidth(label: string): number {
  return Math.round(uiWidth(label) * 1.04) + 16;
}

/**
 * Git's flag flies on top, environments below it; of three or more the rest becomes "+2". A flag that would touch the
 * next one flips to the left of its mark.
 */
export function placeFlags(marks: readonly Flagged[]): PlacedFlag[] {
  const rows: PlacedFlag[][] = [[], []];
  for (const { x, flags } of [...marks].sort((a, b) => a.x - b.x)) {
    const ordered = [...flags].sort((a, b) => Number(b.kind === "git") - Number(a.kind === "git"));
    const [first, second] = ordered;
    if (!first) continue;
    const flag = (label: string, kind: PlacedFlag["kind"], row: 0 | 1, hidden: readonly string[] = []): PlacedFlag => {
      const width = flagWidth(label);
      return { stem: x, x, width, row, side: "right", kind, label, hidden };
    };
    if (!second) rows[first.kind === "git" ? 0 : 1]?.push(flag(first.label, first.kind, first.kind === "git" ? 0 : 1));
    else {
      rows[0]?.push(flag(first.label, first.kind, 0));
      const hidden = ordered.slice(1).map(({ label }) => label);
      rows[1]?.push(
        hidden.length === 1 ? flag(second.label, second.kind, 1) : flag(`+${hidden.length}`, "more", 1, hidden),
      );
    }
  }
  return rows.flatMap(flip);
}

function flip(row: PlacedFlag[]): PlacedFlag[] {
  row.forEach((flag, index) => {
    const next = row[index + 1];
    if (!next || flag.x + flag.width + 4 <= next.stem) return;
    const before = row[index - 1];
    const leftEnd = before
      ? before.side === "right"
        ? before.x + before.width
        : before.stem
      : Number.NEGATIVE_INFINITY;
    // With no room on either side it stays where it is: the next one, which is newer, is drawn over it.
    if (flag.stem - flag.width < leftEnd + 4) return;
    flag.side = "left";
    flag.x = flag.stem - flag.width;
  });
  return row;
}
