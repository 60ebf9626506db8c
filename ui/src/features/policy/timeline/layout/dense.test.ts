import { describe, expect, test } from "vitest";
import { type DenseInput, dense } from "./dense";

function input(units: number[], rest: Partial<DenseInput> = {}): DenseInput {
  return {
    indices: units.map((_, index) => index),
    units: Float64Array.from(units),
    scale: 1,
    offset: 0,
    left: -1000,
    right: 5000,
    now: 5000,
    matches: () => false,
    alone: () => false,
    touching: 12,
    ...rest,
  };
}

/** Every tag that is drawn, alone or in a pill. */
const drawn = ({ marks, pills }: ReturnType<typeof dense>) =>
  [...marks.map(({ index }) => index), ...pills.flatMap(({ indices }) => indices)].sort((a, b) => a - b);

describe("marks", () => {
  test("far enough apart stand alone", () => {
    const { marks, pills } = dense(input([0, 12, 30]));
    expect(marks.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(pills).toEqual([]);
  });

  test("that would touch become a pill with their count", () => {
    const { marks, pills } = dense(input([0, 5, 9, 60]));
    expect(marks.map(({ index }) => index)).toEqual([3]);
    expect(pills.map(({ count, from, to }) => ({ count, from, to }))).toEqual([{ count: 3, from: 0, to: 9 }]);
  });

  test("that are chosen or flagged never vanish in one, and pills make room for them", () => {
    const { marks, pills } = dense(input([0, 4, 8, 12, 16], { alone: (index) => index === 2 }));
    expect(marks.map(({ index }) => index)).toEqual([2]);
    expect(pills.map(({ count }) => count)).toEqual([2, 2]);
    for (const pill of pills) expect(Math.abs(pill.x - 8) - pill.width / 2).toBeGreaterThanOrEqual(9);
  });
});

describe("a pill", () => {
  test("is filled when any of its tags matches", () => {
    const filled = (matching: number) =>
      dense(input([0, 5, 9], { matches: (index) => index === matching })).pills.map((pill) => pill.filled);
    expect(filled(1)).toEqual([true]);
    expect(filled(7)).toEqual([false]);
  });

  test("stands for a stretch and not for everything", () => {
    const { pills } = dense(input(Array.from({ length: 400 }, (_, index) => index * 2)));
    expect(pills.length).toBeGreaterThan(5);
    expect(pills.length).toBeLessThan(12);
  });

  test("keeps left of now", () => {
    const { pills } = dense(input([990, 994, 998], { now: 1000 }));
    expect((pills[0]?.x ?? 0) + (pills[0]?.width ?? 0) / 2).toBeLessThanOrEqual(996);
  });

  test("is never one mark alone beside its neighbours", () => {
    // Cuts lie at multiples of 128 units: 126 and 130 are on both sides of one.
    expect(dense(input([118, 122, 126, 130])).pills.map(({ count }) => count)).toEqual([4]);
    expect(dense(input([126, 130, 134])).pills.map(({ count }) => count)).toEqual([3]);
  });
});

test("panning moves pills and never regroups them", () => {
  const units = Array.from({ length: 500 }, (_, index) => (index * 37) % 900).sort((a, b) => a - b);
  const groups = (offset: number) =>
    dense(input(units, { offset, left: 0, right: 10_000 })).pills.map(({ indices }) => indices.join(","));
  const before = groups(1000);
  for (let shift = 1; shift < 60; shift += 7) expect(groups(1000 + shift)).toEqual(before);
});

test("every tag in view is drawn once, at every zoom", () => {
  const units = Array.from({ length: 300 }, (_, index) => index * index * 0.05);
  for (const scale of [0.01, 0.1, 1, 7, 40]) {
    const all = dense(input(units, { scale, left: -1e6, right: 1e6, now: 1e6 }));
    expect(drawn(all)).toEqual(units.map((_, index) => index));
  }
});

test("ten thousand tags are laid out within a frame", () => {
  const units = Array.from({ length: 10_000 }, (_, index) => index * 0.2);
  const wanted = input(units);
  dense(wanted);
  const rounds = 20;
  const begin = performance.now();
  for (let round = 0; round < rounds; round += 1) dense(wanted);
  // A loaded machine is slow; an accident that makes it quadratic would be seconds.
  expect((performance.now() - begin) / rounds).toBeLessThan(100);
});
