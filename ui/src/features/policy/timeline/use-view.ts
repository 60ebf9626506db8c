import { useEffect, useMemo, useRef, useState } from "react";
import type { Axis } from "./layout/axis";
import {
  clamp,
  type Frame,
  pan,
  rangeOf,
  rangeView,
  reveal,
  unitAt,
  unitsPerPixel,
  type View,
  zoom,
} from "./layout/view";
import type { Range } from "./types";
import { useFrame } from "./use-stage";

/** Either a range that ends now and follows it, or a view that a person moved, kept in times so that any axis can show it. */
type Place = { range: Range } | { from: number; to: number };

const glide = 220;

export interface Viewer {
  view: View;
  range: Range | undefined;
  setRange: (range: Range) => void;
  panBy: (pixels: number) => void;
  zoomAt: (pixel: number, factor: number) => void;
  /** Shows a stretch of the axis with some room around it. */
  show: (from: number, to: number) => void;
  reveal: (unit: number) => void;
  setView: (view: View) => void;
}

export function useView(axis: Axis, frame: Frame, now: number): Viewer {
  const [place, setPlace] = useState<Place>({ range: "6w" });
  const [gliding, setGliding] = useState<View>();
  const soon = useFrame();
  const running = useRef(0);
  useEffect(() => () => cancelAnimationFrame(running.current), []);

  const settled = useMemo<View>(() => {
    if ("range" in place) return rangeView(axis, frame, place.range, now);
    return { from: axis.toUnit(place.from), to: axis.toUnit(place.to) };
  }, [axis, frame, now, place]);
  const view = gliding ?? settled;
  // Gestures come faster than frames: what they build on is the last view that was asked for, not the last one drawn.
  const wanted = useRef(view);
  if (!gliding) wanted.current = settled;

  const settle = (next: View) => {
    cancelAnimationFrame(running.current);
    wanted.current = clamp(axis, next);
    soon(() => {
      setGliding(undefined);
      setPlace({ from: axis.toTime(wanted.current.from), to: axis.toTime(wanted.current.to) });
    });
  };
  const glideTo = (next: View, then: Place) => {
    cancelAnimationFrame(running.current);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setPlace(then);
      return;
    }
    const from = view;
    const begin = performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - begin) / glide);
      const eased = 1 - (1 - share) ** 3;
      if (share >= 1) {
        setGliding(undefined);
        setPlace(then);
        return;
      }
      setGliding({ from: from.from + (next.from - from.from) * eased, to: from.to + (next.to - from.to) * eased });
      running.current = requestAnimationFrame(step);
    };
    step();
  };
  const glideToView = (next: View) => {
    const kept = clamp(axis, next);
    glideTo(kept, { from: axis.toTime(kept.from), to: axis.toTime(kept.to) });
  };

  return {
    view,
    range: "range" in place ? place.range : rangeOf(axis, frame, view, now),
    setRange: (range) => glideTo(rangeView(axis, frame, range, now), { range }),
    panBy: (pixels) => settle(pan(wanted.current, pixels * unitsPerPixel(wanted.current, frame))),
    zoomAt: (pixel, factor) => settle(zoom(axis, wanted.current, unitAt(wanted.current, frame, pixel), factor)),
    show: (from, to) => {
      const span = Math.max(to - from, axis.leastSpan);
      const middle = (from + to) / 2;
      glideToView({ from: middle - span * 0.8, to: middle + span * 0.8 });
    },
    reveal: (unit) => {
      const next = reveal(view, unit);
      if (next !== view) glideToView(next);
    },
    setView: settle,
  };
}
