import type { ActivityEntry } from "@/api/generated";

export interface DayEntries {
  day: string;
  /** A moment of that day, to print it by. */
  at: number;
  entries: ActivityEntry[];
}

/** Entries by the day they were on where the person is, in the order given. */
export function daysOf(entries: readonly ActivityEntry[]): DayEntries[] {
  const days = new Map<string, DayEntries>();
  for (const entry of entries) {
    const at = Date.parse(entry.at);
    const day = new Date(at).toDateString();
    const group = days.get(day) ?? { day, at, entries: [] };
    group.entries.push(entry);
    days.set(day, group);
  }
  return [...days.values()];
}
