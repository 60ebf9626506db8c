import clsx from "clsx";
import type { ReactNode } from "react";
import { Glyph, type GlyphName } from "./glyph";

/** What a thing is doing, as everything in Sluice says it. */
export type StateTone =
  | "ready"
  | "cooling"
  | "window"
  | "approval"
  | "held"
  | "blocked"
  | "observe"
  | "healthy"
  | "progressing"
  | "degraded"
  | "stale"
  | "failed"
  | "paused"
  | "waiting";

const tones: Record<StateTone, { glyph: GlyphName; color: string }> = {
  ready: { glyph: "ready", color: "text-ready" },
  cooling: { glyph: "cooling", color: "text-cooling" },
  window: { glyph: "window", color: "text-window" },
  approval: { glyph: "person", color: "text-approval" },
  held: { glyph: "held", color: "text-held" },
  blocked: { glyph: "blocked", color: "text-blocked" },
  observe: { glyph: "observe", color: "text-observe" },
  healthy: { glyph: "healthy", color: "text-healthy" },
  progressing: { glyph: "progressing", color: "text-progressing" },
  degraded: { glyph: "degraded", color: "text-degraded" },
  stale: { glyph: "degraded", color: "text-stale" },
  failed: { glyph: "failed", color: "text-failed" },
  paused: { glyph: "paused", color: "text-degraded" },
  waiting: { glyph: "waiting", color: "text-fg-muted" },
};

/** The glyph of a state alone; only where its word stands right beside it. */
export function StateGlyph({ tone, size, glyph }: { tone: StateTone; size?: number; glyph?: GlyphName }) {
  const { glyph: own, color } = tones[tone];
  return <Glyph name={glyph ?? own} size={size} className={color} />;
}

/** A state: its glyph and its word, never a colour alone. */
export function State({
  tone,
  children,
  glyph,
  title,
  className,
}: {
  tone: StateTone;
  title?: string;
  children: ReactNode;
  glyph?: GlyphName;
  className?: string;
}) {
  return (
    <span title={title} className={clsx("inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap", className)}>
      <StateGlyph tone={tone} glyph={glyph} />
      <span className="clip">{children}</span>
    </span>
  );
}
