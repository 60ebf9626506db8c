import clsx from "clsx";
import type { ReactNode } from "react";
import { useId } from "react";

/** A titled box. Few on a page; white space groups first. */
export function Frame({
  title,
  aside,
  actions,
  children,
  className,
}: {
  title: string;
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={clsx("min-w-0 rounded-panel border border-line bg-surface", className)}>
      <header className="flex h-10 items-center gap-2 border-b border-line pr-3 pl-4">
        <h2 id={id} className="font-strong whitespace-nowrap">
          {title}
        </h2>
        {aside && <span className="clip text-small text-fg-muted">{aside}</span>}
        <span className="flex-1" />
        {actions}
      </header>
      {children}
    </section>
  );
}
