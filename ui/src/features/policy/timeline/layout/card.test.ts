import { describe, expect, test } from "vitest";
import { overlap, placeCard } from "./card";

const size = { width: 440, height: 120 };
const bounds = { x: 8, y: -72, width: 1168, height: 560 };
const inRange = { x: 0, y: 144, width: 1184, height: 104 };
const clear = [{ above: 144, below: 248 }];

describe("a card", () => {
  test("of a mark in range stands clear of its lane, hangs to the side with more room and is joined by a line", () => {
    const place = placeCard(size, { x: 795, y: 214 }, bounds, [inRange], clear);
    expect(place.y + size.height).toBeLessThanOrEqual(144);
    expect(place.x + size.width).toBe(803);
    expect(place.leader).toEqual({ x1: 795, y1: place.y + size.height, x2: 795, y2: 202 });
    const left = placeCard(size, { x: 200, y: 214 }, bounds, [inRange], clear);
    expect(left.x).toBe(192);
  });

  test("never covers its mark, a lane in range or a flag where there is room", () => {
    const flag = { x: 693, y: 163, width: 60, height: 40 };
    for (let x = 120; x < 1180; x += 33) {
      for (const y of [57, 113, 214, 270]) {
        const place = placeCard(size, { x, y }, bounds, [inRange, flag], [...clear, { below: 300 }]);
        const rect = { x: place.x, y: place.y, ...size };
        expect(overlap(rect, { x: x - 12, y: y - 12, width: 24, height: 24 }), `the mark at ${x}, ${y}`).toBe(0);
        expect(overlap(rect, inRange), `the lane, from ${x}, ${y}`).toBe(0);
        expect(overlap(rect, flag), `the flag, from ${x}, ${y}`).toBe(0);
      }
    }
  });

  test("stays inside of its bounds even when everything is in the way", () => {
    const place = placeCard(
      size,
      { x: 600, y: 214 },
      { ...bounds, width: 500, height: 200 },
      [{ x: 0, y: -500, width: 2000, height: 2000 }],
      [],
    );
    expect(place.x).toBeGreaterThanOrEqual(8);
    expect(place.x + size.width).toBeLessThanOrEqual(508);
    expect(place.y).toBeGreaterThanOrEqual(-72);
  });
});
