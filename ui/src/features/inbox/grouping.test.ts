import { expect, test } from "vitest";
import type { Inbox, InboxItem, StuckRollout, Wait } from "@/api/generated";
import { emptyFilter } from "@/lib/filter";
import { between, groupsOf, stuckOf, waited } from "./grouping";

function item(source: string, name: string): InboxItem {
  return {
    policy: { source, namespace: "flux-system", name },
    image: `docker.io/acme/${name}`,
    change: { from: null, to: { tag: "1.0.1", digest: null }, step: "patch", isDowngrade: false },
    firstSeen: null,
    places: [],
    words: "",
    gates: [],
    waitsSince: null,
    waitsUntil: null,
    next: { kind: "review", at: null, since: null, remedy: null },
    release: null,
    automation: null,
  };
}

const inbox: Inbox = {
  groups: [
    { wait: "ready", items: [item("shop", "web"), item("fleet", "flask-app")] },
    { wait: "held", items: [item("fleet", "mailer")] },
  ],
  rollouts: [],
  total: 3,
  asOf: null,
};
const shape = (groups: ReturnType<typeof groupsOf>) =>
  groups.map(({ key, entries }) => [key, ...entries.map((entry) => entry.item.policy.name)]);

test("by reason the engine's order stays; by repository the groups go by name and keep their waits", () => {
  expect(shape(groupsOf(inbox, "reason", emptyFilter))).toEqual([
    ["ready", "web", "flask-app"],
    ["held", "mailer"],
  ]);
  const byRepository = groupsOf(inbox, "repository", emptyFilter);
  expect(shape(byRepository)).toEqual([
    ["fleet", "flask-app", "mailer"],
    ["shop", "web"],
  ]);
  expect(byRepository[0]?.entries.map(({ wait }): Wait => wait)).toEqual(["ready", "held"]);
});

test("a filter leaves no empty group", () => {
  const filter = { tokens: [{ key: "repo", value: "fleet" }], text: "mail" };
  expect(shape(groupsOf(inbox, "reason", filter))).toEqual([["held", "mailer"]]);
});

test("what is stuck is grouped by cluster and narrowed like the rest", () => {
  const rollout = (cluster: string, release: string, name: string): StuckRollout => ({
    release,
    cluster,
    source: "fleet",
    changes: [{ policy: null, title: name, version: null, fields: [] }],
    reason: "ImagePullBackOff",
    words: "Back-off pulling image",
    since: "2026-11-26T09:00:00Z",
    canUndo: true,
  });
  const stuck = {
    ...inbox,
    rollouts: [rollout("dev", "b", "web"), rollout("dev", "a", "api"), rollout("prod", "b", "web")],
  };
  const shown = (filter: typeof emptyFilter) =>
    stuckOf(stuck, filter).map(({ cluster, rollouts }) => [cluster, ...rollouts.map(({ release }) => release)]);
  expect(shown(emptyFilter)).toEqual([
    ["dev", "b", "a"],
    ["prod", "b"],
  ]);
  expect(shown({ tokens: [{ key: "policy", value: "api" }], text: "pull" })).toEqual([["dev", "a"]]);
  expect(shown({ tokens: [{ key: "repo", value: "shop" }], text: "" })).toEqual([]);
});

test("a range holds both its ends, whichever was picked first", () => {
  expect(between(["a", "b", "c", "d"], "c", "a")).toEqual(["a", "b", "c"]);
  expect(between(["a", "b"], "b", "b")).toEqual(["b"]);
  expect(between(["a", "b"], "gone", "b")).toEqual([]);
});

test("a wait is between its begin and its end, and over when it has none", () => {
  expect(waited(0, 100, 25)).toBe(0.25);
  expect(waited(0, 100, 500)).toBe(1);
  expect(waited(50, 50, 0)).toBe(1);
});
