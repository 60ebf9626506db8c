import clsx from "clsx";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSpan } from "@/components/age";
import { Keys } from "@/components/button";
import { StateGlyph } from "@/components/state";
import { useDates } from "@/lib/dates";
import { useIntlLocale } from "@/lib/i18n";
import { joinClauses, listNames } from "@/lib/list";
import { bytes } from "@/lib/size";
import { placeCard, type Rect } from "./layout/card";
import { useTagWords } from "./tag-words";
import type { TagDetails, TimelineTag } from "./types";

export interface CardAction {
  key: string;
  label: string;
  run: () => void;
}

/** What is known of a tag, beside its mark. It can be entered; the line joins it to its mark. */
export function HoverCard({
  tag,
  chosen,
  details,
  anchor,
  bounds,
  avoid,
  clear,
  actions,
  pinned,
  onEnter,
  onLeave,
}: {
  tag: TimelineTag;
  chosen: boolean;
  details: TagDetails | undefined;
  anchor: { x: number; y: number };
  bounds: Rect;
  avoid: readonly Rect[];
  clear: readonly { above?: number; below?: number }[];
  actions: readonly CardAction[];
  pinned: boolean;
  onEnter: () => void;
  onLeave: () => void;
}) {
  const own = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 440, height: 118 });
  const [labels, setLabels] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the size depends on what is written
  useLayoutEffect(() => {
    const box = own.current;
    if (box && (box.offsetWidth !== size.width || box.offsetHeight !== size.height)) {
      setSize({ width: box.offsetWidth, height: box.offsetHeight });
    }
  }, [tag, details, labels]);
  const place = placeCard(size, anchor, bounds, avoid, clear);
  const { leader } = place;
  return (
    <>
      {leader && (
        <svg aria-hidden="true" className="pointer-events-none absolute inset-0 h-full w-full overflow-visible">
          <line {...leader} stroke="var(--border-strong)" strokeWidth={1} shapeRendering="crispEdges" />
        </svg>
      )}
      <div
        ref={own}
        data-card
        role="group"
        aria-label={tag.tag}
        onPointerEnter={onEnter}
        onPointerLeave={onLeave}
        onPointerDown={(event) => event.stopPropagation()}
        className={clsx(
          "absolute z-20 w-110 max-w-[calc(100%-16px)] rounded-panel border bg-raised text-small leading-4.25 shadow-raised",
          "starting:opacity-0 transition-opacity duration-(--motion-base)",
          pinned ? "border-line-strong" : "border-line",
        )}
        style={{ left: Math.round(place.x), top: Math.round(place.y) }}
      >
        <CardBody tag={tag} chosen={chosen} details={details} labels={labels} />
        <div className="flex flex-wrap gap-x-1 border-t border-line px-1.5 py-1 text-fg-secondary">
          {actions.map((action) => (
            <CardButton key={action.key} shortcut={action.key} onClick={action.run}>
              {action.label}
            </CardButton>
          ))}
          <LabelsButton count={details?.labels?.length ?? 0} onClick={() => setLabels(!labels)} open={labels} />
        </div>
      </div>
    </>
  );
}

function LabelsButton({ count, open, onClick }: { count: number; open: boolean; onClick: () => void }) {
  const { t } = useTranslation("timeline");
  if (count === 0) return null;
  return (
    <CardButton onClick={onClick} expanded={open}>
      {t("card.labels", { count })}
    </CardButton>
  );
}

function CardButton({
  children,
  shortcut,
  onClick,
  expanded,
}: {
  children: ReactNode;
  shortcut?: string;
  onClick: () => void;
  expanded?: boolean;
}) {
  return (
    <button
      type="button"
      aria-expanded={expanded}
      onClick={onClick}
      className="inline-flex h-6.5 items-center gap-1.5 rounded-control px-1.5 whitespace-nowrap hover:bg-hover hover:text-fg"
    >
      {children}
      {shortcut && <Keys combo={shortcut} />}
    </button>
  );
}

function CardBody({
  tag,
  chosen,
  details,
  labels,
}: {
  tag: TimelineTag;
  chosen: boolean;
  details: TagDetails | undefined;
  labels: boolean;
}) {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const span = useSpan();
  const locale = useIntlLocale();
  const words = useTagWords();
  const state = words(tag, chosen);
  const created = details?.created ?? tag.at;
  const seenLater = details?.firstSeen !== undefined ? details.firstSeen - created : undefined;
  const platforms = listNames(details?.platforms?.map((name) => name.replace(/^linux\//, "")) ?? []);
  return (
    <>
      <div className="flex items-center gap-2 px-3 pt-2 pb-1.5 text-base leading-4.5">
        <span className="mono clip flex-none max-w-[45%] font-strong">{tag.tag}</span>
        <StateGlyph tone={state.tone} />
        <span className="clip font-medium">{state.words}</span>
        <span className="flex-1" />
        {details?.hold?.until !== undefined && (
          <span className="text-small whitespace-nowrap text-fg-muted">
            {t("card.until", { time: dates.moment(details.hold.until) })}
          </span>
        )}
      </div>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)_max-content_max-content] gap-x-3 gap-y-0.5 px-3 pb-1.75">
        {(details?.hold?.reason || tag.reason) && (
          <>
            <dt className="text-fg-muted">{t("card.reason")}</dt>
            <dd className="col-span-3 wrap-anywhere">
              {details?.hold?.reason ? t("card.quoted", { text: details.hold.reason }) : state.why}
            </dd>
          </>
        )}
        <dt className="text-fg-muted">{details?.created === undefined ? t("card.seen") : t("card.created")}</dt>
        <dd className={clsx("clip", details?.size === undefined && "col-span-3")} title={dates.full(created)}>
          {joinClauses([
            dates.moment(created),
            details?.created !== undefined &&
              seenLater !== undefined &&
              seenLater >= 0 &&
              t("card.seenLater", { span: span(seenLater) }),
          ])}
        </dd>
        {details?.size !== undefined && (
          <>
            <dt className="text-fg-muted">{t("card.size")}</dt>
            <dd>{bytes(details.size, locale)}</dd>
          </>
        )}
        {details?.digest && (
          <>
            <dt className="text-fg-muted">{t("card.digest")}</dt>
            <dd className={clsx("mono clip", !platforms && "col-span-3")} title={details.digest}>
              {details.digest.slice(0, 19)}…
            </dd>
          </>
        )}
        {platforms && (
          <>
            <dt className="text-fg-muted">{t("card.platforms")}</dt>
            <dd className="clip max-w-40" title={listNames(details?.platforms ?? [])}>
              {platforms}
            </dd>
          </>
        )}
      </dl>
      {labels && (
        <dl className="max-h-32 overflow-auto border-t border-line-faint px-3 py-1.5">
          {details?.labels?.map(([name, value]) => (
            <div key={name} className="mono !text-caption leading-4 wrap-anywhere">
              <dt className="inline text-fg-muted">{name}</dt> <dd className="inline">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
