import { Switch as Base } from "@base-ui/react/switch";

/** On or off, at once. `label` is its name where no text stands beside it. */
export function Switch({
  label,
  checked,
  onChange,
  disabled,
}: {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <Base.Root
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      className="inline-flex h-4.5 w-8 flex-none items-center rounded-round border border-line-strong bg-surface p-0.5 transition-colors data-checked:border-accent data-checked:bg-accent data-disabled:border-line-control data-disabled:bg-sunken"
    >
      <Base.Thumb className="size-3 rounded-round bg-line-strong transition-transform data-checked:translate-x-3.5 data-checked:bg-on-accent data-disabled:bg-line-control" />
    </Base.Root>
  );
}
