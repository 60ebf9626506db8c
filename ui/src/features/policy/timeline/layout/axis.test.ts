import { describe, expect, test } from "vitest";
import { evenAxis, lowerBound, timeAxis } from "./axis";
import { ago, day, now } from "./sample";

describe("a true axis", () => {
  test("keeps times as they are and begins at the first", () => {
    const axis = timeAxis([ago(3), ago(40), ago(1)], now);
    expect(axis.toUnit(ago(7))).toBe(ago(7));
    expect(axis.first).toBe(ago(40));
    expect(axis.last).toBe(now);
  });
});

describe("an even axis", () => {
  const axis = evenAxis([ago(100), ago(99), ago(2), ago(2)], now);

  test("puts equal spaces between tags, however far apart they are in time", () => {
    expect([ago(100), ago(99), ago(2), now].map(axis.toUnit)).toEqual([0, 1, 2, 3]);
  });

  test("is monotone and its own inverse, before, between and after its stops", () => {
    let last = Number.NEGATIVE_INFINITY;
    for (let days = 150; days > -20; days -= 0.7) {
      const unit = axis.toUnit(ago(days));
      expect(unit).toBeGreaterThan(last);
      expect(axis.toTime(unit)).toBeCloseTo(ago(days), -2);
      last = unit;
    }
  });

  test("stands on its own feet with one tag or none", () => {
    expect(evenAxis([], now).toUnit(now + day)).toBeGreaterThan(0);
    expect(evenAxis([ago(1)], now).toUnit(ago(1))).toBe(0);
  });
});

test("a lower bound is the first value that is not below", () => {
  const values = [1, 3, 3, 7];
  expect([0, 1, 2, 3, 7, 8].map((wanted) => lowerBound(values, wanted))).toEqual([0, 0, 1, 1, 3, 4]);
});
