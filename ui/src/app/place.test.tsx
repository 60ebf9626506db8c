import { createMemoryHistory } from "@tanstack/react-router";
import { beforeEach, expect, test } from "vitest";
import { keepPlace } from "./place";
import { makeRouter } from "./router";

beforeEach(() => localStorage.clear());

/** A window opened at an address, and where it stands then. */
function open(address = "/") {
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = makeRouter(history);
  keepPlace(router);
  return { router, at: () => history.location.href };
}

async function leaveAt(place: string) {
  const { router } = open(place);
  await router.load();
}

test("a window opens where it was left", async () => {
  await leaveAt("/settings");
  expect(open().at()).toBe("/settings");
});

test("an address that was asked for wins over where it was left", async () => {
  await leaveAt("/settings");
  expect(open("/activity").at()).toBe("/activity");
});

test("filters are kept, a review sheet is not", async () => {
  await leaveAt("/images?filter=repo%3Afleet&review=r1");
  const [path, search] = open().at().split("?");
  expect(path).toBe("/images");
  expect(new URLSearchParams(search).get("filter")).toBe("repo:fleet");
  expect(new URLSearchParams(search).has("review")).toBe(false);
});

test.each(["//example.com", "https://example.com", "/\\example.com", ""])("%j is no place to go to", (place) => {
  localStorage.setItem("sluice.place", place);
  expect(open().at()).toBe("/");
});
