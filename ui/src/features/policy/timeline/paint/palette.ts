/** The colours of the canvas, read from the tokens: the canvas cannot. */
const names = {
  surface: "--surface",
  border: "--border",
  faint: "--border-faint",
  strong: "--border-strong",
  active: "--surface-active",
  grid: "--timeline-grid",
  lane: "--timeline-lane",
  inRange: "--timeline-in-range",
  mark: "--timeline-mark",
  passed: "--timeline-passed",
  now: "--timeline-now",
  cooldown: "--timeline-cooldown",
  flag: "--timeline-flag",
  environment: "--timeline-env",
  cooling: "--state-cooling",
  blocked: "--state-blocked",
  unsure: "--state-degraded",
  ready: "--state-ready",
} as const;

export type Palette = Record<keyof typeof names, string>;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const entries = Object.entries(names).map(([key, token]) => [key, style.getPropertyValue(token).trim()]);
  return Object.fromEntries(entries) as Palette;
}
