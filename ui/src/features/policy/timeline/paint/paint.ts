import { heights } from "../layout/lanes";
import type { LaneScene, Plan, Scene } from "../layout/scene";
import type { Frame } from "../layout/view";
import { disc, drawFlag, drawMark, drawPill, drawRing, ring, stroke } from "./marks";
import type { Palette } from "./palette";

/** How far above a lane's line the two rows of flags begin, upper row first. */
const flagRise = [51, 32] as const;

export interface PaintInput {
  plan: Plan;
  scene: Scene;
  frame: Frame;
  width: number;
  /** The tag under the pointer or pinned, if any. */
  hovered: number | undefined;
  colours: Palette;
}

/** Draws a scene. Everything it needs is given; it keeps nothing. */
export function paint(ctx: CanvasRenderingContext2D, input: PaintInput): void {
  const { plan, width } = input;
  ctx.clearRect(0, 0, width, plan.height);
  paintGround(ctx, input);
  ctx.save();
  ctx.beginPath();
  ctx.rect(input.frame.left, 0, width - input.frame.left, plan.height);
  ctx.clip();
  paintSteps(ctx, input);
  for (const lane of input.scene.lanes) paintLane(ctx, input, lane);
  paintUpcoming(ctx, input);
  paintNow(ctx, input);
  ctx.restore();
}

function paintGround(ctx: CanvasRenderingContext2D, { plan, scene, frame, width, colours }: PaintInput): void {
  for (const { lane } of scene.lanes) {
    if (!lane.inRange) continue;
    ctx.fillStyle = colours.inRange;
    ctx.fillRect(0, lane.top, width, lane.height);
  }
  ctx.save();
  ctx.beginPath();
  ctx.rect(frame.left, 0, frame.right - frame.left, plan.lanesBottom);
  ctx.clip();
  for (const band of scene.bands) {
    if (band.kind === "cooling") {
      ctx.fillStyle = colours.cooldown;
      ctx.fillRect(band.from, 0, band.to - band.from, plan.lanesBottom);
    } else hatchBand(ctx, band.from, band.to, plan.lanesBottom, colours);
  }
  for (const tick of scene.ticks.major) {
    const at = Math.round(tick.x) + 0.5;
    stroke(ctx, at, 24, at, plan.lanesBottom, 1, colours.grid);
  }
  ctx.restore();
  for (const tick of scene.ticks.major) {
    const at = Math.round(tick.x) + 0.5;
    if (at > frame.left) stroke(ctx, at, plan.lanesBottom, at, plan.height, 1, colours.grid);
  }
  for (const tick of scene.ticks.minor) {
    const at = Math.round(tick.x) + 0.5;
    if (at > frame.left) stroke(ctx, at, 29, at, 32, 1, colours.lane);
  }
  const rule = (y: number, colour: string) => stroke(ctx, 0, y + 0.5, width, y + 0.5, 1, colour);
  rule(heights.head, colours.border);
  scene.lanes.forEach(({ lane }, index) => {
    if (lane.inRange) {
      ctx.fillStyle = colours.mark;
      ctx.fillRect(0, lane.top, 3, lane.height);
    }
    if (index > 0) rule(lane.top, colours.faint);
  });
  scene.steps.forEach((step, index) => {
    rule(step.top, index === 0 ? colours.border : colours.faint);
  });
}

function hatchBand(ctx: CanvasRenderingContext2D, from: number, to: number, bottom: number, colours: Palette): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(from, heights.head, to - from, bottom - heights.head);
  ctx.clip();
  // The strokes hang on the band itself, so that they move with it.
  for (let at = from - bottom; at < to; at += 7) stroke(ctx, at, bottom, at + bottom, 0, 1, colours.lane);
  ctx.restore();
}

