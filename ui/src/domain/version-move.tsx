import clsx from "clsx";
import type { VersionMove as Move } from "@/api/generated";
import { StepBadge } from "@/components/chip";
import { MiddleClip } from "@/components/middle-clip";
import { useStepWord, versionText } from "./step";

/** The new version with the badge of its step. A pinned digest is part of its title. */
export function NewVersion({ move, badge }: { move: Move; badge: ReturnType<ReturnType<typeof useStepWord>> }) {
  const text = versionText(move.to);
  return (
    <span className="inline-flex max-w-full min-w-0 items-baseline gap-2 whitespace-nowrap">
      <MiddleClip text={text} title={move.to.digest ?? text} className="mono font-medium text-fg" />
      {badge && <StepBadge kind={badge.kind}>{badge.word}</StepBadge>}
    </span>
  );
}

/** `1.0.3 → 1.0.5 patch`. Where room is short the old version gives way first. */
export function VersionMove({ move, className }: { move: Move; className?: string }) {
  const badge = useStepWord()(move.step);
  const from = move.from && versionText(move.from);
  return (
    <span className={clsx("inline-flex max-w-full min-w-0 items-baseline whitespace-nowrap", className)}>
      {from && (
        <>
          <MiddleClip text={from} title={from} tail={4} className="mono shrink-[3] text-fg-secondary" />
          <span aria-hidden="true" className="px-1.5 text-fg-muted">
            →
          </span>
        </>
      )}
      <NewVersion move={move} badge={badge} />
    </span>
  );
}
