import clsx from "clsx";
import type { ComponentPropsWithRef, ReactNode } from "react";
import { keyCap } from "@/lib/keys";

type Look = "quiet" | "primary" | "ghost" | "danger";

interface ButtonProps extends ComponentPropsWithRef<"button"> {
  look?: Look;
  large?: boolean;
  /** The key that does the same, printed on a cap. It is announced by `aria-keyshortcuts`. */
  keys?: string;
  icon?: ReactNode;
}

const looks: Record<Look, string> = {
  quiet: "border-line-control bg-surface text-fg hover:bg-hover active:bg-active",
  primary: "border-accent bg-accent text-on-accent hover:border-accent-hover hover:bg-accent-hover",
  ghost: "border-transparent text-fg-secondary hover:bg-hover active:bg-active",
  danger: "border-line-control bg-surface text-failed hover:bg-failed-tint",
};

export function buttonClass({ look = "quiet", large = false }: { look?: Look; large?: boolean } = {}): string {
  return clsx(
    "inline-flex flex-none items-center justify-center gap-1.5 rounded-control border font-medium whitespace-nowrap transition-colors",
    "disabled:border-line disabled:bg-sunken disabled:text-fg-disabled aria-disabled:text-fg-disabled",
    large ? "h-control-large px-3.5 text-base leading-none" : "h-control px-2.5 text-small leading-none",
    looks[look],
  );
}

export function Button({ look = "quiet", large = false, keys, icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" aria-keyshortcuts={keys} className={clsx(buttonClass({ look, large }), className)} {...rest}>
      {icon && <span className={clsx("flex", look !== "primary" && "text-fg-muted")}>{icon}</span>}
      {children}
      {keys && <Keys combo={keys} onAccent={look === "primary"} />}
    </button>
  );
}

/** A button that is only an icon; its label is its name and its tooltip. */
export function IconButton({
  label,
  look = "ghost",
  className,
  children,
  ...rest
}: ComponentPropsWithRef<"button"> & { label: string; look?: Look }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(buttonClass({ look }), "w-control !px-0 [&>svg]:text-fg-muted", className)}
      {...rest}
    >
      {children}
    </button>
  );
}

/** An action inside a sentence or a row. */
export function LinkButton({
  quiet = false,
  className,
  ...rest
}: ComponentPropsWithRef<"button"> & { quiet?: boolean }) {
  return (
    <button
      type="button"
      className={clsx("link text-small font-medium whitespace-nowrap", quiet && "!text-fg-secondary", className)}
      {...rest}
    />
  );
}

/** A combination such as `Mod+k` as key caps. */
export function Keys({ combo, onAccent = false }: { combo: string; onAccent?: boolean }) {
  return (
    <span aria-hidden="true" className="inline-flex gap-1">
      {combo.split("+").map((key) => (
        <kbd
          key={key}
          className={clsx(
            "inline-block h-4.5 min-w-4.5 rounded-chip border px-1 text-center text-caption font-medium",
            onAccent ? "border-current" : "border-line-control bg-surface text-fg-muted",
          )}
        >
          {key.length === 1 ? key.toUpperCase() : keyCap(key)}
        </kbd>
      ))}
    </span>
  );
}
