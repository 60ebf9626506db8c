import { Menu } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import { buttonClass, Keys } from "./button";

export interface MenuEntry {
  id: string;
  label: string;
  hint?: string;
  disabled?: boolean;
  run: () => void;
}

/** A button that opens a few choices. It can be opened from outside as well, by a key. */
export function MenuButton({
  label,
  icon,
  keys,
  entries,
  look,
  open,
  onOpenChange,
}: {
  label: string;
  icon?: ReactNode;
  keys?: string;
  entries: readonly MenuEntry[];
  look?: "quiet" | "ghost";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange && ((next) => onOpenChange(next))}>
      <Menu.Trigger className={buttonClass({ look })} aria-keyshortcuts={keys}>
        {icon}
        {label}
        {keys && <Keys combo={keys} />}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <Menu.Popup
            data-blocks-keys
            className="min-w-48 rounded-panel border border-line bg-raised p-1 shadow-raised outline-none"
          >
            {entries.map((entry) => (
              <Menu.Item
                key={entry.id}
                disabled={entry.disabled}
                onClick={entry.run}
                className="flex h-7 items-center gap-3 rounded-chip px-2 whitespace-nowrap data-disabled:text-fg-disabled data-highlighted:bg-active"
              >
                <span className="flex-1">{entry.label}</span>
                {entry.hint && <span className="text-small text-fg-muted">{entry.hint}</span>}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
