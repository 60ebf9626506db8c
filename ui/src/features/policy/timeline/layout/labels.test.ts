import { expect, test } from "vitest";
import { placeLabels, uiWidth, type Wanted } from "./labels";

const label = (key: number, x: number, rest: Partial<Wanted> = {}): Wanted => ({
  key,
  x,
  width: 30,
  rank: 0,
  at: key,
  ...rest,
});
const shown = (wanted: Wanted[]) => [...placeLabels(wanted).keys()].sort((a, b) => a - b);

test("names that do not touch all stand under their marks", () => {
  expect(placeLabels([label(1, 0), label(2, 40), label(3, 80)])).toEqual(
    new Map([
      [3, 80],
      [2, 40],
      [1, 0],
    ]),
  );
});

test("when two would touch the newer wins", () => {
  expect(shown([label(1, 0), label(2, 20)])).toEqual([2]);
  expect(shown([label(1, 0), label(2, 20), label(3, 40)])).toEqual([1, 3]);
});

test("the choice and what carries a flag stand even beside newer ones", () => {
  expect(shown([label(1, 0, { rank: 2 }), label(2, 20), label(3, 40)])).toEqual([1, 3]);
  expect(shown([label(1, 0, { rank: 1 }), label(2, 20)])).toEqual([1]);
});

test("when two of them would touch, what carries the flag steps aside and the choice stays", () => {
  const places = placeLabels([label(1, 100, { rank: 1 }), label(2, 120, { rank: 2 })]);
  expect(places.get(2)).toBe(120);
  expect(places.get(1)).toBe(84);
});

test("no name is crossed by an edge: it stands on the side of its mark", () => {
  expect(placeLabels([label(1, 95)], [100])).toEqual(new Map([[1, 82]]));
  expect(placeLabels([label(1, 104)], [100])).toEqual(new Map([[1, 118]]));
  expect(placeLabels([label(1, 60)], [0, 100])).toEqual(new Map([[1, 60]]));
});

test("names that are shown never touch, however many want to be", () => {
  const wanted = Array.from({ length: 300 }, (_, key) =>
    label(key, (key * 97) % 1000, { rank: key % 50 === 0 ? 1 : 0 }),
  );
  const places = [...placeLabels(wanted).values()].sort((a, b) => a - b);
  for (let index = 1; index < places.length; index += 1) {
    expect((places[index] ?? 0) - (places[index - 1] ?? 0)).toBeGreaterThanOrEqual(36);
  }
});

test("Chinese characters are wider than Latin ones", () => {
  expect(uiWidth("冷却")).toBeGreaterThan(uiWidth("ab"));
});
