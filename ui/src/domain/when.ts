import { type DateWriter, useDates } from "@/lib/dates";

const day = 86_400_000;

/** A moment as short as it is clear: the hour today, the weekday within a week, else the day. */
export function writeWhen(dates: DateWriter, at: number): string {
  const away = Math.abs(at - Date.now());
  if (away < day / 2) return dates.time(at);
  return away < 6 * day ? dates.weekday(at) : dates.day(at);
}

export function useWhen(): (at: number) => string {
  const dates = useDates();
  return (at) => writeWhen(dates, at);
}
