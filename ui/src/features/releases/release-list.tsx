import clsx from "clsx";
import { type KeyboardEvent, memo, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ReleaseRow } from "@/api/generated";
import { Age } from "@/components/age";
import { Button } from "@/components/button";
import { Glyph } from "@/components/glyph";
import { MiddleClip } from "@/components/middle-clip";
import { StateGlyph } from "@/components/state";
import { useStarter } from "@/domain/starter";
import { useDates } from "@/lib/dates";
import { ms } from "@/lib/moment";
import { dayOf, type ReleaseGroup } from "./grouping";
import { moveOf, toneOf, useReleaseTitle } from "./release-words";

/** The queue and the history. One stop of the Tab key; arrows choose, and the choice is shown beside it. */
export function ReleaseList({
  groups,
  selected,
  onSelect,
  onMore,
}: {
  groups: readonly ReleaseGroup[];
  selected: string | undefined;
  onSelect: (release: string) => void;
  onMore: (() => void) | undefined;
}) {
  const { t } = useTranslation("releases");
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const rows = groups.flatMap((group) => group.rows);
  const at = rows.findIndex((row) => row.release === selected);
  useEffect(() => {
    document.getElementById(`${id}-${selected}`)?.scrollIntoView?.({ block: "nearest" });
  }, [id, selected]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      j: at + 1,
      ArrowUp: Math.max(0, at - 1),
      k: Math.max(0, at - 1),
      Home: 0,
      End: rows.length - 1,
    };
    const to = moves[event.key];
    const row = to === undefined ? undefined : rows[Math.min(rows.length - 1, to)];
    if (!row) return;
    event.preventDefault();
    onSelect(row.release);
  };
  return (
    <div className="flex w-96 flex-none flex-col overflow-auto border-r border-line max-wide:w-72">
      <div
        ref={list}
        role="listbox"
        tabIndex={0}
        aria-label={t("title")}
        aria-activedescendant={at >= 0 ? `${id}-${selected}` : undefined}
        onKeyDown={onKeyDown}
        className="group/grid focus-inset"
      >
        {groups.map((group) => (
          <div
            key={group.kind === "day" ? group.day : group.kind}
            role="group"
            aria-labelledby={`${id}-${group.kind === "day" ? group.day : group.kind}`}
          >
            <div
              id={`${id}-${group.kind === "day" ? group.day : group.kind}`}
              className="sticky top-0 z-10 flex h-group-head items-center gap-2 border-b border-line bg-sunken px-6 font-medium max-wide:px-4"
            >
              <GroupName group={group} />
              <span className="font-regular text-fg-muted" data-figure>
                {group.rows.length}
              </span>
            </div>
            {group.rows.map((row) => (
              <Line
                key={row.release}
                domId={`${id}-${row.release}`}
                row={row}
                isSelected={row.release === selected}
                onSelect={onSelect}
              />
            ))}
          </div>
        ))}
      </div>
      {onMore && (
        <div className="p-4">
          <Button onClick={onMore}>{t("older")}</Button>
        </div>
      )}
    </div>
  );
}

function GroupName({ group }: { group: ReleaseGroup }) {
  const { t } = useTranslation("releases");
  const dates = useDates();
  if (group.kind !== "day") return t(`group.${group.kind}`);
  const now = Date.now();
  if (group.day === dayOf(now)) return t("group.today");
  if (group.day === dayOf(now - 86_400_000)) return t("group.yesterday");
  return dates.day(group.at);
}

const Line = memo(function Line({
  domId,
  row,
  isSelected,
  onSelect,
}: {
  domId: string;
  row: ReleaseRow;
  isSelected: boolean;
  onSelect: (release: string) => void;
}) {
  const { t } = useTranslation("releases");
  const dates = useDates();
  const title = useReleaseTitle()(row);
  const starter = useStarter()(row.started);
  const move = moveOf(row);
  const open = row.state === "pushing" || row.state === "stuck" || row.state === "queued";
  const { tone, glyph } = toneOf(row);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys for all of its options
    <div
      id={domId}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      onClick={() => onSelect(row.release)}
      className={clsx(
        "flex h-row items-center gap-2 border-b border-line-faint px-6 outline-none max-wide:px-4",
        "[contain-intrinsic-size:auto_36px] [content-visibility:auto]",
        isSelected ? "bg-selected shadow-[inset_2px_0_var(--accent)]" : "hover:bg-hover",
      )}
    >
      <StateGlyph tone={tone} glyph={glyph} />
      <span className="sr-only">{t(row.undoes !== null ? "isUndo" : `state.${row.state}`)}</span>
      <span className={clsx("clip", row.undoneBy !== null && "text-fg-muted line-through")}>{title}</span>
      <span className="flex-1" />
      {move && (
        <span className="inline-flex min-w-0 shrink-[2] items-baseline whitespace-nowrap text-fg-secondary">
          <span className="mono clip shrink-[3] max-wide:hidden">{move.from}</span>
          <span aria-hidden="true" className="px-1 text-fg-muted max-wide:hidden">
            →
          </span>
          <MiddleClip text={move.to} title={move.to} className="mono" />
        </span>
      )}
      <span title={starter.word} className="text-fg-muted">
        <Glyph name={starter.glyph} size={14} />
        <span className="sr-only">{starter.word}</span>
      </span>
      <span className="w-12 flex-none text-right text-small text-fg-muted">
        {open ? <Age at={ms(row.updatedAt)} bare /> : dates.time(ms(row.createdAt))}
      </span>
    </div>
  );
});
