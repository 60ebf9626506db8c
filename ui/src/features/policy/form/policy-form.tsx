import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyDraft, PolicyPage, Rule, RuleKind } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { Button } from "@/components/button";
import { Frame } from "@/components/frame";
import { TextInput } from "@/components/input";
import { Segmented } from "@/components/segmented";
import { useOpenReview } from "@/domain/review";
import { changedFields, draftFrom, kindChanged, sameDraft } from "./draft";
import { TrialResult } from "./trial-result";

const settles = 150;

/**
 * The rule, and at once what it would choose. Nothing is saved: "Plan this change" opens the review sheet with the edit of
 * the ImagePolicy in Git.
 */
export function PolicyForm({
  page,
  trial,
  onTrial,
}: {
  page: PolicyPage;
  trial: PolicyDraft | undefined;
  onTrial: (draft: PolicyDraft | undefined) => void;
}) {
  const { t } = useTranslation("policy");
  const saved = page.rule;
  const draft = trial ?? draftFrom(saved);
  const changed = saved ? changedFields(saved, draft) : ["rule"];
  const asked = useSettled(draft);
  const answer = useAsk("tryPolicy", { policy: page.policy, draft: asked }, { keepLast: true });
  const openReview = useOpenReview();
  const change = (next: PolicyDraft) => onTrial(saved && sameDraft(saved, next) ? undefined : next);
  const invalid = answer.data?.problem;

  return (
    <Frame
      title={t("form.title")}
      aside={changed.length > 0 ? t("form.unsaved", { count: changed.length }) : undefined}
      actions={
        changed.length > 0 && (
          <>
            <Button look="ghost" onClick={() => onTrial(undefined)}>
              {t("form.revert")}
            </Button>
            <Button
              look="primary"
              disabled={saved === null || answer.data === undefined || answer.data.problem !== null}
              onClick={() => openReview({ intent: "rule", policy: page.policy, draft })}
            >
              {t("form.plan")}
            </Button>
          </>
        )
      }
    >
      <Fields draft={draft} saved={saved} onChange={change} problem={invalid?.code} />
      <TrialResult
        trial={answer.data}
        error={answer.error}
        chosen={page.chosen?.tag ?? null}
        pending={answer.isPending}
      />
    </Frame>
  );
}

function Fields({
  draft,
  saved,
  onChange,
  problem,
}: {
  draft: PolicyDraft;
  saved: PolicyDraft | null;
  onChange: (draft: PolicyDraft) => void;
  problem: string | undefined;
}) {
  const { t } = useTranslation("policy");
  const id = useId();
  const { rule } = draft;
  const kinds: RuleKind[] = ["semver", "numerical", "alphabetical"];
  return (
    <div className="grid grid-cols-[64px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 px-4 py-3 text-small">
      <span className="text-fg-muted">{t("form.order")}</span>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented<RuleKind>
          label={t("form.order")}
          value={rule.kind}
          onChange={(kind) => onChange({ ...draft, rule: kindChanged(rule, kind, saved) })}
          segments={kinds.map((kind) => ({ value: kind, label: kind }))}
        />
      </div>
      {rule.kind === "semver" ? (
        <>
          <label htmlFor={`${id}-range`} className="text-fg-muted">
            {t("form.range")}
          </label>
          <div className="flex items-center gap-2">
            <TextInput
              id={`${id}-range`}
              mono
              className="w-40"
              value={rule.range}
              aria-invalid={problem === "invalidRange" || undefined}
              onChange={(event) => onChange({ ...draft, rule: { kind: "semver", range: event.target.value } })}
            />
            <Was saved={saved?.rule} rule={rule} />
          </div>
        </>
      ) : (
        <>
          <span className="text-fg-muted">{t("form.end")}</span>
          <div>
            <Segmented
              label={t("form.end")}
              value={rule.order}
              onChange={(order) => onChange({ ...draft, rule: { ...rule, order } })}
              segments={[
                { value: "asc", label: t("form.asc") },
                { value: "desc", label: t("form.desc") },
              ]}
            />
          </div>
        </>
      )}
      <label htmlFor={`${id}-filter`} className="text-fg-muted">
        {t("form.filter")}
      </label>
      <TextInput
        id={`${id}-filter`}
        mono
        value={draft.pattern ?? ""}
        placeholder={t("form.noFilter")}
        aria-invalid={problem === "invalidFilter" || undefined}
        onChange={(event) => onChange(withText(draft, "pattern", event.target.value))}
      />
      <label htmlFor={`${id}-extract`} className="text-fg-muted">
        {t("form.extract")}
      </label>
      <TextInput
        id={`${id}-extract`}
        mono
        value={draft.extract ?? ""}
        placeholder={t("form.wholeTag")}
        disabled={!draft.pattern}
        aria-invalid={problem === "unknownGroup" || undefined}
        onChange={(event) => onChange(withText(draft, "extract", event.target.value))}
      />
    </div>
  );
}

function withText(draft: PolicyDraft, field: "pattern" | "extract", text: string): PolicyDraft {
  const { [field]: _, ...rest } = draft;
  return text === "" ? rest : { ...rest, [field]: text };
}

function Was({ saved, rule }: { saved: Rule | undefined; rule: Rule }) {
  const { t } = useTranslation("policy");
  if (saved?.kind !== "semver" || rule.kind !== "semver" || saved.range === rule.range) return null;
  return (
    <span className="whitespace-nowrap text-fg-muted">
      {t("form.was")} <span className="mono">{saved.range}</span>
    </span>
  );
}

/** The draft once the keys rest for a moment, so that not every letter is a question. */
function useSettled(draft: PolicyDraft): PolicyDraft {
  const [settled, setSettled] = useState(draft);
  const text = JSON.stringify(draft);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the draft
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), settles);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
