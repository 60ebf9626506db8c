import { presentableDiff } from "@codemirror/merge";
import { expect, test } from "vitest";
import { wholeWords } from "./whole-words";

/** Each change as "before > after". */
function changed(a: string, b: string): string[] {
  return wholeWords(presentableDiff(a, b), a, b).map(
    ({ fromA, toA, fromB, toB }) => `${a.slice(fromA, toA)} > ${b.slice(fromB, toB)}`,
  );
}

test.each([
  ["image: acme/app:1.0.3 # marker", "image: acme/app:1.0.5 # marker", ["1.0.3 > 1.0.5"]],
  ["image: acme/app:1.0.3", "image: acme/app:1.0.31", ["1.0.3 > 1.0.31"]],
  ["image: acme/app:1.9.0", "image: acme/app:1.10.0-rc.1", ["1.9.0 > 1.10.0-rc.1"]],
  ["image: acme/app@sha256:4c7a19e", "image: acme/app@sha256:b02d5f8", ["4c7a19e > b02d5f8"]],
  ["range: 1.0.x", "range: 1.x", ["1.0.x > 1.x"]],
  ["same", "same", []],
])("%s → %s", (a, b, expected) => {
  expect(changed(a, b)).toEqual(expected);
});

test("what lies between two changes stays the same in both texts", () => {
  const a = "a: 1.0.0\nb: keep\nc: 2.0.0\n";
  const b = "a: 1.0.1\nb: keep\nc: 2.1.0\nd: new\n";
  let atA = 0;
  let atB = 0;
  for (const { fromA, toA, fromB, toB } of [
    ...wholeWords(presentableDiff(a, b), a, b),
    { fromA: a.length, toA: 0, fromB: b.length, toB: 0 },
  ]) {
    expect(a.slice(atA, fromA)).toBe(b.slice(atB, fromB));
    atA = toA;
    atB = toB;
  }
});
