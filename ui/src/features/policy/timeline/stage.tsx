import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSpan } from "@/components/age";
import { useDates } from "@/lib/dates";
import { joinClauses, listNames } from "@/lib/list";
import { BrushBox } from "./brush-box";
import { type CardAction, HoverCard } from "./hover-card";
import { type Brush, brushBetween, laneAt } from "./layout/brush";
import type { Rect } from "./layout/card";
import type { Hit } from "./layout/hit";
import { uiWidth } from "./layout/labels";
import { type Plan, scene as sceneOf } from "./layout/scene";
import { type Direction, start, travel } from "./layout/travel";
import { type Frame, unitsPerPixel, x } from "./layout/view";
import { paint } from "./paint/paint";
import { LaneNames, StageText } from "./stage-text";
import { useTagWords } from "./tag-words";
import type { TagDetails } from "./types";
import { useCard } from "./use-card";
import { useGestures } from "./use-gestures";
import { fineContext, usePalette } from "./use-stage";
import type { Viewer } from "./use-view";

export interface StageActions {
  review: (tag: string) => void;
  hold: (tag: string) => void;
  compare: (index: number) => void;
  copyDigest: (details: TagDetails | undefined) => void;
  table: () => void;
  escape: () => boolean;
}

interface StageProps {
  plan: Plan;
  frame: Frame;
  width: number;
  viewer: Viewer;
  brush: Brush | undefined;
  onBrush: (brush: Brush | undefined) => void;
  onFold: (key: string) => void;
  onShowAll: () => void;
  pointAt: string | undefined;
  details: TagDetails | undefined;
  onActive: (tag: string | undefined) => void;
  actions: StageActions;
}

const moves: Record<string, Direction> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  Home: "home",
  End: "end",
};

