/** A name that wants to stand under its mark. */
export interface Wanted {
  key: number;
  x: number;
  width: number;
  /** 2 for the choice, 1 for what carries a flag, 0 for the rest. */
  rank: 0 | 1 | 2;
  /** Newer wins. */
  at: number;
}

const gap = 6;
/** How far a name that must stand may step aside. */
const mostAside = 36;

interface Span {
  from: number;
  to: number;
}

/**
 * Which names stand, and where. Newer wins where two would touch. The choice and what carries a flag always stand; when two
 * of them would touch, the older steps aside. None crosses an edge, such as the line of now: it stands beside it. Answers the
 * places by key.
 */
export function placeLabels(wanted: readonly Wanted[], edges: readonly number[] = []): Map<number, number> {
  const placed = new Map<number, number>();
  const taken: Span[] = [];
  const order = [...wanted].sort((a, b) => b.rank - a.rank || b.at - a.at);
  for (const label of order) {
    const half = label.width / 2 + gap / 2;
    const own = besideEdges(edges, label.x, half);
    const x = freeAt(taken, own, half) ? own : label.rank > 0 ? aside(taken, own, half) : undefined;
    if (x === undefined) continue;
    const span = { from: x - half, to: x + half };
    taken.splice(indexOf(taken, span.from), 0, span);
    placed.set(label.key, x);
  }
  return placed;
}

function besideEdges(edges: readonly number[], x: number, half: number): number {
  const edge = edges.find((one) => Math.abs(one - x) < half);
  if (edge === undefined) return x;
  return x <= edge ? edge - half : edge + half;
}

function freeAt(taken: readonly Span[], x: number, half: number): boolean {
  const at = indexOf(taken, x - half);
  const before = taken[at - 1];
  const after = taken[at];
  return !(before && before.to > x - half) && !(after && after.from < x + half);
}

/** The nearest free place to the left, or else to the right, of what is in the way. */
function aside(taken: readonly Span[], x: number, half: number): number | undefined {
  const inTheWay = taken.filter((span) => span.from < x + half && span.to > x - half);
  const left = Math.min(...inTheWay.map((span) => span.from)) - half;
  const right = Math.max(...inTheWay.map((span) => span.to)) + half;
  return [left, right].find((place) => Math.abs(place - x) <= mostAside && freeAt(taken, place, half));
}

function indexOf(taken: readonly Span[], from: number): number {
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
