import { expect, test } from "vitest";
import { evenAxis, timeAxis } from "./axis";
import { ago, day, now } from "./sample";
import { ticks } from "./ticks";
import { rangeView } from "./view";

const frame = { left: 112, right: 1184 };

test("six weeks are read by weeks that begin on Monday, with strokes for days", () => {
  const axis = timeAxis([ago(60)], now);
  const { major, minor } = ticks(axis, rangeView(axis, frame, "6w", now), frame);
  expect(major.length).toBeGreaterThanOrEqual(5);
  for (const tick of major) expect(new Date(tick.time).getDay()).toBe(1);
  expect(new Date(minor[1]?.time ?? 0).getDate()).not.toBe(new Date(minor[0]?.time ?? 0).getDate());
});

test("words are always far enough apart to be read, at every zoom", () => {
  const axis = timeAxis([ago(3000)], now);
  for (let span = day / 100; span < 3000 * day; span *= 1.7) {
    const { major } = ticks(axis, { from: now - span, to: now }, frame);
    for (let index = 1; index < major.length; index += 1) {
      const gap = (major[index]?.x ?? 0) - (major[index - 1]?.x ?? 0);
      expect(gap, `a span of ${span / day} days`).toBeGreaterThan(60);
    }
    expect(major.length, `a span of ${span / day} days`).toBeGreaterThan(0);
  }
});

test("an even axis prints a day once, however many tags it has", () => {
  const times = [ago(3), ago(3) + 1000, ago(3) + 2000, ago(2), ago(1)];
  const axis = evenAxis(times, now);
  const { major } = ticks(axis, { from: 0, to: 6 }, frame);
  const days = major.map((tick) => new Date(tick.time).toDateString());
  expect(new Set(days).size).toBe(days.length);
});
