import { expect, test } from "vitest";
import type { AppCell, AppRow } from "@/api/generated";
import { shown } from "./showing";

const cell = (change: Partial<AppCell>): AppCell => ({
  running: ["1.0.0"],
  since: null,
  health: "fine",
  ready: 1,
  wanted: 1,
  behind: 0,
  isSuspended: false,
  reason: null,
  words: "",
  ...change,
});

const row = (name: string, cells: (AppCell | null)[], isHeld = false): AppRow => ({
  policy: { source: "fleet", namespace: "shop", name },
  inGit: "1.0.0",
  candidate: null,
  isReady: false,
  isHeld,
  cells,
});

test("a row is shown for what any of its cells says", () => {
  const rows = [
    row("fine", [cell({}), null]),
    row("behind", [cell({}), cell({ behind: 2 })]),
    row("held", [cell({})], true),
    row("broken", [cell({ health: "broken" }), null]),
  ];
  const names = (text: string, show: Parameters<typeof shown>[2]) =>
    shown(rows, text, show).map((one) => one.policy.name);
  expect(names("", "all")).toEqual(["fine", "behind", "held", "broken"]);
  expect(names("", "behind")).toEqual(["behind"]);
  expect(names("", "held")).toEqual(["held"]);
  expect(names("", "unhealthy")).toEqual(["broken"]);
  expect(names("SHOP/b", "all")).toEqual(["behind", "broken"]);
});
