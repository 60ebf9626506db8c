import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Palette, readPalette } from "./paint/palette";

/** The width of an element, kept right. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    setWidth(target.clientWidth);
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The colours of the canvas, read again when the theme changes. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(() => readPalette(document.documentElement));
  useEffect(() => {
    const read = () => setPalette(readPalette(document.documentElement));
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => observer.disconnect();
  }, []);
  return palette;
}

/** Runs the last of many calls once in the next frame. */
export function useFrame(): (work: () => void) => void {
  const pending = useRef<{ id: number; work: () => void }>(undefined);
  useEffect(() => () => cancelAnimationFrame(pending.current?.id ?? 0), []);
  return (work) => {
    if (pending.current) {
      pending.current.work = work;
      return;
    }
    const id = requestAnimationFrame(() => {
      const latest = pending.current?.work;
      pending.current = undefined;
      latest?.();
    });
    pending.current = { id, work };
  };
}

/** Makes the canvas as fine as the screen and hands out its context, scaled to CSS pixels. */
export function fineContext(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const ctx = canvas.getContext("2d");
  ctx?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return ctx;
}
