import clsx from "clsx";
import type { FieldChange } from "@/api/generated";

/** The fields of a policy that a plan writes: its name, what stood there and what will. */
export function FieldChanges({ fields, className }: { fields: readonly FieldChange[]; className?: string }) {
  if (fields.length === 0) return null;
  return (
    <ul className={clsx("text-small", className)}>
      {fields.map(({ field, old, new: next }) => (
        <li key={field} className="flex min-w-0 flex-wrap items-baseline gap-x-1.5">
          <span className="mono text-fg-muted">{field.replace(/^spec\./, "")}</span>
          {old !== null && (
            <del className={clsx("mono wrap-anywhere text-fg-secondary", next !== null && "no-underline")}>{old}</del>
          )}
          {old !== null && next !== null && (
            <span aria-hidden="true" className="text-fg-muted">
              →
            </span>
          )}
          {next !== null && <ins className="mono wrap-anywhere font-medium no-underline">{next}</ins>}
        </li>
      ))}
    </ul>
  );
}
