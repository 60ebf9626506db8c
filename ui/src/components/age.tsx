import clsx from "clsx";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/clock";
import { useDates } from "@/lib/dates";
import { spanOf } from "@/lib/duration";
import { useLanguage } from "@/lib/i18n";

/** A length of time in words: `12 m`, `5 d`. */
function spanWords(milliseconds: number): string {
  const { unit, n } = spanOf(milliseconds);
  return i18next.t(`span.${unit}`, { n });
}

/** The same for a component, which is drawn again when the language changes. */
export function useSpan(): (milliseconds: number) => string {
  useLanguage();
  return spanWords;
}

/**
 * How long ago something was, kept right by the clock of the window; the full time is its title.
 * `bare` leaves out "ago". A moment in the future prints as "in 12 s".
 */
export function Age({
  at,
  bare = false,
  stale = false,
  className,
}: {
  /** Milliseconds since 1970. */
  at: number;
  bare?: boolean;
  stale?: boolean;
  className?: string;
}) {
  const dates = useDates();
  const recent = Math.abs(Date.now() - at) < 120_000;
  const now = useNow(recent ? "second" : "half-minute");
  const past = now - at;
  const words = spanWords(Math.abs(past));
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={dates.full(at)}
      className={clsx("whitespace-nowrap", stale && "text-stale", className)}
    >
      {bare ? words : i18next.t(past < -500 ? "span.in" : "span.ago", { span: words })}
    </time>
  );
}

/** When something to come is due: "in 12 s", and "now" from then until another moment is known. */
export function Due({ at, className }: { at: number; className?: string }) {
  const { t } = useTranslation();
  const dates = useDates();
  const span = useSpan();
  const soon = at - Date.now() < 120_000;
  const left = at - useNow(soon ? "second" : "half-minute");
  return (
    <time dateTime={new Date(at).toISOString()} title={dates.full(at)} className={clsx("whitespace-nowrap", className)}>
      {left < 500 ? t("span.now") : t("span.in", { span: span(left) })}
    </time>
  );
}
