import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyDraft, PolicyPage } from "@/api/generated";
import { useAsk } from "@/api/hooks";
import { useSpan } from "@/components/age";
import { Button } from "@/components/button";
import { PendingRows, Problem } from "@/components/states";
import { useNow } from "@/lib/clock";
import { msOf } from "@/lib/moment";
import { say } from "@/lib/toast";
import { Timeline } from "./timeline/timeline";
import type { TagDetails } from "./timeline/types";
import { tagDetails, timelineData } from "./timeline-data";
import type { PolicyActions } from "./use-policy-actions";

const mostAsked = 2000;

/** The timeline with what it needs from the engine: its tags, the details of the one pointed at, the way out of a brush. */
export function TagTimeline({
  page,
  actions,
  pointAt,
}: {
  page: PolicyPage;
  actions: PolicyActions;
  pointAt: string | undefined;
}) {
  const { t } = useTranslation(["policy", "common"]);
  const span = useSpan();
  const { policy } = page;
  const now = useNow("half-minute");
  const [active, setActive] = useState<string>();
  const [brushed, setBrushed] = useState<readonly string[]>([]);
  const timeline = useAsk("timeline", { policy });
  const clusters = useAsk("policyClusters", { policy });
  const tag = useAsk("tag", { policy, tag: active ?? "" }, { enabled: active !== undefined });
  const whyNot = useAsk(
    "whyNot",
    { policy, tags: brushed.slice(0, mostAsked) },
    { enabled: brushed.length > 0, keepLast: true },
  );
  const words = {
    git: "Git",
    cooling: t("coolingBand", { span: span(page.coolDown * 1000) }),
    closed: t("closedBand"),
  };
  const { git, cooling, closed } = words;
  const data = useMemo(
    () => timeline.data && timelineData(timeline.data, now, { git, cooling, closed }, clusters.data),
    [timeline.data, clusters.data, now, git, cooling, closed],
  );

  if (timeline.error && !data) {
    return (
      <Problem
        title={t("timelineFailed")}
        quote={timeline.error.message}
        action={<Button onClick={() => void timeline.refetch()}>{t("common:tryAgain")}</Button>}
      />
    );
  }
  if (!data) return <PendingRows count={8} label={t("timelineLoading")} />;
  if (data.tags.length === 0) {
    return (
      <section className="flex flex-col items-start gap-2 rounded-panel border border-line p-4">
        <h2 className="text-title font-strong">{t("noTags")}</h2>
        <p className="text-fg-secondary">
          {page.lastError ?? t("noTagsYet", { image: page.image ?? page.policy.name })}
        </p>
        <Button keys="r" onClick={actions.checkNow}>
          {t("checkNow")}
        </Button>
      </section>
    );
  }
  const suggestion = brushed.length > 0 ? whyNot.data?.suggestion : undefined;
  return (
    <Timeline
      data={data}
      pointAt={pointAt}
      details={tag.data && active ? withHold(tagDetails(tag.data), page, active) : undefined}
      onActive={setActive}
      onBrushed={setBrushed}
      suggestion={suggestion ? { rule: ruleText(suggestion.draft), chosen: suggestion.chosen } : undefined}
      onTry={suggestion ? () => actions.setTrial(suggestion.draft) : undefined}
      onReview={actions.reviewTag}
      onHold={actions.hold}
      onCopy={(text) => void navigator.clipboard.writeText(text).then(() => say(t("digestCopied")))}
    />
  );
}

/** The part of a rule that a suggestion changes, in few characters. */
export function ruleText({ rule, pattern }: PolicyDraft): string {
  if (rule.kind === "semver") return rule.range;
  return pattern ?? `${rule.kind} ${rule.order}`;
}

function withHold(details: TagDetails, page: PolicyPage, tag: string): TagDetails {
  const hold = page.holds.find((one) => one.tag === tag);
  if (!hold) return details;
  return {
    ...details,
    hold: {
      by: hold.by ?? undefined,
      reason: hold.reason || undefined,
      since: msOf(hold.since),
      until: msOf(hold.until),
    },
  };
}
