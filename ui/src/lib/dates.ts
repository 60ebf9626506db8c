import { useIntlLocale } from "./i18n";

export interface DateWriter {
  /** `13 Nov 18:05`; with the year when it is not this one. */
  moment(at: number): string;
  /** `13 Nov`. */
  day(at: number): string;
  /** `18:05`. */
  time(at: number): string;
  /** `Thu 09:12`, for what lies within a week. */
  weekday(at: number): string;
  /** `Thu`. */
  weekdayOnly(at: number): string;
  /** Everything, for a title: `Friday 13 November 2026 at 18:05:09 CET`. */
  full(at: number): string;
  /** `14 to 21 Nov`, written as the language does. */
  range(from: number, to: number): string;
  month(at: number): string;
  year(at: number): string;
  number(value: number): string;
}

/** Dates and numbers of one language. Instants are milliseconds since 1970 and print in the machine's zone. */
export function dateWriter(locale: string): DateWriter {
  // Formatters are dear to make and there are thousands of ages: one set a language.
  const known = writers.get(locale);
  if (known) return known;
  const made = makeWriter(locale);
  writers.set(locale, made);
  return made;
}

const writers = new Map<string, DateWriter>();

function makeWriter(locale: string): DateWriter {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const time = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = format({ day: "numeric", month: "short" });
  const dayOfYear = format({ day: "numeric", month: "short", year: "numeric" });
  const weekday = format({ weekday: "short" });
  const full = format({ dateStyle: "full", timeStyle: "long" });
  const month = format({ month: "short" });
  const year = format({ year: "numeric" });
  const number = new Intl.NumberFormat(locale);
  const thisYear = (at: number) => new Date(at).getFullYear() === new Date().getFullYear();
  const anyDay = (at: number) => (thisYear(at) ? day : dayOfYear).format(at);
  return {
    moment: (at) => `${anyDay(at)} ${time.format(at)}`,
    day: anyDay,
    time: (at) => time.format(at),
    weekday: (at) => `${weekday.format(at)} ${time.format(at)}`,
    weekdayOnly: (at) => weekday.format(at),
    full: (at) => full.format(at),
    range: (from, to) => {
      // Chinese ranges would turn to slashes, as no date beside them does.
      if (locale.startsWith("zh")) return `${anyDay(from)} – ${anyDay(to)}`;
      return (thisYear(from) && thisYear(to) ? day : dayOfYear).formatRange(from, to);
    },
    month: (at) => month.format(at),
    year: (at) => year.format(at),
    number: (value) => number.format(value),
  };
}

export function useDates(): DateWriter {
  return dateWriter(useIntlLocale());
}
