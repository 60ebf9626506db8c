import type { Mark } from "../types";
import type { Palette } from "./palette";

/** The drawings of single marks, on the canvas. Their shapes say everything; the colours repeat it. */
export function drawMark(ctx: CanvasRenderingContext2D, kind: Mark, x: number, y: number, colours: Palette): void {
  switch (kind) {
    case "matches":
      disc(ctx, x, y, 5, colours.mark);
      return;
    case "passed":
      ring(ctx, x, y, 4.25, 1.5, colours.passed, colours.surface);
      return;
    case "cooling":
      hatched(ctx, x, y, colours);
      return;
    case "blocked":
      ring(ctx, x, y, 4.25, 1.5, colours.blocked, colours.surface);
      stroke(ctx, x - 6.5, y + 6.5, x + 6.5, y - 6.5, 1.75, colours.blocked);
      return;
  }
}

/** The ring of eighteen pixels around the choice. */
export function drawRing(ctx: CanvasRenderingContext2D, x: number, y: number, colours: Palette): void {
  ring(ctx, x, y, 9, 2, colours.mark, colours.surface);
}

export function drawPill(
  ctx: CanvasRenderingContext2D,
  pill: { x: number; width: number; filled: boolean },
  y: number,
  colours: Palette,
): void {
  ctx.beginPath();
  ctx.roundRect(pill.x - pill.width / 2, y - 8, pill.width, 16, 8);
  ctx.fillStyle = pill.filled ? colours.mark : colours.surface;
  ctx.fill();
  ctx.strokeStyle = pill.filled ? colours.mark : colours.passed;
  ctx.lineWidth = 1.25;
  ctx.stroke();
}

/** A flag on its stem: cloth with a notch, filled for Git, outlined for the rest. */
export function drawFlag(
  ctx: CanvasRenderingContext2D,
  flag: { stem: number; x: number; width: number; side: "left" | "right"; kind: string },
  top: number,
  foot: number,
  colours: Palette,
): void {
  const colour = flag.kind === "git" ? colours.flag : colours.environment;
  const stem = Math.round(flag.stem) + 0.5;
  stroke(ctx, stem, top, stem, foot, 1.25, colour);
  const out = flag.side === "right" ? 1 : -1;
  const end = stem + out * flag.width;
  ctx.beginPath();
  ctx.moveTo(stem, top);
  ctx.lineTo(end, top);
  ctx.lineTo(end - out * 4, top + 8);
  ctx.lineTo(end, top + 16);
  ctx.lineTo(stem, top + 16);
  ctx.closePath();
  ctx.fillStyle = flag.kind === "git" ? colours.flag : colours.surface;
  ctx.fill();
  ctx.lineJoin = "round";
  ctx.lineWidth = 1.25;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

export function stroke(
  ctx: CanvasRenderingContext2D,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  width: number,
  colour: string,
): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.lineWidth = width;
  ctx.lineCap = "butt";
  ctx.strokeStyle = colour;
  ctx.stroke();
}

export function disc(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fillStyle = colour;
  ctx.fill();
}

export function ring(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  width: number,
  colour: string,
  fill: string,
): void {
  disc(ctx, x, y, radius, fill);
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

function hatched(ctx: CanvasRenderingContext2D, x: number, y: number, colours: Palette): void {
  ctx.save();
  ctx.beginPath();
  ctx.arc(x, y, 4.25, 0, Math.PI * 2);
  ctx.fillStyle = colours.surface;
  ctx.fill();
  ctx.clip();
  for (let shift = -9; shift <= 9; shift += 3.2) {
    stroke(ctx, x + shift - 6, y + 6, x + shift + 6, y - 6, 1.3, colours.cooling);
  }
  ctx.restore();
  ctx.beginPath();
  ctx.arc(x, y, 4.25, 0, Math.PI * 2);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = colours.cooling;
  ctx.stroke();
}
