import { goDuration } from "@/lib/duration";

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads a span as Flux's fields write it, such as `1m40s`, and days as well: `3d`. A bare number has no unit and is refused. */
export function parseSpan(text: string): number | undefined {
  const bare = text.replace(/\s+/g, "");
  if (bare === "0") return 0;
  if (!/^(\d+[smhd])+$/.test(bare)) return undefined;
  let seconds = 0;
  for (const [, n, unit] of bare.matchAll(/(\d+)([smhd])/g)) seconds += Number(n) * (units[unit ?? "s"] ?? 1);
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** Writes a span so that `parseSpan` reads it again, without parts that are nought. */
export function writeSpan(seconds: number): string {
  if (seconds === 0) return "0";
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  return goDuration(seconds)
    .replace(/(?<=[hm])0[ms](?=$|\d)/g, "")
    .replace(/(?<=h)0s$/, "");
}
