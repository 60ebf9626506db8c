import { expect, test } from "vitest";
import { fuzzy } from "./fuzzy";

const best = (query: string, ...texts: string[]) =>
  texts
    .flatMap((text) => {
      const match = fuzzy(text, query);
      return match ? [{ text, score: match.score }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ text }) => text);

test("every character must answer, in order", () => {
  expect(fuzzy("flask-app", "fap")).toBeDefined();
  expect(fuzzy("flask-app", "paf")).toBeUndefined();
  expect(fuzzy("flask-app", "")?.score).toBe(0);
});

test("a whole word wins over scattered letters, its beginning over its middle, the shorter over the longer", () => {
  expect(best("app", "a-pretty-page", "flask-app", "wrapped")[0]).toBe("flask-app");
  expect(best("hold", "threshold", "Hold flask-app")).toEqual(["Hold flask-app", "threshold"]);
  expect(best("redis", "redis-exporter", "redis")[0]).toBe("redis");
});

test("the places that answered can be shown", () => {
  expect(fuzzy("Hold flask-app", "hold f")?.at).toEqual([0, 1, 2, 3, 5]);
  expect(fuzzy("flask-app", "app")?.at).toEqual([6, 7, 8]);
});
