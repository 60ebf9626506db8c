import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";

/** A box to tick. `label` is its name where no text stands beside it. */
export function Checkbox({
  label,
  checked,
  onChange,
  disabled,
  tabIndex,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  tabIndex?: number;
}) {
  return (
    <Base.Root
      aria-label={label}
      checked={checked}
      disabled={disabled}
      tabIndex={tabIndex}
      onCheckedChange={(next) => onChange(next)}
      onClick={(event) => event.stopPropagation()}
      className="inline-flex size-3.5 flex-none items-center justify-center rounded-[3px] border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent data-checked:text-on-accent data-disabled:border-line-control data-disabled:bg-sunken data-disabled:text-fg-muted"
    >
      <Base.Indicator className="flex">
        <Check size={11} strokeWidth={3} />
      </Base.Indicator>
    </Base.Root>
  );
}
