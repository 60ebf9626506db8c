/** A name that wants to stand under its mark. */
export interface Wanted {
  key: number;
  x: number;
  width: number;
  /** Always shown: the choice, and what carries a flag. */
  always: boolean;
  /** Newer wins. */
  at: number;
}

const gap = 6;

/**
 * Which names can stand without touching: those that always do, then the newer before the older. Answers the keys.
 */
export function labelsThatFit(wanted: readonly Wanted[]): Set<number> {
  const shown = new Set<number>();
  const taken: { from: number; to: number }[] = [];
  const order = [...wanted].sort((a, b) => Number(b.always) - Number(a.always) || b.at - a.at);
  for (const label of order) {
    const from = label.x - label.width / 2 - gap / 2;
    const to = label.x + label.width / 2 + gap / 2;
    const place = firstAtOrAfter(taken, from);
    const before = taken[place - 1];
    const after = taken[place];
    const touches = (before !== undefined && before.to > from) || (after !== undefined && after.from < to);
    if (touches && !label.always) continue;
    taken.splice(place, 0, { from, to });
    shown.add(label.key);
  }
  return shown;
}

function firstAtOrAfter(taken: readonly { from: number }[], from: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.from ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The width of mono text of 11 pixels. */
export function monoWidth(text: string): number {
  return text.length * 6.6;
}

/** About the width of text of the UI face at 11 pixels; Chinese characters are square. */
export function uiWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e7f" ? 11 : 6.1;
  return width;
}
