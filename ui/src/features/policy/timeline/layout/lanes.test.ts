import { expect, test } from "vitest";
import { heights, lanes, mergedKey, mostLanes, placeLanes } from "./lanes";
import { flaskApp, laneData, tagData, timeline } from "./sample";

const plain = { folded: new Set<string>(), showAll: false };

test("tags stand on their lane in order of time, whatever order they came in", () => {
  const [, , current] = lanes(flaskApp(), plain);
  const data = flaskApp();
  expect(current?.tags.map((index) => data.tags[index]?.tag)).toEqual(["1.0.3", "1.0.4", "1.0.5"]);
});

test("the lane with the choice or a flag is tall, the others are not", () => {
  const placed = placeLanes(lanes(flaskApp(), plain), 32);
  expect(placed.map(({ height }) => height)).toEqual([heights.lane, heights.lane, heights.tall, heights.other]);
  expect(placed.map(({ top }) => top)).toEqual([32, 88, 144, 248]);
  expect(placed[2]?.line).toBe(214);
});

test("a lane without tags is not drawn", () => {
  const data = timeline({ lanes: [laneData("1.0"), laneData("0.9")], tags: [tagData("1.0.0", 0, 1)] });
  expect(lanes(data, plain).map(({ name }) => name)).toEqual(["1.0"]);
});

test("of many lanes those beyond the first eight become one, never one in range or with a flag", () => {
  const many = Array.from({ length: 40 }, (_, index) => laneData(`0.${40 - index}`));
  const data = timeline({
    lanes: [...many, laneData("0.0", { inRange: true }), laneData("")],
    tags: [
      ...many.map((_, index) => tagData(`0.${40 - index}.0`, index, 30 + index)),
      tagData("0.0.1", 40, 500, { mark: "matches" }),
      tagData("sha", 41, 3),
    ],
    flags: [{ tag: "0.2.0", label: "Git", kind: "git" }],
  });
  const shown = lanes(data, plain);
  const merged = shown.find(({ key }) => key === mergedKey);
  expect(shown.filter(({ kind }) => kind !== "other").length).toBe(mostLanes);
  expect(shown.map(({ name }) => name)).toContain("0.0");
  expect(shown.map(({ name }) => name)).toContain("0.2");
  expect(shown.at(-1)?.name).toBe("");
  // No tag is lost and none is drawn twice.
  expect(shown.flatMap(({ tags }) => tags).sort((a, b) => a - b)).toEqual(data.tags.map((_, index) => index));
  expect(merged?.merged).toBe(41 - mostLanes);
  expect(lanes(data, { ...plain, showAll: true }).length).toBe(42);
});

test("a folded lane is low and prints no names", () => {
  const [lane] = placeLanes(lanes(flaskApp(), { folded: new Set(["2.0-rc"]), showAll: false }), 32);
  expect(lane).toMatchObject({ folded: true, height: heights.folded, labelled: false });
});
