import clsx from "clsx";
import { Search } from "lucide-react";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { TextInput } from "./input";

/** Words that narrow a list. Escape empties the box, and leaves it when it is empty. */
export function SearchBox({
  inputRef,
  label,
  value,
  onChange,
  shown,
  className,
}: {
  inputRef?: Ref<HTMLInputElement>;
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** How many the words leave, for who cannot see the list become shorter. */
  shown: number;
  className?: string;
}) {
  const { t } = useTranslation();
  return (
    <span className="relative flex items-center">
      <Search size={14} aria-hidden="true" className="absolute left-2 text-fg-muted" />
      <TextInput
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (value === "") event.currentTarget.blur();
          else onChange("");
        }}
        className={clsx("pl-7", className)}
      />
      <span role="status" className="sr-only">
        {value !== "" && t("filter.shown", { count: shown })}
      </span>
    </span>
  );
}
