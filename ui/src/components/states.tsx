import clsx from "clsx";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Age, Due } from "./age";
import { Glyph } from "./glyph";
import { StateGlyph, type StateTone } from "./state";

/** Nothing to show: what was looked for and where, and one button. Teaches; never apologises. */
export function Empty({
  title,
  children,
  action,
  aside,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <div className="flex flex-1 items-center justify-center p-6 pb-[12vh]">
      <div className="w-105 max-w-[88%]">
        <h2 className="mb-1 text-title font-strong">{title}</h2>
        {children && <div className="mb-3 text-fg-secondary">{children}</div>}
        <div className="flex items-center gap-2">
          {action}
          {aside && <span className="text-small text-fg-muted">{aside}</span>}
        </div>
      </div>
    </div>
  );
}

/** A place where a figure will stand. Still, so that a page of them does not flicker. */
export function Pending({ width = "60%", className }: { width?: string | number; className?: string }) {
  return (
    <span aria-hidden="true" className={clsx("block h-2 rounded-[2px] bg-line-faint", className)} style={{ width }} />
  );
}

/** Rows that have not come yet, in the height of the rows that will. */
export function PendingRows({ count = 8, label }: { count?: number; label: string }) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: count }, (_, index) => (
        <div
          // The rows are alike and never move.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          className="grid h-row grid-cols-[1.2fr_1.5fr_1fr] items-center gap-8 border-b border-line-faint px-6 max-wide:px-4"
        >
          <Pending width={`${70 - ((index * 17) % 35)}%`} />
          <Pending width={`${80 - ((index * 23) % 40)}%`} />
          <Pending width={`${50 - ((index * 13) % 25)}%`} />
        </div>
      ))}
    </div>
  );
}

/** What the other side said, in its own words. Plain text, whatever it contains. */
export function Quote({ children }: { children: ReactNode }) {
  return (
    <pre className="mono border-l-2 border-line-strong bg-sunken px-2.5 py-1.5 leading-4.5 wrap-anywhere whitespace-pre-wrap text-fg-secondary">
      {children}
    </pre>
  );
}

/** An error that says its cause, the remote's words, when it last worked, when it is tried again, and what mends it. */
export function Problem({
  title,
  children,
  quote,
  lastSuccess,
  nextTry,
  action,
}: {
  title: string;
  children?: ReactNode;
  quote?: string;
  lastSuccess?: number;
  nextTry?: number;
  action?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <section role="alert" className="flex max-w-160 flex-col gap-2 p-6 max-wide:p-4">
      <h2 className="flex items-start gap-2 text-title font-strong">
        <span className="pt-0.5">
          <StateGlyph tone="failed" />
        </span>
        <span className="min-w-0 wrap-anywhere">{title}</span>
      </h2>
      {children && <div className="text-fg-secondary">{children}</div>}
      {quote && <Quote>{quote}</Quote>}
      {(lastSuccess !== undefined || nextTry !== undefined) && (
        <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-small">
          {lastSuccess !== undefined && (
            <>
              <dt className="text-fg-muted">{t("problem.lastSuccess")}</dt>
              <dd>
                <Age at={lastSuccess} />
              </dd>
            </>
          )}
          {nextTry !== undefined && (
            <>
              <dt className="text-fg-muted">{t("problem.nextTry")}</dt>
              <dd>
                <Due at={nextTry} />
              </dd>
            </>
          )}
        </dl>
      )}
      {action && <div className="mt-1 flex gap-2">{action}</div>}
    </section>
  );
}

/** A sentence in a tinted box: what is, then what to do. */
export function Note({ tone, children }: { tone: StateTone; children: ReactNode }) {
  const tints: Partial<Record<StateTone, string>> = {
    blocked: "bg-blocked-tint",
    failed: "bg-failed-tint",
    degraded: "bg-degraded-tint",
    stale: "bg-stale-tint",
    ready: "bg-ready-tint",
    healthy: "bg-healthy-tint",
    cooling: "bg-cooling-tint",
    held: "bg-held-tint",
  };
  return (
    <div className={clsx("flex gap-2 rounded-control px-3 py-2 text-small leading-4.5", tints[tone] ?? "bg-sunken")}>
      <span className="pt-px">
        <StateGlyph tone={tone} />
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

/** A line across the page for what holds for all of it: offline, or older than it should be. */
export function Banner({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div
      role="status"
      className="flex min-h-10 flex-none items-center gap-2 bg-stale-tint px-6 py-1.5 text-small max-wide:px-4"
    >
      <Glyph name="offline" className="text-stale" />
      <span className="min-w-0 flex-1">{children}</span>
      {action}
    </div>
  );
}
