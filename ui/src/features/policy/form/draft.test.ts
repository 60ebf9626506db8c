import { expect, test } from "vitest";
import type { PolicyDraft } from "@/api/generated";
import { changedFields, draftFrom, kindChanged, sameDraft } from "./draft";

const saved: PolicyDraft = { rule: { kind: "semver", range: "1.0.x" }, pattern: "^v" };

test("an absent text and an empty one are the same", () => {
  expect(sameDraft(saved, { ...saved, extract: "" })).toBe(true);
  expect(sameDraft({ rule: saved.rule }, { rule: saved.rule, pattern: "" })).toBe(true);
});

test("each field that differs is named", () => {
  expect(changedFields(saved, saved)).toEqual([]);
  expect(changedFields(saved, { ...saved, rule: { kind: "semver", range: "1.x" } })).toEqual(["rule"]);
  expect(changedFields(saved, { rule: { kind: "numerical", order: "asc" }, extract: "$1" })).toEqual([
    "rule",
    "pattern",
    "extract",
  ]);
});

test("going to another kind and back finds the rule of Git again", () => {
  const there = kindChanged(saved.rule, "numerical", saved);
  expect(there).toEqual({ kind: "numerical", order: "asc" });
  expect(kindChanged(there, "semver", saved)).toEqual(saved.rule);
  expect(kindChanged(saved.rule, "semver", null)).toBe(saved.rule);
});

test("a policy without a rule begins with the widest", () => {
  expect(draftFrom(null).rule).toEqual({ kind: "semver", range: "*" });
});
