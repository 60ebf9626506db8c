import { expect, test } from "vitest";
import type { ReleaseRow, ReleaseState } from "@/api/generated";
import { groupReleases } from "./grouping";

function row(release: string, state: ReleaseState, createdAt: string): ReleaseRow {
  return {
    release,
    state,
    changes: [],
    target: { source: "fleet", remote: "", checkout: "main", branch: "main", createsBranch: false, automation: null },
    commit: null,
    started: { by: "you" },
    createdAt,
    updatedAt: createdAt,
    undoes: null,
    undoneBy: null,
  };
}

test("what is open stands first whatever its day, then a group a day in the order given", () => {
  const groups = groupReleases([
    row("a", "pushed", "2026-11-25T12:00:00"),
    row("b", "queued", "2026-11-25T11:00:00"),
    row("c", "failed", "2026-11-25T09:00:00"),
    row("d", "stuck", "2026-11-20T09:00:00"),
    row("e", "pushed", "2026-11-24T23:59:00"),
  ]);
  expect(groups.map((group) => [group.kind, ...group.rows.map(({ release }) => release)])).toEqual([
    ["underWay", "d"],
    ["queued", "b"],
    ["day", "a", "c"],
    ["day", "e"],
  ]);
});
