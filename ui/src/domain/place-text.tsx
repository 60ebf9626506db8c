import clsx from "clsx";
import type { FilePlace } from "@/api/generated";

/**
 * `fleet:test/deployment.yml:18`. The source is left out where the surroundings name it. Where room is short its end,
 * the file and the line, stays.
 */
export function PlaceText({
  place,
  withSource = true,
  className,
}: {
  place: FilePlace;
  withSource?: boolean;
  className?: string;
}) {
  const whole = `${withSource ? `${place.source}:` : ""}${place.path}:${place.line}`;
  return (
    <span className={clsx("mono clip-start", className)} title={whole} data-selectable>
      <bdi dir="ltr">
        {withSource && <span className="text-fg-muted">{place.source}:</span>}
        <span className="text-fg-secondary">{place.path}</span>
        <span className="text-fg-muted">:{place.line}</span>
      </bdi>
    </span>
  );
}
