import clsx from "clsx";
import type { ReactNode } from "react";

/** A rule or a value as a machine wrote it: `semver 1.0.x`. */
export function Chip({ kind, children, className }: { kind?: string; children: ReactNode; className?: string }) {
  return (
    <span
      className={clsx(
        "mono inline-flex h-5 max-w-full min-w-0 items-center gap-1 rounded-chip border border-line-control px-1.5 !text-caption whitespace-nowrap text-fg-secondary",
        className,
      )}
    >
      {kind && <span className="text-fg-muted">{kind}</span>}
      <span className="clip">{children}</span>
    </span>
  );
}

export type StepKind = "patch" | "minor" | "major" | "digest" | "other";

const weights: Record<StepKind, string> = {
  patch: "text-kind-patch font-medium",
  digest: "text-kind-patch font-medium",
  other: "text-kind-patch font-medium",
  minor: "text-kind-minor font-medium",
  major: "text-kind-major font-strong",
};

/** How large a step between two versions is. Neutral, and heavier with the risk; only major has a colour. */
export function StepBadge({ kind, children }: { kind: StepKind; children: ReactNode }) {
  return <span className={clsx("text-caption whitespace-nowrap", weights[kind])}>{children}</span>;
}

/** A value a machine wrote, in the monospaced face; clipped with its whole text as the title. */
export function Mono({ children, className, title }: { children: ReactNode; className?: string; title?: string }) {
  return (
    <span className={clsx("mono", className)} title={title}>
      {children}
    </span>
  );
}
