import clsx from "clsx";
import { type KeyboardEvent, useCallback, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Keys, LinkButton } from "@/components/button";
import { StateGlyph } from "@/components/state";
import type { Entry, Group } from "./grouping";
import { InboxRow } from "./inbox-row";
import type { Picks } from "./use-picks";

/**
 * The groups as one grid: one stop of the Tab key, arrows within. Shift with an arrow or a click picks from the last
 * picked row to there.
 */
export function InboxList({
  groups,
  picks,
  shown,
  onShow,
  onReview,
}: {
  groups: readonly Group[];
  picks: Picks;
  shown: string | undefined;
  onShow: (id: string) => void;
  onReview: () => void;
}) {
  const { t } = useTranslation("inbox");
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const entries = groups.flatMap((group) => group.entries);
  const at = entries.findIndex((entry) => entry.id === picks.current);
  const latest = useRef({ picks, onShow });
  latest.current = { picks, onShow };
  const pick = useCallback((entry: string, extend: boolean) => {
    if (extend) latest.current.picks.extend(entry);
    else latest.current.picks.toggle(entry);
  }, []);
  const show = useCallback((entry: string) => {
    latest.current.picks.setCurrent(entry);
    latest.current.onShow(entry);
  }, []);

  const go = (index: number, extend: boolean) => {
    const entry = entries[Math.max(0, Math.min(entries.length - 1, index))];
    if (!entry) return;
    if (extend) {
      if (picks.current !== undefined && picks.picked.size === 0) picks.toggle(picks.current);
      picks.extend(entry.id);
    } else picks.setCurrent(entry.id);
    document.getElementById(`${id}-${entry.id}`)?.scrollIntoView?.({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: Math.max(0, at - 1),
      k: Math.max(0, at - 1),
      Home: 0,
      End: entries.length - 1,
    };
    const to = moves[key];
    const current = entries[at];
    if (to !== undefined) go(to, event.shiftKey);
    else if ((key === "x" || key === " ") && current) {
      if (event.shiftKey) picks.extend(current.id);
      else picks.toggle(current.id);
    } else if (key === "Enter") onReview();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      role="grid"
      tabIndex={0}
      aria-label={t("title")}
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `${id}-${picks.current}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        if (event.target === event.currentTarget && at < 0) go(0, false);
      }}
      // The ring is drawn on the current row.
      className="group/grid @container min-h-0 flex-1 overflow-auto focus-visible:outline-none"
    >
      {groups.map((group) => (
        <div key={group.key} role="rowgroup" id={`group-${group.key}`}>
          <GroupHead group={group} picks={picks} />
          {group.entries.map((entry) => (
            <InboxRow
              key={entry.id}
              domId={`${id}-${entry.id}`}
              entry={entry}
              showsWait={group.wait === undefined}
              isCurrent={entry.id === picks.current}
              isPicked={picks.picked.has(entry.id)}
              isOpen={entry.id === shown}
              onPick={pick}
              onShow={show}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function GroupHead({ group, picks }: { group: Group; picks: Picks }) {
  const { t } = useTranslation("inbox");
  const { wait } = group;
  const ids = group.entries.map((entry: Entry) => entry.id);
  return (
    <div role="row" tabIndex={-1} className="sticky top-0 z-10">
      <div
        role="gridcell"
        className="flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 max-wide:px-4"
      >
        {wait && <StateGlyph tone={wait === "stuck" ? "failed" : wait} />}
        {/* The names of the rows stand below, after their boxes. */}
        <h2 className={clsx("font-medium whitespace-nowrap", wait && "ml-1")}>
          {wait ? t(`group.${wait}`) : group.key}
        </h2>
        <span className="text-fg-muted" data-figure>
          {group.entries.length}
        </span>
        {wait && <span className="clip ml-2 text-small text-fg-muted">{t(`hint.${wait}`)}</span>}
        <span className="flex-1" />
        {wait === "ready" && (
          <LinkButton tabIndex={-1} aria-keyshortcuts="a" onClick={() => picks.pickAll(ids)}>
            <span className="inline-flex items-center gap-2">
              {t("selectAll", { count: ids.length })}
              <Keys combo="a" />
            </span>
          </LinkButton>
        )}
      </div>
    </div>
  );
}
