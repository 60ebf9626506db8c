import clsx from "clsx";
import type { ComponentPropsWithRef } from "react";

/** Several lines of text, as a machine will read them. */
export function TextArea({ className, ...rest }: ComponentPropsWithRef<"textarea">) {
  return (
    <textarea
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      className={clsx(
        "mono w-full min-w-0 resize-y rounded-control border border-line-strong bg-surface px-2 py-1.5 leading-4.5 text-fg",
        "focus-visible:border-focus focus-visible:outline-offset-[-1px] aria-invalid:border-failed disabled:bg-sunken disabled:text-fg-disabled",
        className,
      )}
      {...rest}
    />
  );
}
