import { useNavigate } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Inbox, ObjectRef } from "@/api/generated";
import { useAct, useAsk } from "@/api/hooks";
import { Due } from "@/components/age";
import { Button } from "@/components/button";
import { FilterBox } from "@/components/filter-box";
import { Page } from "@/components/page";
import { Segmented } from "@/components/segmented";
import { StateGlyph } from "@/components/state";
import { Empty } from "@/components/states";
import { Answered } from "@/domain/answered";
import { HoldDialog } from "@/domain/hold-dialog";
import { useOpenReview } from "@/domain/review";
import { StaleBanner } from "@/domain/stale-banner";
import { emptyFilter, type Filter } from "@/lib/filter";
import { msOf } from "@/lib/moment";
import { canReview, type filterKeys, type Group, type GroupBy, groupsOf, stuckOf } from "./grouping";
import { InboxList } from "./inbox-list";
import { ItemPanel } from "./item-panel";
import { NoItems } from "./no-items";
import { SelectionBar } from "./selection-bar";
import { StuckRollouts } from "./stuck-rollouts";
import { useInboxKeys } from "./use-inbox-keys";
import { usePicks } from "./use-picks";

const nothing: Inbox = { groups: [], rollouts: [], total: 0, asOf: null };

/** Everything that wants a decision, by why it waits. */
export function InboxPage() {
  const { t } = useTranslation("inbox");
  const navigate = useNavigate();
  const answer = useAsk("inbox", {});
  const { data } = answer;
  const check = useAct("checkNow");
  const openReview = useOpenReview();
  const box = useRef<HTMLInputElement>(null);
  const [by, setBy] = useState<GroupBy>("reason");
  const [filter, setFilter] = useState<Filter>(emptyFilter);
  const [shown, setShown] = useState<string>();
  const [holding, setHolding] = useState<ObjectRef[]>();
  const [snoozing, setSnoozing] = useState(false);

  const groups = useMemo(() => groupsOf(data ?? nothing, by, filter), [data, by, filter]);
  const stuck = useMemo(() => stuckOf(data ?? nothing, filter), [data, filter]);
  const stuckCount = stuck.reduce((sum, { rollouts }) => sum + rollouts.length, 0);
  const entries = useMemo(() => groups.flatMap((group) => group.entries), [groups]);
  const ids = useMemo(() => entries.map((entry) => entry.id), [entries]);
  const picks = usePicks(ids);
  const picked = entries.filter((entry) => picks.picked.has(entry.id));
  const current = entries.find((entry) => entry.id === picks.current);
  const open = entries.find((entry) => entry.id === shown);
  // What a key acts on: what is picked, else the row it stands on.
  const meant = picked.length > 0 ? picked : current ? [current] : [];

  const review = (which = meant) => {
    const policies = which.filter(canReview).map(({ item }) => item.policy);
    const [only] = which;
    if (policies.length > 0) openReview({ intent: "release", policies });
    else if (only?.item.release) void navigate({ to: "/releases", search: { release: only.item.release } });
  };
  const hold = (which = meant) => which.length > 0 && setHolding(which.map(({ item }) => item.policy));

  useInboxKeys({
    filter: () => box.current?.focus(),
    review: meant.length > 0 ? () => review() : undefined,
    hold: meant.length > 0 ? () => hold() : undefined,
    snooze: () => {
      if (picked.length === 0 && current) picks.toggle(current.id);
      if (meant.length > 0) setSnoozing(true);
    },
    detail: current ? () => setShown(shown === current.id ? undefined : current.id) : undefined,
    selectReady: () => picks.pickAll(entries.filter((entry) => entry.wait === "ready").map((entry) => entry.id)),
    clear: () => (picked.length > 0 ? picks.clear() : setShown(undefined)),
    check: () => check.mutate({ scope: { what: "all" } }),
  });

  return (
    <Page
      title={t("title")}
      aside={data && data.total > 0 ? t("count", { count: data.total }) : undefined}
      // Nothing can be narrowed where nothing is.
      actions={
        data?.total !== 0 && (
          <>
            <FilterBox
              inputRef={box}
              filter={filter}
              onChange={setFilter}
              vocabulary={vocabulary(data)}
              count={entries.length + stuckCount}
              total={data?.total}
              className="w-70 max-wide:w-55"
            />
            <Segmented<GroupBy>
              label={t("groupBy")}
              value={by}
              onChange={setBy}
              segments={[
                { value: "reason", label: t("by.reason") },
                { value: "repository", label: t("by.repository") },
              ]}
            />
          </>
        )
      }
      banner={data?.asOf && <StaleBanner asOf={data.asOf} onTry={() => check.mutate({ scope: { what: "all" } })} />}
      foot={
        picked.length > 0 && (
          <SelectionBar
            picked={picked}
            snoozing={snoozing}
            onSnoozing={setSnoozing}
            onClear={picks.clear}
            onHold={() => hold()}
            onReview={() => review()}
          />
        )
      }
      panel={
        open && (
          <ItemPanel
            entry={open}
            onClose={() => setShown(undefined)}
            onReview={() => review([open])}
            onHold={() => hold([open])}
          />
        )
      }
    >
      <Answered
        answer={answer}
        loading={t("loading")}
        failed={t("failed")}
        rows={12}
        empty={({ total }) =>
          total === 0 ? (
            <NoItems />
          ) : (
            entries.length + stuckCount === 0 && (
              <Empty
                title={t("noneMatch")}
                action={<Button onClick={() => setFilter(emptyFilter)}>{t("clearFilter")}</Button>}
              />
            )
          )
        }
      >
        {() => (
          <>
            <StuckRollouts groups={stuck} />
            {entries.length > 0 && (
              <>
                <Jumps groups={groups} />
                <InboxList groups={groups} picks={picks} shown={shown} onShow={setShown} onReview={() => review()} />
              </>
            )}
          </>
        )}
      </Answered>
      <HoldDialog
        holding={holding && { policies: holding }}
        onClose={() => {
          setHolding(undefined);
          picks.clear();
        }}
      />
    </Page>
  );
}

