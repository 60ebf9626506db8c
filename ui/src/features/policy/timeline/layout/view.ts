import type { Range } from "../types";
import type { Axis } from "./axis";

/** The part of the axis that is shown, in its units. */
export interface View {
  from: number;
  to: number;
}

/** Where the axis is drawn: from `left` to `right`, in pixels of the stage. */
export interface Frame {
  left: number;
  right: number;
}

/** Room right of now, for its time and for what will happen. */
export const nowMargin = 92;

export const day = 86_400_000;
const spans: Record<Exclude<Range, "all">, number> = { "1w": 7 * day, "6w": 42 * day, "1y": 365 * day };

export function x(view: View, frame: Frame, unit: number): number {
  return frame.left + ((unit - view.from) / (view.to - view.from)) * (frame.right - frame.left);
}

export function unitAt(view: View, frame: Frame, pixel: number): number {
  return view.from + ((pixel - frame.left) / (frame.right - frame.left)) * (view.to - view.from);
}

export function unitsPerPixel(view: View, frame: Frame): number {
  return (view.to - view.from) / Math.max(1, frame.right - frame.left);
}

/** The view of a range that ends now, with room on its right. */
export function rangeView(axis: Axis, frame: Frame, range: Range, now: number): View {
  const end = axis.toUnit(now);
  const all = end - axis.first;
  const start = range === "all" ? axis.first - all * 0.04 : axis.toUnit(now - spans[range]);
  const least = Math.max(axis.leastSpan, axis.kind === "even" ? 8 : day);
  const span = Math.max(end - start, least);
  const width = Math.max(200, frame.right - frame.left);
  const scale = span / (width - nowMargin);
  return { from: end - span, to: end + nowMargin * scale };
}

/** Which range a view is, if it is one: its button is the one that is pressed. */
export function rangeOf(axis: Axis, frame: Frame, view: View, now: number): Range | undefined {
  const ranges: Range[] = ["1w", "6w", "1y", "all"];
  return ranges.find((range) => {
    const wanted = rangeView(axis, frame, range, now);
    const tolerance = (wanted.to - wanted.from) * 0.005;
    return Math.abs(wanted.from - view.from) < tolerance && Math.abs(wanted.to - view.to) < tolerance;
  });
}

export function pan(view: View, units: number): View {
  return { from: view.from + units, to: view.to + units };
}

/** Zooms about a unit that keeps its place. A factor below one comes closer. */
export function zoom(axis: Axis, view: View, about: number, factor: number): View {
  const span = view.to - view.from;
  const most = Math.max((axis.last - axis.first) * 1.5, axis.leastSpan * 2);
  const wanted = Math.min(most, Math.max(axis.leastSpan, span * factor));
  const share = (about - view.from) / span;
  return { from: about - wanted * share, to: about + wanted * (1 - share) };
}

/** Keeps something in sight: neither the first tag nor now may leave by more than most of the view. */
export function clamp(axis: Axis, view: View): View {
  const span = view.to - view.from;
  const most = axis.last + span * 0.5;
  const least = axis.first - span * 0.5;
  if (view.to > most && view.from < least) return view;
  if (view.to > most) return { from: most - span, to: most };
  if (view.from < least) return { from: least, to: least + span };
  return view;
}

/** The view that shows a unit with some room around it; the same view when it already does. */
export function reveal(view: View, unit: number): View {
  const span = view.to - view.from;
  const room = span * 0.06;
  if (unit < view.from + room) return pan(view, unit - view.from - span * 0.2);
  if (unit > view.to - room) return pan(view, unit - view.to + span * 0.2);
  return view;
}