/** The picture itself: marks on a canvas, words and focus in the document above it. */
export function Stage(props: StageProps) {
  const { plan, frame, width, viewer, brush, onBrush, details, onActive, actions } = props;
  const { t } = useTranslation("timeline");
  const span = useSpan();
  const colours = usePalette();
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { card, ...cards } = useCard();
  const [cursor, setCursor] = useState(-1);
  const [anchor, setAnchor] = useState<{ unit: number; lane: number }>();
  const { view } = viewer;

  const scene = useMemo(
    () => sceneOf(plan, view, frame, (tag) => uiWidth(t("rolledBack", { tag, span: span(21_600_000) }))),
    [plan, view, frame, t, span],
  );
  useLayoutEffect(() => {
    const context = canvas.current && fineContext(canvas.current, width, plan.height);
    if (context) paint(context, { plan, scene, frame, width, hovered: card?.index, colours });
  }, [plan, scene, frame, width, card?.index, colours]);

  const open = card ? plan.data.tags[card.index] : undefined;
  useEffect(() => onActive(open?.tag), [open?.tag, onActive]);

  const at = cursor >= 0 && cursor < plan.data.tags.length ? cursor : start(plan);
  const goTo = (index: number, extend: boolean) => {
    const lane = plan.laneOf[index] ?? -1;
    const unit = plan.axis.toUnit(plan.data.tags[index]?.at ?? 0);
    setCursor(index);
    cards.open(index, false);
    viewer.reveal(unit);
    if (extend && anchor) onBrush(around(brushBetween(anchor, { unit, lane })));
  };
  const { pointAt } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link points once; what happens later is the person's
  useEffect(() => {
    const index = pointAt === undefined ? -1 : plan.data.tags.findIndex(({ tag }) => tag === pointAt);
    if (index >= 0) goTo(index, false);
  }, [pointAt]);

  const tagAt = (index: number) => plan.data.tags[index]?.tag ?? "";
  // From tag to tag the brush takes in the whole of both marks.
  const around = (next: Brush): Brush => {
    const room = 10 * unitsPerPixel(view, frame);
    return { ...next, from: next.from - room, to: next.to + room };
  };
  const toggleBrush = () => {
    if (anchor) {
      setAnchor(undefined);
      return;
    }
    const corner = { unit: plan.axis.toUnit(plan.data.tags[at]?.at ?? 0), lane: plan.laneOf[at] ?? 0 };
    setAnchor(corner);
    onBrush(around(brushBetween(corner, corner)));
  };
  const leave = () => {
    if (card) cards.close();
    else if (anchor) setAnchor(undefined);
    else actions.escape();
  };
  const keys = (middle: number) =>
    new Map<string, () => void>([
      ["Enter", () => actions.review(tagAt(at))],
      [" ", () => cards.open(at, !(card?.pinned && card.index === at))],
      ["h", () => actions.hold(tagAt(at))],
      ["c", () => actions.compare(at)],
      ["y", () => actions.copyDigest(details)],
      ["t", actions.table],
      ["b", toggleBrush],
      ["+", () => viewer.zoomAt(middle, 0.7)],
      ["=", () => viewer.zoomAt(middle, 0.7)],
      ["-", () => viewer.zoomAt(middle, 1 / 0.7)],
      ["Escape", leave],
    ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const direction =
      event.shiftKey && event.key === "ArrowUp"
        ? "up"
        : event.shiftKey && event.key === "ArrowDown"
          ? "down"
          : moves[event.key];
    const middle = (frame.left + frame.right) / 2;
    const act = direction
      ? () => goTo(travel(plan, at, direction), true)
      : keys(middle).get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  const gestures = useGestures(stage, {
    scene,
    frame,
    view,
    viewer,
    onHover: (found) => cards.hover(found?.kind === "mark" ? found.index : undefined),
    onClick: (found: Hit | undefined) => {
      if (found?.kind === "pill") viewer.show(found.pill.from, found.pill.to);
      else if (found) {
        setCursor(found.index);
        cards.open(found.index, true);
      } else cards.close();
    },
    onBrushStart: (unit, y) => {
      const corner = { unit, lane: laneAt(plan, y) };
      setAnchor(undefined);
      cards.close();
      drag.current = corner;
      onBrush(brushBetween(corner, corner));
    },
    onBrushMove: (unit, y) => {
      if (drag.current) onBrush(brushBetween(drag.current, { unit, lane: laneAt(plan, y) }));
    },
  });
  const drag = useRef<{ unit: number; lane: number }>(undefined);

  return (
    <div className="relative" data-stage style={{ height: plan.height }}>
      <div
        ref={stage}
        role="listbox"
        tabIndex={0}
        aria-label={t("label", { count: plan.data.tags.length })}
        aria-orientation="horizontal"
        aria-activedescendant={at >= 0 ? "timeline-cursor" : undefined}
        onKeyDown={onKeyDown}
        onFocus={() => setCursor(at)}
        onBlur={() => {
          if (!card?.pinned) cards.close();
        }}
        {...gestures}
        className="group/stage focus-inset absolute inset-0 touch-pan-y rounded-t-panel outline-none"
      >
        <canvas ref={canvas} className="pointer-events-none absolute inset-0 h-full w-full" />
        <StageText plan={plan} scene={scene} frame={frame} hovered={card?.index} />
        <Cursor plan={plan} index={at} frame={frame} viewer={viewer} />
      </div>
      <LaneNames plan={plan} width={frame.left} onFold={props.onFold} onShowAll={props.onShowAll} />
      {brush && <BrushBox plan={plan} brush={brush} view={view} frame={frame} onChange={onBrush} />}
      {card && open && (
        <OpenCard
          {...props}
          index={card.index}
          pinned={card.pinned}
          onEnter={cards.keep}
          onLeave={() => cards.hover(undefined)}
          onClose={cards.close}
          scene={scene}
        />
      )}
    </div>
  );
}

/** The tag under the keyboard: one element that stands for it, however many there are. */
function Cursor({ plan, index, frame, viewer }: { plan: Plan; index: number; frame: Frame; viewer: Viewer }) {
  const { t } = useTranslation("timeline");
  const dates = useDates();
  const words = useTagWords();
  const tag = plan.data.tags[index];
  const lane = plan.lanes[plan.laneOf[index] ?? -1];
  if (!tag || !lane) return null;
  const { words: state, why } = words(tag, index === plan.chosen);
  const flags = plan.flagsAt.get(index)?.map(({ label }) => label) ?? [];
  const place = x(viewer.view, frame, plan.axis.toUnit(tag.at));
  const name = [
    tag.tag,
    state,
    why,
    dates.moment(tag.at),
    flags.length > 0 ? t("standsIn", { places: listNames(flags) }) : "",
  ];
  return (
    <div
      id="timeline-cursor"
      role="option"
      aria-selected="true"
      aria-setsize={lane.tags.length}
      aria-posinset={lane.tags.indexOf(index) + 1}
      aria-label={joinClauses(name)}
      className="pointer-events-none absolute size-6.5 -translate-1/2 rounded-round border-2 border-focus opacity-0 group-focus-visible/stage:opacity-100"
      style={{ left: Math.max(frame.left, Math.min(frame.right, place)), top: lane.line }}
    />
  );
}

function OpenCard({
  plan,
  frame,
  width,
  viewer,
  details,
  actions,
  index,
  pinned,
  onEnter,
  onLeave,
  onClose,
  scene,
}: StageProps & {
  index: number;
  pinned: boolean;
  onEnter: () => void;
  onLeave: () => void;
  onClose: () => void;
  scene: ReturnType<typeof sceneOf>;
}) {
  const { t } = useTranslation("timeline");
  const tag = plan.data.tags[index];
  const lane = plan.lanes[plan.laneOf[index] ?? -1];
  const { avoid, clear } = useMemo(() => obstacles(plan, scene, width), [plan, scene, width]);
  if (!tag || !lane) return null;
  const place = x(viewer.view, frame, plan.axis.toUnit(tag.at));
  const list: CardAction[] = [];
  if (tag.mark === "matches" || index === plan.chosen) {
    list.push({ key: "Enter", label: t("card.review"), run: () => actions.review(tag.tag) });
  }
  list.push({
    key: "h",
    label: tag.mark === "blocked" ? t("card.liftHold") : t("card.hold"),
    run: () => actions.hold(tag.tag),
  });
  list.push({ key: "c", label: t("card.compare"), run: () => actions.compare(index) });
  if (details?.digest) list.push({ key: "y", label: t("card.copyDigest"), run: () => actions.copyDigest(details) });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its buttons leave over
    <div
      role="presentation"
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onClose();
        }
      }}
    >
      <HoverCard
        key={tag.tag}
        tag={tag}
        chosen={index === plan.chosen}
        details={details}
        anchor={{ x: Math.max(frame.left, Math.min(frame.right, place)), y: lane.line }}
        bounds={{ x: 8, y: -72, width: width - 16, height: plan.height + 190 }}
        avoid={avoid}
        clear={clear}
        actions={list}
        pinned={pinned}
        onEnter={onEnter}
        onLeave={onLeave}
      />
    </div>
  );
}

/** What a card must not cover: lanes that the policy can choose from, and flags. */
function obstacles(plan: Plan, scene: ReturnType<typeof sceneOf>, width: number) {
  const avoid: Rect[] = [];
  const clear: { above?: number; below?: number }[] = [];
  for (const { lane, flags } of scene.lanes) {
    if (lane.inRange) {
      avoid.push({ x: 0, y: lane.top, width, height: lane.height });
      clear.push({ above: lane.top, below: lane.top + lane.height });
    }
    for (const flag of flags) avoid.push({ x: flag.x, y: lane.line - 52, width: flag.width, height: 40 });
  }
  clear.push({ below: plan.lanesBottom });
  return { avoid, clear };
}
