import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ObjectRef, PolicyDraft, PolicyPage } from "@/api/generated";
import { useAct } from "@/api/hooks";
import { sayError } from "@/domain/error-words";
import { useOpenReview } from "@/domain/review";
import { versionText } from "@/domain/step";
import type { Action } from "@/lib/actions";
import { say } from "@/lib/toast";

export interface PolicyActions {
  list: Action[];
  review: () => void;
  reviewTag: (tag: string) => void;
  /** The version that a hold is being written for; `null` keeps what is in Git, `undefined` when none is. */
  holding: string | null | undefined;
  hold: (tag: string | null) => void;
  closeHold: () => void;
  liftHold: () => void;
  checkNow: () => void;
  /** A rule that is being tried and not saved. */
  trial: PolicyDraft | undefined;
  setTrial: (draft: PolicyDraft | undefined) => void;
}

/** What can be done with a policy, from its page's buttons, its timeline and its keys alike. */
export function usePolicyActions(policy: ObjectRef, page: PolicyPage | undefined): PolicyActions {
  const { t } = useTranslation("policy");
  const [holding, setHolding] = useState<string | null>();
  const [trial, setTrial] = useState<PolicyDraft>();
  const openReview = useOpenReview();
  const lift = useAct("liftHold");
  const check = useAct("checkNow");
  const failed = sayError;

  const review = () => openReview({ intent: "release", policies: [policy] });
  const reviewTag = (tag: string) => {
    if (page?.candidate?.to.tag === tag) review();
    else openReview({ intent: "tag", policy, tag });
  };
  const liftHold = () =>
    lift.mutate({ policy }, { onSuccess: () => say(t("holdLifted", { name: policy.name })), onError: failed });
  const checkNow = () => check.mutate({ scope: { what: "policy", policy } }, { onError: failed });

  const list: Action[] = [];
  if (page?.candidate) {
    list.push({
      id: "review",
      label: t("reviewVersion", { version: versionText(page.candidate.to) }),
      keys: "Enter",
      scope: "page",
      run: review,
    });
  }
  list.push(
    { id: "hold", label: t("hold"), keys: "h", scope: "page", run: () => setHolding(page?.inGit?.tag ?? null) },
    { id: "check", label: t("checkNow"), keys: "r", scope: "page", run: checkNow },
  );
  for (const [keys, label] of [
    ["ArrowLeft", t("keys.byTag")],
    ["Shift+ArrowUp", t("keys.byLane")],
    ["c", t("keys.compare")],
    ["b", t("keys.brush")],
    ["t", t("keys.table")],
  ] as const) {
    list.push({
      id: `timeline-${keys}`,
      label,
      keys,
      scope: "page",
      keysOnly: true,
      heardElsewhere: true,
      run: () => {},
    });
  }
  return {
    list,
    review,
    reviewTag,
    holding,
    hold: setHolding,
    closeHold: () => setHolding(undefined),
    liftHold,
    checkNow,
    trial,
    setTrial,
  };
}
