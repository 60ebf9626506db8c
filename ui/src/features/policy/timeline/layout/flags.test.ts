import { expect, test } from "vitest";
import type { Flag } from "../types";
import { placeFlags } from "./flags";

const git: Flag = { tag: "t", label: "Git", kind: "git" };
const place = (label: string): Flag => ({ tag: "t", label, kind: "environment" });
const drawn = (marks: Parameters<typeof placeFlags>[0]) =>
  placeFlags(marks).map(({ label, row, side }) => `${label} ${row === 0 ? "up" : "down"} ${side}`);

test("Git flies on top, an environment below it", () => {
  expect(drawn([{ x: 100, flags: [place("staging"), git] }])).toEqual(["Git up right", "staging down right"]);
  expect(drawn([{ x: 100, flags: [place("prod")] }])).toEqual(["prod down right"]);
});

test("of three or more the rest becomes a number that remembers its names", () => {
  const flags = placeFlags([{ x: 100, flags: [git, place("staging"), place("prod")] }]);
  expect(flags.map(({ label }) => label)).toEqual(["Git", "+2"]);
  expect(flags[1]?.hidden).toEqual(["staging", "prod"]);
});

test("a flag that would touch the next one flips to the left", () => {
  expect(
    drawn([
      { x: 100, flags: [git] },
      { x: 120, flags: [git] },
    ]),
  ).toEqual(["Git up left", "Git up right"]);
  expect(
    drawn([
      { x: 100, flags: [git] },
      { x: 200, flags: [git] },
    ]),
  ).toEqual(["Git up right", "Git up right"]);
});

test("a flag does not flip over the one before", () => {
  const [, middle] = placeFlags([
    { x: 60, flags: [git] },
    { x: 100, flags: [git] },
    { x: 120, flags: [git] },
  ]);
  expect(middle?.side).toBe("right");
});
