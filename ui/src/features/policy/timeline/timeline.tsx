import { Table2 } from "lucide-react";
import { useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "@/components/button";
import { Segmented } from "@/components/segmented";
import { useIntlLocale } from "@/lib/i18n";
import { useKeys } from "@/lib/keys";
import { bytes } from "@/lib/size";
import { CompareFoot, type Suggestion, WhyNotFoot } from "./foot";
import { type Brush, brushed, byReason } from "./layout/brush";
import { plan as planOf } from "./layout/scene";
import type { Frame } from "./layout/view";
import { Legend } from "./legend";
import { Stage } from "./stage";
import { TagTable } from "./tag-table";
import type { AxisKind, Mark, Range, TagDetails, TimelineData } from "./types";
import { useWidth } from "./use-stage";
import { useView } from "./use-view";

export interface TimelineProps {
  data: TimelineData;
  /** What is known of the tag whose card is open; it may come later. */
  details?: TagDetails;
  /** The tag whose card is open, so that its details can be asked for. */
  onActive: (tag: string | undefined) => void;
  /** The brushed tags, so that a suggestion can be asked for. */
  onBrushed: (tags: readonly string[]) => void;
  /** The tag to point at, for links from elsewhere. */
  pointAt?: string;
  suggestion?: Suggestion;
  onTry?: () => void;
  onReview: (tag: string) => void;
  onHold: (tag: string) => void;
  onCopy: (text: string) => void;
}

/** Every tag of an image over time, and what the policy makes of each. See `types.ts` for what it is drawn from. */
export function Timeline(props: TimelineProps) {
  const { data, onBrushed, onActive } = props;
  const { t } = useTranslation("timeline");
  const locale = useIntlLocale();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [kind, setKind] = useState<AxisKind>("time");
  const [asTable, setAsTable] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [showAll, setShowAll] = useState(false);
  const [brush, setBrush] = useState<Brush>();
  const [compared, setCompared] = useState<readonly number[]>([]);
  const sizes = useRef(new Map<string, number>());

  // The other view is a stop of the Tab key too; whoever was in this one goes on in it.
  const switchView = () => {
    const wasInside = box.current?.contains(document.activeElement);
    setAsTable(!asTable);
    if (wasInside) {
      requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("[role=listbox], [role=grid]")?.focus());
    }
  };
  useKeys({ t: switchView });

  const plan = useMemo(() => planOf(data, kind, { folded, showAll }), [data, kind, folded, showAll]);
  const left = width > 0 && width < 1000 ? 96 : 112;
  const frame = useMemo<Frame>(() => ({ left, right: Math.max(left + 200, width) }), [left, width]);
  const viewer = useView(plan.axis, frame, data.now);
  const marks = useMemo(() => new Set<Mark>(data.tags.map(({ mark }) => mark)), [data.tags]);

  const chosenTags = useMemo(() => (brush ? brushed(plan, brush) : []), [plan, brush]);
  const groups = useMemo(() => byReason(plan, chosenTags), [plan, chosenTags]);
  const asked = groups.reduce((sum, group) => sum + group.indices.length, 0);
  const changeBrush = (next: Brush | undefined) => {
    setBrush(next);
    setCompared([]);
    onBrushed(next ? brushed(plan, next).map((index) => data.tags[index]?.tag ?? "") : []);
  };
  const { details } = props;
  const active = useRef<string>(undefined);
  const activate = useCallback(
    (tag: string | undefined) => {
      active.current = tag;
      onActive(tag);
    },
    [onActive],
  );
  if (details?.size !== undefined && active.current) sizes.current.set(active.current, details.size);

  const [first, second] = compared.map((index) => data.tags[index]);
  const firstSize = sizes.current.get(first?.tag ?? "");
  const secondSize = sizes.current.get(second?.tag ?? "");
  const difference =
    firstSize !== undefined && secondSize !== undefined && firstSize !== secondSize
      ? t("compare.size", {
          sign: secondSize < firstSize ? "−" : "+",
          size: bytes(Math.abs(secondSize - firstSize), locale),
        })
      : undefined;

  return (
    <section aria-labelledby="timeline-title">
      <div className="mb-2 flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="timeline-title" className="font-strong whitespace-nowrap">
          {t("title")}
        </h2>
        <span className="clip text-small text-fg-muted max-wide:hidden">
          {viewer.range
            ? t(`shown.${viewer.range}`, { count: data.tags.length })
            : t("seen", { count: data.tags.length })}
        </span>
        <span className="flex-1" />
        {!asTable && <Legend marks={marks} hasChoice={plan.chosen >= 0} />}
        {!asTable && (
          <>
            <Segmented<Range | "none">
              label={t("range.label")}
              value={viewer.range ?? "none"}
              onChange={(range) => range !== "none" && viewer.setRange(range)}
              segments={(["1w", "6w", "1y", "all"] as const).map((range) => ({
                value: range,
                label: t(`range.${range}`),
              }))}
            />
            <Segmented<AxisKind>
              label={t("axis.label")}
              value={kind}
              onChange={setKind}
              segments={[
                { value: "time", label: t("axis.time") },
                { value: "even", label: t("axis.even") },
              ]}
            />
          </>
        )}
        <IconButton
          look="quiet"
          label={asTable ? t("asPicture") : t("asTable")}
          aria-keyshortcuts="t"
          onClick={switchView}
        >
          <Table2 size={15} strokeWidth={1.75} />
        </IconButton>
      </div>
      <div ref={box} className="rounded-panel border border-line bg-surface">
        {asTable ? (
          <TagTable data={data} onReview={props.onReview} />
        ) : (
          width > 0 && (
            <Stage
              plan={plan}
              frame={frame}
              width={width}
              viewer={viewer}
              brush={brush}
              onBrush={changeBrush}
              onFold={(key) => setFolded(toggled(folded, key))}
              onShowAll={() => setShowAll(true)}
              pointAt={props.pointAt}
              details={details}
              onActive={activate}
              actions={{
                review: props.onReview,
                hold: props.onHold,
                compare: (index) => {
                  setBrush(undefined);
                  setCompared((now) => (now.length === 1 && now[0] !== index ? [...now, index] : [index]));
                },
                copyDigest: (known) => known?.digest && props.onCopy(known.digest),
                table: switchView,
                escape: () => {
                  const had = brush !== undefined || compared.length > 0;
                  changeBrush(undefined);
                  return had;
                },
              }}
            />
          )
        )}
        {!asTable && first && (
          <CompareFoot first={first} second={second} sizes={difference} onClear={() => setCompared([])} />
        )}
        {!asTable && brush && (
          <WhyNotFoot
            count={asked}
            from={plan.axis.toTime(brush.from)}
            to={plan.axis.toTime(brush.to)}
            groups={groups}
            suggestion={props.suggestion}
            onTry={props.onTry}
            onClear={() => changeBrush(undefined)}
          />
        )}
      </div>
    </section>
  );
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
