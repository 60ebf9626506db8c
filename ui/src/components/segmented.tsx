import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import clsx from "clsx";
import type { ReactNode } from "react";

export interface Segment<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
  disabled?: boolean;
}

/** One of a few, side by side. A radio group: arrows move, the choice is announced. */
export function Segmented<T extends string>({
  label,
  value,
  segments,
  onChange,
  className,
}: {
  label: string;
  value: T;
  segments: readonly Segment<T>[];
  onChange: (value: T) => void;
  className?: string;
}) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={clsx(
        "inline-flex h-control flex-none rounded-control border border-line-control bg-sunken p-px",
        className,
      )}
    >
      {segments.map((segment) => (
        <Radio.Root
          key={segment.value}
          value={segment.value}
          disabled={segment.disabled}
          className={clsx(
            "inline-flex items-center gap-1.5 rounded-[5px] border border-transparent px-2.25 text-small whitespace-nowrap text-fg-secondary",
            "hover:text-fg data-checked:border-line-control data-checked:bg-surface data-checked:font-medium data-checked:text-fg",
            "data-disabled:text-fg-disabled dark:data-checked:bg-active",
          )}
        >
          {segment.icon}
          {segment.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
