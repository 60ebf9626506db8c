import { expect, test } from "vitest";
import { isSpoilt, keyOf } from "./cache";

const flask = { source: "fleet", namespace: "flux-system", name: "flask-app" };
const redis = { source: "fleet", namespace: "flux-system", name: "redis" };
const stale = (rest: Partial<Parameters<typeof isSpoilt>[1]>) => ({ tags: [], policy: null, source: null, ...rest });

test("an answer is spoilt when one of its tags is", () => {
  expect(isSpoilt(keyOf("images", {}), stale({ tags: ["images"] }))).toBe(true);
  expect(isSpoilt(keyOf("timeline", { policy: flask }), stale({ tags: ["tags"] }))).toBe(true);
  expect(isSpoilt(keyOf("images", {}), stale({ tags: ["tags", "sources"] }))).toBe(false);
  expect(isSpoilt(keyOf("images", {}), stale({ tags: [] }))).toBe(false);
});

test("an event about one policy leaves the others alone, and spoils what names none", () => {
  const event = stale({ tags: ["policy", "images"], policy: flask });
  expect(isSpoilt(keyOf("policy", { policy: flask }), event)).toBe(true);
  expect(isSpoilt(keyOf("policy", { policy: redis }), event)).toBe(false);
  expect(isSpoilt(keyOf("images", {}), event)).toBe(true);
});

test("an event about one source likewise", () => {
  const event = stale({ tags: ["sources"], source: "fleet" });
  expect(isSpoilt(keyOf("source", { source: "fleet" }), event)).toBe(true);
  expect(isSpoilt(keyOf("source", { source: "shop" }), event)).toBe(false);
  expect(isSpoilt(keyOf("sources", {}), event)).toBe(true);
});

test("a key that is no command of ours is left alone", () => {
  expect(isSpoilt(["something"], stale({ tags: ["images"] }))).toBe(false);
});
