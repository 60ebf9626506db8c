import { expect, test } from "vitest";
import { parseSpan, writeSpan } from "./span";

test.each([
  ["1m40s", 100],
  ["10s", 10],
  ["3d", 259_200],
  ["1h 30m", 5400],
  ["0", 0],
])("%s is read", (text, seconds) => {
  expect(parseSpan(text)).toBe(seconds);
});

test.each(["", "5", "m5", "1w", "-3s", "1.5h"])("%s is refused", (text) => {
  expect(parseSpan(text)).toBeUndefined();
});

test.each([0, 10, 100, 60, 3600, 5400, 3605, 86_400, 259_200])(
  "%d seconds are written so that they are read again",
  (seconds) => {
    expect(parseSpan(writeSpan(seconds))).toBe(seconds);
    expect(writeSpan(seconds)).not.toMatch(/\D0[smh]/);
  },
);
