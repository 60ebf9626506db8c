import { describe, expect, test } from "vitest";
import { evenAxis, timeAxis } from "./axis";
import { ago, day, now } from "./sample";
import { clamp, nowMargin, pan, rangeOf, rangeView, reveal, unitAt, x, zoom } from "./view";

const frame = { left: 112, right: 1184 };
const axis = timeAxis([ago(400)], now);

describe("a range", () => {
  test("ends now, with room on its right", () => {
    const view = rangeView(axis, frame, "6w", now);
    expect(x(view, frame, now)).toBeCloseTo(frame.right - nowMargin);
    expect(x(view, frame, ago(42))).toBeCloseTo(frame.left);
  });

  test("shows everything when it is asked for all", () => {
    const view = rangeView(axis, frame, "all", now);
    expect(x(view, frame, ago(400))).toBeGreaterThan(frame.left);
  });

  test("is recognised, and not after a move", () => {
    const view = rangeView(axis, frame, "1w", now);
    expect(rangeOf(axis, frame, view, now)).toBe("1w");
    expect(rangeOf(axis, frame, pan(view, day), now)).toBeUndefined();
  });

  test("has some width on an even axis with two tags", () => {
    const even = evenAxis([ago(3), ago(2)], now);
    const view = rangeView(even, frame, "1w", now);
    expect(view.to - view.from).toBeGreaterThan(7);
  });
});

test("pixels and units are each other's inverse", () => {
  const view = rangeView(axis, frame, "1y", now);
  expect(unitAt(view, frame, x(view, frame, ago(77)))).toBeCloseTo(ago(77), -2);
});

describe("zooming", () => {
  const view = rangeView(axis, frame, "6w", now);

  test("keeps what is under the pointer in its place", () => {
    const about = unitAt(view, frame, 700);
    for (const factor of [0.1, 0.5, 1.3, 4]) {
      expect(x(zoom(axis, view, about, factor), frame, about)).toBeCloseTo(700);
    }
  });

  test("ends at the least and at the most", () => {
    const close = zoom(axis, view, now, 1e-9);
    expect(close.to - close.from).toBe(axis.leastSpan);
    const far = zoom(axis, view, now, 1e9);
    expect(far.to - far.from).toBeLessThanOrEqual(400 * day * 1.5 + 1);
  });
});

test("panning never loses everything", () => {
  const view = rangeView(axis, frame, "1w", now);
  expect(clamp(axis, pan(view, 900 * day)).from).toBeLessThanOrEqual(now);
  expect(clamp(axis, pan(view, -900 * day)).to).toBeGreaterThanOrEqual(ago(400));
  expect(clamp(axis, view)).toEqual(view);
});

test("a tag out of sight is brought in, one in sight moves nothing", () => {
  const view = rangeView(axis, frame, "1w", now);
  expect(reveal(view, ago(3))).toBe(view);
  const moved = reveal(view, ago(90));
  expect(moved.from).toBeLessThan(ago(90));
  expect(moved.to).toBeGreaterThan(ago(90));
});
