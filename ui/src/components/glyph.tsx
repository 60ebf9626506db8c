import type { ReactNode } from "react";

/** Drawings of our own on a 16 grid: every state has a shape, so that its colour only repeats what the shape says. */
const drawings = {
  ready: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="currentColor" />
      <path d="M8 11V5.3M5.5 7.6 8 5.1l2.5 2.5" stroke="var(--surface)" />
    </>
  ),
  cooling: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M8 4.8V8l2.2 1.6" />
    </>
  ),
  window: <path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v2.5M10.5 2v2.5" />,
  person: (
    <>
      <circle cx="8" cy="5" r="2.6" />
      <path d="M2.8 13.6c.5-2.9 2.6-4.3 5.2-4.3s4.7 1.4 5.2 4.3" />
    </>
  ),
  held: (
    <>
      <path d="M3.5 7h9v6.5h-9z" />
      <path d="M5.5 7V4.8a2.5 2.5 0 0 1 5 0V7" />
    </>
  ),
  blocked: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="m3.9 12.1 8.2-8.2" />
    </>
  ),
  observe: (
    <>
      <path d="M1.6 8C3.2 5.2 5.4 3.9 8 3.9S12.8 5.2 14.4 8c-1.6 2.8-3.8 4.1-6.4 4.1S3.2 10.8 1.6 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  healthy: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="m5.4 8.2 1.8 1.8 3.4-3.8" />
    </>
  ),
  progressing: <path data-working d="M13.2 8A5.2 5.2 0 1 1 11 3.8M11.4 1.6v2.6H8.8" />,
  degraded: (
    <>
      <path d="M8 1.8 14.2 8 8 14.2 1.8 8z" />
      <path d="M8 5.3v3.2M8 10.6v.01" />
    </>
  ),
  failed: (
    <>
      <path d="M8 2.2 14.3 13.4H1.7z" />
      <path d="M8 6.4v3.2M8 11.5v.01" />
    </>
  ),
  waiting: <circle cx="8" cy="8" r="5.9" strokeDasharray="2.4 2.2" />,
  paused: (
    <>
      <circle cx="8" cy="8" r="5.9" />
      <path d="M6.4 5.8v4.4M9.6 5.8v4.4" />
    </>
  ),
  rolledBack: <path d="M3 6.5h6.2a3.4 3.4 0 0 1 0 6.8H6M5.8 3.7 3 6.5l2.8 2.8" />,
  offline: (
    <path d="M2 2l12 12M3 7.2A8 8 0 0 1 6 5.4M13 7.2a8 8 0 0 0-4.4-2.3M5.2 9.6a4.6 4.6 0 0 1 2-1.1M8 12.4v.01" />
  ),
  auto: <path d="M8.8 1.8 3.5 9H8l-.8 5.2L12.5 7H8z" />,
} satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof drawings;

export function Glyph({ name, size = 16, className }: { name: GlyphName; size?: number; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      className={className}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: "none", display: "block" }}
    >
      {drawings[name]}
    </svg>
  );
}

/** The mark of Sluice: two channels and the gate between them. */
export function Mark({ size = 16, className }: { size?: number; className?: string }) {
  return (
    <svg aria-hidden="true" className={className} width={size} height={size} viewBox="0 0 24 24" fill="currentColor">
      <path d="M22.5 1.5V6h-12A4.5 4.5 0 0 0 6 10.5V12H1.5v-1.5a9 9 0 0 1 9-9z" />
      <path d="M1.5 22.5V18h12a4.5 4.5 0 0 0 4.5-4.5V12h4.5v1.5a9 9 0 0 1-9 9z" />
      <path d="M9 7.5h6v9H9z" />
    </svg>
  );
}
