import type { ReleaseRow } from "@/api/generated";

export type ReleaseGroup =
  | { kind: "underWay" | "queued"; rows: ReleaseRow[] }
  | { kind: "day"; day: string; at: number; rows: ReleaseRow[] };

const underWay = new Set<ReleaseRow["state"]>(["pushing", "stuck"]);

/** The list as it is read: what is under way, what is queued, then the days as they were where the person is. */
export function groupReleases(rows: readonly ReleaseRow[]): ReleaseGroup[] {
  const open = rows.filter((row) => underWay.has(row.state));
  const queued = rows.filter((row) => row.state === "queued");
  const groups: ReleaseGroup[] = [];
  if (open.length > 0) groups.push({ kind: "underWay", rows: open });
  if (queued.length > 0) groups.push({ kind: "queued", rows: queued });
  const days = new Map<string, Extract<ReleaseGroup, { kind: "day" }>>();
  for (const row of rows) {
    if (underWay.has(row.state) || row.state === "queued") continue;
    const at = Date.parse(row.createdAt);
    const day = dayOf(at);
    const group = days.get(day) ?? { kind: "day" as const, day, at, rows: [] };
    group.rows.push(row);
    days.set(day, group);
  }
  return [...groups, ...days.values()];
}

/** A day in the machine's zone, as a text that two moments of one day share. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
