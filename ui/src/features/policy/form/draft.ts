import type { PolicyDraft, Rule, RuleKind } from "@/api/generated";

/** What the form begins with: the rule in Git, or the widest one where Git has none. */
export function draftFrom(saved: PolicyDraft | null): PolicyDraft {
  return saved ?? { rule: { kind: "semver", range: "*" } };
}

/** Another kind of rule: the one in Git where it is of that kind, else a first guess. */
export function kindChanged(rule: Rule, kind: RuleKind, saved: PolicyDraft | null): Rule {
  if (rule.kind === kind) return rule;
  if (saved?.rule.kind === kind) return saved.rule;
  return kind === "semver" ? { kind, range: "*" } : { kind, order: "asc" };
}

/** Which of the form's fields differ. An absent text and an empty one are the same. */
export function changedFields(saved: PolicyDraft, draft: PolicyDraft): ("rule" | "pattern" | "extract")[] {
  const changed: ("rule" | "pattern" | "extract")[] = [];
  if (JSON.stringify(ordered(saved.rule)) !== JSON.stringify(ordered(draft.rule))) changed.push("rule");
  if ((saved.pattern ?? "") !== (draft.pattern ?? "")) changed.push("pattern");
  if ((saved.extract ?? "") !== (draft.extract ?? "")) changed.push("extract");
  return changed;
}

export function sameDraft(saved: PolicyDraft, draft: PolicyDraft): boolean {
  return changedFields(saved, draft).length === 0;
}

function ordered(rule: Rule): readonly string[] {
  return rule.kind === "semver" ? [rule.kind, rule.range.trim()] : [rule.kind, rule.order];
}
