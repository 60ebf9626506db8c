import clsx from "clsx";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";

/**
 * A screen: topbar, main area, and a side panel that pushes and does not cover. `title` names the window too;
 * `crumb` stands before it where a page is inside another.
 */
export function Page({
  title,
  crumb,
  monoTitle = false,
  aside,
  actions,
  banner,
  foot,
  panel,
  children,
}: {
  title: string;
  crumb?: ReactNode;
  monoTitle?: boolean;
  aside?: ReactNode;
  actions?: ReactNode;
  banner?: ReactNode;
  foot?: ReactNode;
  panel?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <>
      <header className="flex min-h-topbar flex-none items-center gap-3 border-b border-line px-6 max-wide:gap-2 max-wide:px-4 max-[640px]:flex-wrap max-[640px]:py-2">
        {crumb && (
          <>
            <span className="whitespace-nowrap text-fg-muted">{crumb}</span>
            <span aria-hidden="true" className="text-fg-muted">
              /
            </span>
          </>
        )}
        <h1
          className={clsx(monoTitle ? "mono clip font-medium" : "text-title font-strong whitespace-nowrap")}
          data-selectable
        >
          {title}
        </h1>
        {aside && <span className="clip text-small text-fg-muted">{aside}</span>}
        <span className="flex-1" />
        <div className="flex flex-none flex-wrap items-center gap-2 max-[640px]:shrink">{actions}</div>
      </header>
      {banner}
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          {children}
          {foot}
        </div>
        {panel}
      </div>
    </>
  );
}

/** Where a page without a table scrolls. */
export function PageScroll({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={clsx("relative min-h-0 flex-1 overflow-auto", className)}>{children}</div>;
}

/** Detail beside the page. Escape closes it. */
export function SidePanel({
  title,
  aside,
  onClose,
  children,
  foot,
}: {
  title: string;
  aside?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  foot?: ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  // Who is in the panel when it goes finds themselves where they opened it.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const { current } = panel;
    return () => {
      if (current?.contains(document.activeElement) && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      aria-labelledby={id}
      className="arrive flex w-panel flex-none flex-col border-l border-line bg-surface"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <header className="flex h-topbar flex-none items-center gap-2 border-b border-line pr-2 pl-4">
        <h2 id={id} className="clip font-strong">
          {title}
        </h2>
        {aside && <span className="clip text-small text-fg-muted">{aside}</span>}
        <span className="flex-1" />
        <IconButton label={t("close")} onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-auto p-4">{children}</div>
      {foot && (
        <footer className="flex flex-none flex-wrap items-center gap-2 border-t border-line px-4 py-3">{foot}</footer>
      )}
    </aside>
  );
}
