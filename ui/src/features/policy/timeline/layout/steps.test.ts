import { describe, expect, test } from "vitest";
import type { StepLine } from "../types";
import { ago, now } from "./sample";
import { placeSteps, rises } from "./steps";

const git: StepLine = {
  id: "git",
  label: "Git",
  kind: "git",
  moves: [
    { at: ago(34), tag: "1.0.0", isRollback: false },
    { at: ago(20), tag: "1.0.2", isRollback: false },
    { at: ago(11), tag: "1.0.4", isRollback: false },
    { at: ago(10.75), tag: "1.0.2", isRollback: true },
  ],
};
const lagging: StepLine = { ...git, id: "prod", kind: "environment", moves: git.moves.slice(0, 1) };
const toX = (time: number) => 1000 - (now - time) / 86_400_000 / 0.05;
const bounds = { left: 100, right: 1100, now: 1000 };
const place = (line: StepLine) =>
  placeSteps(
    line,
    rises([git, lagging], () => undefined),
    toX,
    bounds,
    () => 150,
  );

describe("how high a tag stands", () => {
  test("is four pixels a version, the same in every row, so that a lag reads as lower", () => {
    const rise = rises([git, lagging], () => undefined);
    expect([...rise]).toEqual([
      ["1.0.0", 0],
      ["1.0.2", 4],
      ["1.0.4", 8],
    ]);
    expect(place(lagging).endRise).toBeLessThan(place(git).endRise);
  });

  test("is scaled so that it never exceeds sixteen", () => {
    const long = {
      ...git,
      moves: Array.from({ length: 30 }, (_, index) => ({
        at: ago(60 - index),
        tag: `1.0.${index}`,
        isRollback: false,
      })),
    };
    expect(Math.max(...rises([long], () => undefined).values())).toBe(16);
  });

  test("follows when the tags were published where that is known", () => {
    const published: Record<string, number> = { "1.0.0": 3, "1.0.2": 2, "1.0.4": 1 };
    expect([...rises([git], (tag) => published[tag]).keys()]).toEqual(["1.0.4", "1.0.2", "1.0.0"]);
  });
});

test("a tread that was taken back is a notch with its words, and the one it went back to is named once", () => {
  const { treads, labels } = place(git);
  expect(treads.map(({ tag, rolledBack }) => [tag, rolledBack])).toEqual([
    ["1.0.0", false],
    ["1.0.2", false],
    ["1.0.4", true],
    ["1.0.2", false],
  ]);
  expect(treads[2]?.stood).toBeCloseTo(0.25 * 86_400_000);
  expect(labels.map(({ kind, text }) => `${kind} ${text}`).sort()).toEqual([
    "present 1.0.2",
    "rolled-back 1.0.4",
    "tag 1.0.0",
    "tag 1.0.2",
  ]);
});

test("words never touch: the present one stands, the older give way", () => {
  const close = (time: number) => 960 - (now - time) / 86_400_000;
  const { labels } = placeSteps(
    git,
    rises([git], () => undefined),
    close,
    { ...bounds, left: 900 },
    () => 150,
  );
  expect(labels.map(({ kind }) => kind)).toContain("present");
  expect(labels.length).toBeLessThan(4);
});

test("a line that nothing ever stood on is empty and does not break", () => {
  const { treads, labels } = place({ ...git, moves: [] });
  expect([treads, labels]).toEqual([[], []]);
});

test("what is not sure turns dashed from there on", () => {
  const { unsureFrom, labels } = place({ ...git, unsure: { since: ago(9), words: "sync suspended" } });
  expect(unsureFrom).toBeCloseTo(toX(ago(9)));
  expect(labels.some(({ text }) => text === "sync suspended")).toBe(true);
});

test("a view of the past names what stood then and not what stands now", () => {
  const { labels } = placeSteps(
    git,
    rises([git], () => undefined),
    toX,
    { left: 330, right: 560, now: 1000 },
    () => 150,
  );
  expect(labels.map(({ kind, text }) => [kind, text])).toEqual([["tag", "1.0.0"]]);
});
