import clsx from "clsx";
import type { ComponentPropsWithRef } from "react";

/** One of several, in the system's own list. */
export function Select<T extends string>({
  value,
  options,
  onChange,
  className,
  ...rest
}: Omit<ComponentPropsWithRef<"select">, "value" | "onChange"> & {
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  return (
    <select
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
      className={clsx(
        "h-control min-w-0 rounded-control border border-line-strong bg-surface px-1.5 text-small text-fg",
        "focus-visible:border-focus focus-visible:outline-offset-[-1px]",
        className,
      )}
      {...rest}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
