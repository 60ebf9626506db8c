import { describe, expect, test } from "vitest";
import { brushBetween, brushed, byReason, laneAt } from "./brush";
import { hit } from "./hit";
import { flaskApp, timeline } from "./sample";
import { plan, scene } from "./scene";
import { type Direction, start, travel } from "./travel";
import { rangeView } from "./view";

const frame = { left: 112, right: 1184 };
const data = flaskApp();
const drawn = plan(data, "time", { folded: new Set(), showAll: false });
const view = rangeView(drawn.axis, frame, "6w", data.now);
const picture = scene(drawn, view, frame, () => 100);
const indexOf = (tag: string) => data.tags.findIndex((one) => one.tag === tag);

describe("a scene", () => {
  test("draws every tag of the view once", () => {
    const seen = picture.lanes.flatMap(({ marks, pills }) => [
      ...marks.map((mark) => mark.index),
      ...pills.flatMap((pill) => pill.indices),
    ]);
    expect(seen.sort((a, b) => a - b)).toEqual(data.tags.map((_, index) => index));
  });

  test("flies Git's flag at the tag that stands in Git", () => {
    const [flag] = picture.lanes[2]?.flags ?? [];
    const mark = picture.lanes[2]?.marks.find(({ index }) => index === indexOf("1.0.3"));
    expect(flag?.stem).toBe(mark?.x);
  });

  test("of nothing at all is a head and no lanes", () => {
    const empty = plan(timeline({}), "even", { folded: new Set(), showAll: false });
    expect(empty.lanes).toEqual([]);
    expect(start(empty)).toBe(-1);
    expect(scene(empty, { from: 0, to: 1 }, frame, () => 0).lanes).toEqual([]);
  });

  test("on an even axis spaces the release lines, whatever belongs to none", () => {
    const even = plan(data, "even", { folded: new Set(), showAll: false });
    const units = ["1.0.3", "1.0.4", "1.1.0"].map((tag) => even.axis.toUnit(data.tags[indexOf(tag)]?.at ?? 0));
    expect(units).toEqual([0, 1, 2]);
  });
});

describe("the pointer", () => {
  const chosen = picture.lanes[2]?.marks.find(({ index }) => index === indexOf("1.0.5"));
  const x = chosen?.x ?? 0;
  const y = picture.lanes[2]?.lane.line ?? 0;

  test("hits a mark within twelve pixels, and its name below it", () => {
    for (const [dx, dy] of [
      [0, 0],
      [11, 0],
      [0, -11],
      [3, 18],
    ] as const) {
      expect(hit(picture, x + dx, y + dy)).toMatchObject({ kind: "mark", index: indexOf("1.0.5") });
    }
    expect(hit(picture, x + 14, y)).toBeUndefined();
    expect(hit(picture, x, y - 40)).toBeUndefined();
  });
});

describe("the keyboard", () => {
  const from = (tag: string, ...keys: Direction[]) =>
    data.tags[keys.reduce((at, key) => travel(drawn, at, key), indexOf(tag))]?.tag;

  test("begins at the choice", () => {
    expect(start(drawn)).toBe(indexOf("1.0.5"));
  });

  test("goes by tag along the lane and stays at its ends", () => {
    expect(from("1.0.5", "left")).toBe("1.0.4");
    expect(from("1.0.5", "left", "left")).toBe("1.0.3");
    expect(from("1.0.5", "left", "left", "left")).toBe("1.0.3");
    expect(from("1.0.5", "home")).toBe("1.0.3");
    expect(from("1.0.3", "end")).toBe("1.0.5");
  });

  test("goes by lane to the tag that is nearest in time", () => {
    expect(from("1.0.5", "up")).toBe("1.1.1");
    expect(from("1.0.5", "up", "up")).toBe("2.0.0-rc.1");
    expect(from("1.0.5", "up", "up", "up")).toBe("2.0.0-rc.1");
    expect(from("1.0.5", "down")).toBe("sha-1");
  });
});

describe("a brush", () => {
  const unit = (tag: string) => drawn.axis.toUnit(data.tags[indexOf(tag)]?.at ?? 0);

  test("takes the tags of its stretch in its lanes, from whichever corner it was drawn", () => {
    const corners = [
      { unit: unit("1.1.0"), lane: 1 },
      { unit: unit("1.1.1"), lane: 0 },
    ] as const;
    const one = brushed(drawn, brushBetween(corners[0], corners[1])).map((index) => data.tags[index]?.tag);
    const other = brushed(drawn, brushBetween(corners[1], corners[0])).map((index) => data.tags[index]?.tag);
    expect(one).toEqual(["2.0.0-rc.1", "1.1.0", "1.1.1"]);
    expect(other).toEqual(one);
  });

  test("is answered by reason, the most frequent first", () => {
    const all = brushed(drawn, { from: drawn.axis.first, to: drawn.axis.last, fromLane: 0, toLane: 3 });
    expect(byReason(drawn, all).map(({ code, indices }) => [code, indices.length])).toEqual([
      ["outsideRange", 2],
      ["prerelease", 1],
      ["notAVersion", 1],
    ]);
  });

  test("finds its lane by height, and the nearest when it leaves the lanes", () => {
    expect([0, 40, 100, 200, 260, 900].map((y) => laneAt(drawn, y))).toEqual([0, 0, 1, 2, 3, 3]);
  });
});
