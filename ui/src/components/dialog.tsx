import { Dialog as Base } from "@base-ui/react/dialog";
import clsx from "clsx";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";

/** What a person fills in or chooses; of a group of radio buttons, the one that is chosen. */
const fields =
  "input:not([type=radio], :disabled), input[type=radio]:checked, [role=radio][aria-checked=true], " +
  "select:not(:disabled), textarea:not(:disabled)";

/**
 * A sheet over the page. It holds the focus, Escape closes it, and bare keys of the page rest while it is open.
 * It begins at what is asked for, or at the sheet itself, never at the button that closes it; focus goes back to where it was.
 * `placement` "top" is for what is typed into, "full" for a sheet that fills the window.
 */
export function Dialog({
  open,
  onClose,
  title,
  aside,
  children,
  foot,
  placement = "center",
  hideTitle = false,
  className,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
  placement?: "center" | "top" | "full";
  hideTitle?: boolean;
  className?: string;
}) {
  const { t } = useTranslation();
  const popup = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const first = () => (placement === "full" ? null : body.current?.querySelector<HTMLElement>(fields)) ?? popup.current;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-(--motion-base) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport
          className={clsx(
            "fixed inset-0 z-40 flex justify-center",
            placement === "center" && "items-center p-6",
            placement === "top" && "items-start px-6 pt-[12vh] pb-6",
            placement === "full" && "items-stretch p-6 max-wide:p-3",
          )}
        >
          <Base.Popup
            ref={popup}
            initialFocus={first}
            data-blocks-keys
            className={clsx(
              "flex max-h-full min-h-0 flex-col overflow-hidden rounded-panel outline-none border border-line bg-raised shadow-sheet",
              "transition-opacity duration-(--motion-base) data-ending-style:opacity-0 data-starting-style:opacity-0",
              placement === "full" ? "w-full" : "w-full max-w-120",
              className,
            )}
          >
            {hideTitle ? (
              <Base.Title className="sr-only">{title}</Base.Title>
            ) : (
              <header className="flex h-topbar flex-none items-center gap-3 border-b border-line pr-2 pl-5">
                <Base.Title className="text-title font-strong whitespace-nowrap">{title}</Base.Title>
                <span className="clip text-small text-fg-muted">{aside}</span>
                <span className="flex-1" />
                <Base.Close render={<IconButton label={t("close")} />}>
                  <X size={16} />
                </Base.Close>
              </header>
            )}
            <div ref={body} className="min-h-0 flex-1 overflow-auto">
              {children}
            </div>
            {foot && (
              <footer className="flex min-h-14 flex-none items-center gap-2 border-t border-line px-4 pl-5">
                {foot}
              </footer>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
