import clsx from "clsx";
import type { VersionMove as Move } from "@/api/generated";
import { StepBadge } from "@/components/chip";
import { useStepWord, versionText } from "./step";

/** The new version with the badge of its step. A pinned digest is part of its title. */
export function NewVersion({ move, badge }: { move: Move; badge: ReturnType<ReturnType<typeof useStepWord>> }) {
  return (
    <span className="inline-flex max-w-full min-w-0 items-baseline gap-2 whitespace-nowrap">
      <span className="mono clip font-medium text-fg" title={move.to.digest ?? versionText(move.to)}>
        {versionText(move.to)}
      </span>
      {badge && <StepBadge kind={badge.kind}>{badge.word}</StepBadge>}
    </span>
  );
}

/** `1.0.3 → 1.0.5 patch`. */
export function VersionMove({ move, className }: { move: Move; className?: string }) {
  const badge = useStepWord()(move.step);
  return (
    <span className={clsx("inline-flex max-w-full min-w-0 items-baseline whitespace-nowrap", className)}>
      {move.from && (
        <>
          <span className="mono clip text-fg-secondary" title={versionText(move.from)}>
            {versionText(move.from)}
          </span>
          <span aria-hidden="true" className="px-1.5 text-fg-muted">
            →
          </span>
        </>
      )}
      <NewVersion move={move} badge={badge} />
    </span>
  );
}
