import type { AxisKind } from "../types";

/**
 * A line on which every moment has a place, measured in units: milliseconds on a true axis, ranks on an even one. Both
 * ways are monotone and continuous, so that bands and step lines can be drawn on either.
 */
export interface Axis {
  kind: AxisKind;
  toUnit(time: number): number;
  toTime(unit: number): number;
  /** Units of the first and the last thing that it knows. */
  first: number;
  last: number;
  /** The least span in units that a view may show. */
  leastSpan: number;
}

const minute = 60_000;

/** A true axis: equal lengths are equal times. */
export function timeAxis(times: readonly number[], now: number): Axis {
  let first = now;
  for (const time of times) if (time < first) first = time;
  return {
    kind: "time",
    toUnit: (time) => time,
    toTime: (unit) => unit,
    first,
    last: now,
    leastSpan: 10 * minute,
  };
}

/**
 * An even axis: the given times stand one unit apart, `now` one unit after the last. Times between two of them lie
 * between; times outside go on at the mean pace.
 */
export function evenAxis(times: readonly number[], now: number): Axis {
  const stops = [...new Set(times.filter((time) => time < now))].sort((a, b) => a - b);
  stops.push(now);
  const last = stops.length - 1;
  const firstTime = stops[0] ?? now;
  const pace = last > 0 ? (now - firstTime) / last : 86_400_000;

  const toUnit = (time: number): number => {
    if (time >= now) return last + (time - now) / pace;
    if (time <= firstTime) return (time - firstTime) / pace;
    const right = lowerBound(stops, time);
    const b = stops[right] ?? now;
    const a = stops[right - 1] ?? firstTime;
    return right - 1 + (time - a) / (b - a);
  };
  const toTime = (unit: number): number => {
    if (unit >= last) return now + (unit - last) * pace;
    if (unit <= 0) return firstTime + unit * pace;
    const left = Math.floor(unit);
    const a = stops[left] ?? firstTime;
    const b = stops[left + 1] ?? now;
    return a + (unit - left) * (b - a);
  };
  return { kind: "even", toUnit, toTime, first: 0, last, leastSpan: 4 };
}

/** The index of the first value that is not below `wanted`; values ascend. */
export function lowerBound(values: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
