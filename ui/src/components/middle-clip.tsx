import clsx from "clsx";

/** How much of the end always stands: enough for a build number or a file's line. */
const tailLength = 8;

/**
 * One line that gives way in its middle where room is short. Of a machine's names the beginnings are alike and the ends
 * tell them apart: `main-188ea…f-4144`.
 */
export function MiddleClip({
  text,
  tail = tailLength,
  title,
  className,
}: {
  text: string;
  /** How many of the last letters stay. */
  tail?: number;
  title?: string;
  className?: string;
}) {
  if (text.length <= tail + 4) {
    return (
      <span className={clsx("clip", className)} title={title}>
        {text}
      </span>
    );
  }
  return (
    <span className={clsx("inline-flex max-w-full min-w-0 whitespace-nowrap", className)} title={title}>
      <span className="clip">{text.slice(0, -tail)}</span>
      <span className="flex-none">{text.slice(-tail)}</span>
    </span>
  );
}
