import { expect, test } from "vitest";
import { goDuration, spanOf } from "./duration";

test.each([
  [-5000, "0s"],
  [999, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_599_000, "59m"],
  [3_600_000, "1h"],
  [86_400_000, "1d"],
  [33 * 86_400_000, "33d"],
  [800 * 86_400_000, "2y"],
])("%i milliseconds are %s", (milliseconds, expected) => {
  const { unit, n } = spanOf(milliseconds);
  expect(`${n}${unit}`).toBe(expected);
});

test.each([
  [100, "1m40s"],
  [10, "10s"],
  [3600, "1h0m0s"],
  [0, "0s"],
])("%i seconds read %s, as in Flux's field", (seconds, expected) => {
  expect(goDuration(seconds)).toBe(expected);
});
