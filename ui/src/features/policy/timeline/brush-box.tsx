import { type PointerEvent, useRef } from "react";
import type { Brush } from "./layout/brush";
import type { Plan } from "./layout/scene";
import { type Frame, unitAt, type View, x } from "./layout/view";

/** The brushed stretch, with a handle at each end. */
export function BrushBox({
  plan,
  brush,
  view,
  frame,
  onChange,
}: {
  plan: Plan;
  brush: Brush;
  view: View;
  frame: Frame;
  onChange: (brush: Brush) => void;
}) {
  const top = (plan.lanes[brush.fromLane]?.top ?? 0) + 4;
  const bottomLane = plan.lanes[brush.toLane];
  const bottom = bottomLane ? bottomLane.top + bottomLane.height - 4 : plan.lanesBottom;
  const left = Math.max(frame.left, x(view, frame, brush.from));
  const right = Math.min(frame.right, x(view, frame, brush.to));
  if (right < left) return null;
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute rounded-[3px] border border-accent bg-(--timeline-brush)"
      style={{ left, top, width: Math.max(2, right - left), height: bottom - top }}
    >
      <Handle
        side="left"
        onDrag={(pixel) => onChange({ ...brush, from: Math.min(brush.to, unitAt(view, frame, pixel)) })}
      />
      <Handle
        side="right"
        onDrag={(pixel) => onChange({ ...brush, to: Math.max(brush.from, unitAt(view, frame, pixel)) })}
      />
    </div>
  );
}

function Handle({ side, onDrag }: { side: "left" | "right"; onDrag: (pixel: number) => void }) {
  const held = useRef(false);
  const move = (event: PointerEvent<HTMLElement>) => {
    if (!held.current) return;
    event.stopPropagation();
    const stage = event.currentTarget.closest("[data-stage]");
    if (stage) onDrag(event.clientX - stage.getBoundingClientRect().left);
  };
  return (
    <div
      className="pointer-events-auto absolute top-1/2 h-6 w-4 -translate-y-1/2 cursor-ew-resize before:absolute before:inset-y-1 before:left-1/2 before:w-1.25 before:-translate-x-1/2 before:rounded-round before:border before:border-accent before:bg-raised"
      style={{ [side]: -8 }}
      onPointerDown={(event) => {
        event.stopPropagation();
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={(event) => {
        event.stopPropagation();
        held.current = false;
      }}
    />
  );
}
