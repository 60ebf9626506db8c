import { lowerBound } from "./axis";

/** A mark on its own. */
export interface Mark {
  /** Index into the tags. */
  index: number;
  x: number;
}

/** Many marks that would touch, as one: its place, its width, and the units that it opens to. */
export interface Pill {
  x: number;
  width: number;
  count: number;
  /** Whether any of its tags matches. */
  filled: boolean;
  from: number;
  to: number;
  indices: readonly number[];
}

export interface DenseInput {
  /** Indices of the lane's tags and their units, both in order of time. */
  indices: readonly number[];
  units: Float64Array;
  /** Pixels of a unit, and the pixel where unit zero would be. */
  scale: number;
  offset: number;
  left: number;
  right: number;
  /** Pills keep left of it: nothing is published after now. */
  now: number;
  matches: (index: number) => boolean;
  /** Tags that always stand alone: the choice and those with a flag. */
  alone: (index: number) => boolean;
  /** Marks closer than this become one. */
  touching: number;
}

/** Marks with names closer than this touch; where no names are printed they give way sooner. */
export const touching = { named: 12, unnamed: 28 } as const;
/** About how wide a stretch one pill stands for. */
const stretch = 96;
const ringRoom = 12;

/** How wide a pill with this count is. */
export function pillWidth(count: number): number {
  return 18 + String(count).length * 7;
}

/**
 * Splits a lane into single marks and pills. Stretches are cut at places that depend on the scale and not on where the
 * view stands, so that panning moves pills and never regroups them.
 */
export function dense(input: DenseInput): { marks: Mark[]; pills: Pill[] } {
  const { indices, units, scale, offset, left, right, alone } = input;
  const marks: Mark[] = [];
  const pills: Pill[] = [];
  // A power of two keeps the cuts while the scale changes a little.
  const bucket = 2 ** Math.round(Math.log2(stretch / scale));
  // One stretch beyond each edge, so that a pill does not change while it leaves.
  const margin = bucket * 1.5;
  const first = lowerBound(units, (left - offset) / scale - margin);
  const end = lowerBound(units, (right - offset) / scale + margin);

  let run: number[] = [];
  const flush = () => {
    for (const part of parts(run, units, bucket)) {
      const [at = 0] = part;
      if (part.length === 1) marks.push({ index: indices[at] ?? 0, x: (units[at] ?? 0) * scale + offset });
      else pills.push(pillOf(part, input));
    }
    run = [];
  };
  let previous = Number.NEGATIVE_INFINITY;
  for (let at = first; at < end; at += 1) {
    const unit = units[at] ?? 0;
    const index = indices[at] ?? 0;
    if (alone(index)) {
      flush();
      marks.push({ index, x: unit * scale + offset });
      previous = Number.NEGATIVE_INFINITY;
      continue;
    }
    if ((unit - previous) * scale >= input.touching) flush();
    run.push(at);
    previous = unit;
  }
  flush();
  return { marks, pills: makeRoom(pills, marks, input.now) };
}

/** A run cut into stretches. One mark that a cut would leave alone joins its neighbour: it would touch it. */
function parts(run: readonly number[], units: Float64Array, bucket: number): number[][] {
  const cut: number[][] = [];
  let place = Number.NaN;
  for (const at of run) {
    const next = Math.floor((units[at] ?? 0) / bucket);
    const last = cut[cut.length - 1];
    if (last && (next === place || last.length === 1)) last.push(at);
    else cut.push([at]);
    place = next;
  }
  const last = cut[cut.length - 1];
  if (cut.length > 1 && last?.length === 1) {
    cut.pop();
    cut[cut.length - 1]?.push(...last);
  }
  return cut;
}

function pillOf(run: readonly number[], { indices, units, scale, offset, matches }: DenseInput): Pill {
  const from = units[run[0] ?? 0] ?? 0;
  const to = units[run[run.length - 1] ?? 0] ?? from;
  const own = run.map((at) => indices[at] ?? 0);
  return {
    x: ((from + to) / 2) * scale + offset,
    width: pillWidth(own.length),
    count: own.length,
    filled: own.some(matches),
    from,
    to,
    indices: own,
  };
}

/** Pills step aside for single marks, and from each other. */
function makeRoom(pills: Pill[], marks: readonly Mark[], now: number): Pill[] {
  const xs = marks.map((mark) => mark.x).sort((a, b) => a - b);
  let edge = Number.NEGATIVE_INFINITY;
  for (const pill of pills) {
    const half = pill.width / 2;
    pill.x = Math.min(pill.x, now - half - 4);
    const next = lowerBound(xs, pill.x);
    const rightMark = xs[next];
    const leftMark = xs[next - 1];
    if (rightMark !== undefined && pill.x + half + ringRoom > rightMark) pill.x = rightMark - half - ringRoom;
    if (leftMark !== undefined && pill.x - half - ringRoom < leftMark) pill.x = leftMark + half + ringRoom;
    if (pill.x - half < edge + 4) pill.x = edge + 4 + half;
    edge = pill.x + half;
  }
  return pills;
}