/** The groups in one line, as ways to them, and when the next check is. */
function Jumps({ groups }: { groups: readonly Group[] }) {
  const { t } = useTranslation("inbox");
  const { data: shell } = useAsk("shell", {});
  const next = msOf(shell?.agent.nextCheckAt);
  return (
    <nav
      aria-label={t("groups")}
      className="flex h-10 flex-none items-center gap-1 overflow-hidden border-b border-line px-4 text-small max-wide:px-2"
    >
      {groups.map(({ key, wait, entries }) => (
        <button
          key={key}
          type="button"
          className="flex h-7 items-center gap-1.5 rounded-control px-2 whitespace-nowrap text-fg-secondary hover:bg-hover hover:text-fg"
          onClick={() => document.getElementById(`group-${key}`)?.scrollIntoView({ block: "start" })}
        >
          {wait && <StateGlyph tone={wait === "stuck" ? "failed" : wait} />}
          {wait ? t(`short.${wait}`) : key}
          <b className="font-medium text-fg" data-figure>
            {entries.length}
          </b>
        </button>
      ))}
      <span className="flex-1" />
      {next !== undefined && (
        <span className="pr-2 whitespace-nowrap text-fg-muted max-wide:hidden">
          {t("nextCheck")} <Due at={next} />
        </span>
      )}
    </nav>
  );
}

function vocabulary(inbox: Inbox | undefined): Record<(typeof filterKeys)[number], string[]> {
  const items = inbox?.groups.flatMap((group) => group.items) ?? [];
  const rollouts = inbox?.rollouts ?? [];
  const unique = (names: string[]) => [...new Set(names)].sort();
  return {
    repo: unique([...items.map(({ policy }) => policy.source), ...rollouts.map(({ source }) => source)]),
    policy: unique([
      ...items.map(({ policy }) => policy.name),
      ...rollouts.flatMap(({ changes }) => changes.map(({ title }) => title)),
    ]),
    wait: inbox?.groups.map(({ wait }) => wait) ?? [],
  };
}
