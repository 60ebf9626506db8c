import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import { type Hit, hit } from "./layout/hit";
import type { Scene } from "./layout/scene";
import type { Frame } from "./layout/view";
import { unitAt, type View } from "./layout/view";
import type { Viewer } from "./use-view";

interface GestureInput {
  scene: Scene;
  frame: Frame;
  view: View;
  viewer: Viewer;
  onHover: (hit: Hit | undefined) => void;
  onClick: (hit: Hit | undefined) => void;
  onBrushStart: (unit: number, y: number) => void;
  onBrushMove: (unit: number, y: number) => void;
}

const leastDrag = 3;

/**
 * Drag pans, Shift-drag brushes, Ctrl- or Cmd-wheel and pinching zoom about the pointer, a sideways wheel pans. The plain
 * wheel is left to the page.
 */
export function useGestures(stage: RefObject<HTMLElement | null>, input: GestureInput) {
  const latest = useRef(input);
  latest.current = input;
  const press = useRef<{ x: number; y: number; last: number; kind: "pan" | "brush"; moved: boolean }>(undefined);

  const place = (event: { clientX: number; clientY: number }) => {
    const box = stage.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };

  useEffect(() => {
    const target = stage.current;
    if (!target) return;
    const wheel = (event: WheelEvent) => {
      const { frame, viewer } = latest.current;
      const x = event.clientX - target.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        viewer.zoomAt(Math.max(frame.left, x), Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.008));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) * 1.5) {
        event.preventDefault();
        viewer.panBy(event.deltaX);
      }
    };
    // WebKit reports a pinch as a gesture of its own.
    let scale = 1;
    const pinch = (event: Event & { scale?: number; clientX?: number }) => {
      event.preventDefault();
      const next = event.type === "gesturestart" ? 1 : (event.scale ?? 1);
      if (event.type === "gesturechange") {
        const x = (event.clientX ?? 0) - target.getBoundingClientRect().left;
        latest.current.viewer.zoomAt(x, scale / next);
      }
      scale = next;
    };
    target.addEventListener("wheel", wheel, { passive: false });
    target.addEventListener("gesturestart", pinch, { passive: false });
    target.addEventListener("gesturechange", pinch, { passive: false });
    return () => {
      target.removeEventListener("wheel", wheel);
      target.removeEventListener("gesturestart", pinch);
      target.removeEventListener("gesturechange", pinch);
    };
  }, [stage]);

  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      const { x, y } = place(event);
      if (x < latest.current.frame.left) return;
      press.current = { x, y, last: x, kind: event.shiftKey ? "brush" : "pan", moved: false };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { x, y } = place(event);
      const { frame, view, scene, viewer } = latest.current;
      const pressed = press.current;
      if (!pressed) {
        latest.current.onHover(x < frame.left ? undefined : hit(scene, x, y));
        return;
      }
      if (!pressed.moved) {
        if (Math.hypot(x - pressed.x, y - pressed.y) < leastDrag) return;
        pressed.moved = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        latest.current.onHover(undefined);
        if (pressed.kind === "brush") latest.current.onBrushStart(unitAt(view, frame, pressed.x), pressed.y);
      }
      if (pressed.kind === "brush") latest.current.onBrushMove(unitAt(view, frame, x), y);
      else viewer.panBy(pressed.last - x);
      pressed.last = x;
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const pressed = press.current;
      press.current = undefined;
      if (!pressed || pressed.moved) return;
      const { x, y } = place(event);
      latest.current.onClick(hit(latest.current.scene, x, y));
    },
    onPointerCancel: () => {
      press.current = undefined;
    },
    onPointerLeave: () => {
      if (!press.current) latest.current.onHover(undefined);
    },
  };
}
