import clsx from "clsx";
import type { ComponentPropsWithRef } from "react";

export function TextInput({ className, mono, ...rest }: ComponentPropsWithRef<"input"> & { mono?: boolean }) {
  return (
    <input
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      className={clsx(
        "h-control min-w-0 rounded-control border border-line-strong bg-surface px-2 text-small text-fg",
        "focus-visible:border-focus focus-visible:outline-offset-[-1px] aria-invalid:border-failed disabled:bg-sunken disabled:text-fg-disabled",
        mono && "mono",
        className,
      )}
      {...rest}
    />
  );
}