function paintLane(
  ctx: CanvasRenderingContext2D,
  { plan, scene, frame, colours, hovered }: PaintInput,
  own: LaneScene,
) {
  const { lane, marks, pills, flags, lineFrom } = own;
  const end = Math.min(scene.nowX, frame.right);
  if (lineFrom < end) stroke(ctx, lineFrom, lane.line, end, lane.line, 1, colours.lane);
  for (const flag of flags) drawFlag(ctx, flag, lane.line - flagRise[flag.row], lane.line - 5, colours);
  for (const pill of pills) drawPill(ctx, pill, lane.line, colours);
  for (const mark of marks) {
    const tag = plan.data.tags[mark.index];
    if (!tag) continue;
    if (mark.index === hovered) disc(ctx, mark.x, lane.line, 12, colours.active);
    if (mark.index === plan.chosen) drawRing(ctx, mark.x, lane.line, colours);
    drawMark(ctx, tag.mark, mark.x, lane.line, colours);
  }
}

function paintSteps(ctx: CanvasRenderingContext2D, { scene, colours, frame }: PaintInput): void {
  for (const { treads, base, kind, unsureFrom, endX, endRise } of scene.steps) {
    const colour = kind === "git" ? colours.flag : colours.environment;
    const thick = kind === "git" ? 2 : 1.5;
    const height = (rise: number) => Math.round(base - rise) - 0.5;
    const sureEnd = unsureFrom ?? Number.POSITIVE_INFINITY;
    ctx.lineJoin = "round";
    ctx.lineWidth = thick;
    ctx.strokeStyle = colour;
    ctx.beginPath();
    treads.forEach((tread, index) => {
      const from = Math.max(frame.left - 20, tread.from);
      const to = Math.min(tread.to, sureEnd);
      if (to < from) return;
      if (index === 0 || treads[index - 1]?.to === undefined) ctx.moveTo(from, height(tread.rise));
      else ctx.lineTo(from, height(tread.rise));
      ctx.lineTo(to, height(tread.rise));
    });
    ctx.stroke();
    treads.forEach((tread, index) => {
      if (!tread.rolledBack || tread.from > sureEnd) return;
      const before = treads[index - 1]?.rise ?? tread.rise;
      const after = treads[index + 1]?.rise ?? tread.rise;
      // A notch that stood for a moment is still seen.
      const to = Math.max(tread.to, tread.from + 6);
      ctx.beginPath();
      ctx.moveTo(tread.from, height(before));
      ctx.lineTo(tread.from, height(tread.rise));
      ctx.lineTo(to, height(tread.rise));
      ctx.lineTo(to, height(after));
      ctx.strokeStyle = colours.blocked;
      ctx.lineWidth = 2;
      ctx.stroke();
    });
    if (unsureFrom !== undefined) {
      stroke(ctx, unsureFrom, height(endRise) - 5, unsureFrom, height(endRise) + 5, 1.5, colours.unsure);
      ctx.setLineDash([5, 3]);
      stroke(ctx, unsureFrom + 4, height(endRise), endX, height(endRise), 1.5, colours.unsure);
      ctx.setLineDash([]);
    }
  }
}

function paintUpcoming(ctx: CanvasRenderingContext2D, { scene, colours, frame }: PaintInput): void {
  for (const event of scene.upcoming) {
    const colour = event.kind === "cooled" ? colours.cooling : colours.ready;
    const from = Math.max(frame.left, event.fromX + 2);
    if (event.x < from) continue;
    ctx.setLineDash([2, 3]);
    stroke(ctx, from, event.y, event.x - 5, event.y, 1, colour);
    ctx.setLineDash([2, 2]);
    ring(ctx, event.x, event.y, 4.5, 1.25, colour, colours.inRange);
    ctx.setLineDash([]);
  }
}

function paintNow(ctx: CanvasRenderingContext2D, { scene, plan, frame, colours }: PaintInput): void {
  if (scene.nowX <= frame.right && scene.nowX >= frame.left) {
    const at = Math.round(scene.nowX) + 0.5;
    stroke(ctx, at, 8, at, plan.height, 1, colours.now);
  }
  for (const { base, endX, endRise, kind, unsureFrom, treads } of scene.steps) {
    if (treads.length === 0 || endX < frame.left || endX > frame.right + 1) continue;
    const colour = unsureFrom !== undefined ? colours.unsure : kind === "git" ? colours.flag : colours.environment;
    if (scene.nowX <= frame.right) ring(ctx, endX, Math.round(base - endRise) - 0.5, 3, 1.5, colour, colours.surface);
  }
}

export { flagRise };
