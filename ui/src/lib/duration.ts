/** A length of time as one number and one unit, the way an age is printed. */
export interface Span {
  unit: "s" | "m" | "h" | "d" | "y";
  n: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** The largest unit that leaves at least one; days go on to two years, because "14 d" says more than a month. */
export function spanOf(milliseconds: number): Span {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < minute) return { unit: "s", n: seconds };
  if (seconds < hour) return { unit: "m", n: Math.floor(seconds / minute) };
  if (seconds < day) return { unit: "h", n: Math.floor(seconds / hour) };
  if (seconds < 2 * year) return { unit: "d", n: Math.floor(seconds / day) };
  return { unit: "y", n: Math.floor(seconds / year) };
}

/** A span as Flux's fields write it, so that it reads like the field it came from: `1m40s`, `10s`, `1h0m0s`. */
export function goDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / hour);
  const minutes = Math.floor((whole % hour) / minute);
  const rest = whole % minute;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  if (minutes > 0) return `${minutes}m${rest}s`;
  return `${rest}s`;
}
