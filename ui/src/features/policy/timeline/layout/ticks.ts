import { type TimeInterval, timeDay, timeHour, timeMinute, timeMonday, timeMonth, timeYear } from "d3-time";
import type { Axis } from "./axis";
import { type Frame, unitAt, type View, x } from "./view";

export interface Tick {
  x: number;
  time: number;
  /** How the moment is written; a minor tick has no words. */
  write?: "minute" | "day" | "month" | "year";
}

interface Scale {
  interval: TimeInterval;
  /** Milliseconds of one step, roughly. */
  length: number;
  write: NonNullable<Tick["write"]>;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function every(interval: { every(step: number): TimeInterval | null }, step: number): TimeInterval {
  const found = interval.every(step);
  if (!found) throw new Error(`no interval has a step of ${step}`);
  return found;
}

/** From fine to coarse; weeks begin on Monday. */
const scales: readonly Scale[] = [
  { interval: every(timeMinute, 5), length: 5 * minute, write: "minute" },
  { interval: every(timeMinute, 15), length: 15 * minute, write: "minute" },
  { interval: timeHour, length: hour, write: "minute" },
  { interval: every(timeHour, 3), length: 3 * hour, write: "minute" },
  { interval: every(timeHour, 6), length: 6 * hour, write: "minute" },
  { interval: every(timeHour, 12), length: 12 * hour, write: "minute" },
  { interval: timeDay, length: day, write: "day" },
  { interval: every(timeDay, 2), length: 2 * day, write: "day" },
  { interval: timeMonday, length: 7 * day, write: "day" },
  { interval: timeMonth, length: 30.4 * day, write: "month" },
  { interval: every(timeMonth, 3), length: 91 * day, write: "month" },
  { interval: timeYear, length: 365 * day, write: "year" },
  { interval: every(timeYear, 5), length: 5 * 365 * day, write: "year" },
];

const leastMajor = 88;
const leastMinor = 14;

/** The marks of the axis for a view: words far enough apart to be read, and finer strokes between them where they fit. */
export function ticks(axis: Axis, view: View, frame: Frame): { major: Tick[]; minor: Tick[] } {
  return axis.kind === "time" ? timeTicks(view, frame) : evenTicks(axis, view, frame);
}

function timeTicks(view: View, frame: Frame): { major: Tick[]; minor: Tick[] } {
  const perPixel = (view.to - view.from) / (frame.right - frame.left);
  const majorAt = scales.findIndex((scale) => scale.length / perPixel >= leastMajor);
  const index = majorAt < 0 ? scales.length - 1 : majorAt;
  const scale = scales[index];
  if (!scale) return { major: [], minor: [] };
  const finer = scales.slice(0, index).find((other) => other.length / perPixel >= leastMinor);
  return {
    major: steps(scale, view, frame, true),
    minor: finer ? steps(finer, view, frame, false) : [],
  };
}

function steps(scale: Scale, view: View, frame: Frame, worded: boolean): Tick[] {
  return scale.interval.range(scale.interval.ceil(new Date(view.from)), new Date(view.to)).map((date) => {
    const time = date.getTime();
    const midnight = date.getHours() === 0 && date.getMinutes() === 0;
    const newYear = midnight && date.getDate() === 1 && date.getMonth() === 0;
    let write: Tick["write"] = scale.write;
    if (write === "minute" && midnight) write = "day";
    if (write === "month" && newYear) write = "year";
    return { x: x(view, frame, time), time, write: worded ? write : undefined };
  });
}

/** On an even axis the dates are printed where there is room for them; a day is printed once. */
function evenTicks(axis: Axis, view: View, frame: Frame): { major: Tick[]; minor: Tick[] } {
  const perUnit = (frame.right - frame.left) / (view.to - view.from);
  const step = Math.max(1, Math.ceil(leastMajor / perUnit));
  const major: Tick[] = [];
  const minor: Tick[] = [];
  let lastDay = "";
  const first = Math.max(0, Math.ceil(unitAt(view, frame, frame.left) / step) * step);
  for (let unit = first; unit < Math.min(view.to, axis.last); unit += step) {
    const time = axis.toTime(unit);
    const dayName = new Date(time).toDateString();
    const tick: Tick = { x: x(view, frame, unit), time };
    if (dayName !== lastDay) major.push({ ...tick, write: "day" });
    else minor.push(tick);
    lastDay = dayName;
  }
  return { major, minor };
}
