import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/clock";
import { useDates } from "@/lib/dates";
import { spanOf } from "@/lib/duration";

/** A length of time in words: `12 m`, `5 d`. */
export function useSpan(): (milliseconds: number) => string {
  const { t } = useTranslation();
  return (milliseconds) => {
    const { unit, n } = spanOf(milliseconds);
    return t(`span.${unit}`, { n });
  };
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
  const { t } = useTranslation();
  const dates = useDates();
  const span = useSpan();
  const recent = Math.abs(Date.now() - at) < 120_000;
  const now = useNow(recent ? "second" : "half-minute");
  const past = now - at;
  const words = span(Math.abs(past));
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={dates.full(at)}
      className={clsx("whitespace-nowrap", stale && "text-stale", className)}
    >
      {bare ? words : past < -500 ? t("span.in", { span: words }) : t("span.ago", { span: words })}
    </time>
  );
}
