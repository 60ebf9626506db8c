import { Autocomplete } from "@base-ui/react/autocomplete";
import clsx from "clsx";
import { Search, X } from "lucide-react";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Filter, FilterToken } from "@/lib/filter";
import { parseFilter } from "@/lib/filter";
import { Keys } from "./button";

/** What may stand after a key, for the suggestions. */
export type FilterVocabulary = Readonly<Record<string, readonly string[]>>;

/**
 * Words and `key:value` tokens. A token becomes a chip as soon as a space or Enter ends it; Backspace takes the last one
 * back; Escape clears.
 */
export function FilterBox({
  filter,
  onChange,
  vocabulary,
  count,
  total,
  inputRef,
  className,
}: {
  filter: Filter;
  onChange: (filter: Filter) => void;
  vocabulary: FilterVocabulary;
  count?: number;
  total?: number;
  inputRef?: RefObject<HTMLInputElement | null>;
  className?: string;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const keys = Object.keys(vocabulary);
  const filled = filter.tokens.length > 0 || filter.text !== "";

  const absorb = (text: string) => {
    const parsed = parseFilter(text, keys);
    onChange({ tokens: [...filter.tokens, ...parsed.tokens], text: parsed.text });
  };
  const type = (text: string) => {
    // A token is finished by the space after it; until then it is still being written.
    if (text.endsWith(" ") && parseFilter(text, keys).tokens.length > 0) absorb(text);
    else onChange({ ...filter, text });
  };
  const drop = (token: FilterToken) =>
    onChange({ ...filter, tokens: filter.tokens.filter((other) => other !== token) });
  const suggestions = suggest(filter.text, vocabulary);

  return (
    <Autocomplete.Root
      items={suggestions}
      filteredItems={suggestions}
      value={filter.text}
      open={open && suggestions.length > 0}
      onOpenChange={setOpen}
      openOnInputClick
      onValueChange={(text, details) => {
        if (details.reason === "item-press") {
          const start = filter.text.replace(/\S*$/, "");
          const next = `${start}${text}`;
          if (text.endsWith(":")) onChange({ ...filter, text: next });
          else absorb(next);
        } else type(text);
      }}
    >
      <div
        className={clsx(
          "flex h-control min-w-0 items-center gap-1.5 rounded-control border border-line-strong bg-surface px-2 text-small",
          "focus-within:border-focus focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus",
          className,
        )}
      >
        <Search size={14} className="flex-none text-fg-muted" />
        {filter.tokens.map((token) => (
          <button
            key={`${token.key}:${token.value}`}
            type="button"
            aria-label={t("filter.remove", { token: `${token.key}:${token.value}` })}
            onClick={() => drop(token)}
            className="inline-flex h-5 flex-none items-center rounded-chip bg-accent-tint px-1.5 text-accent-text"
          >
            <span className="text-fg-muted">{token.key}:</span>
            {token.value}
          </button>
        ))}
        <Autocomplete.Input
          ref={inputRef}
          aria-label={t("filter.label")}
          placeholder={filled ? undefined : t("filter.placeholder")}
          className="h-full min-w-10 flex-1 bg-transparent outline-none focus-visible:outline-none"
          onKeyDown={(event) => {
            const last = filter.tokens.at(-1);
            if (event.key === "Backspace" && filter.text === "" && last) {
              drop(last);
            } else if (event.key === "Enter" && filter.text !== "" && !event.defaultPrevented) {
              absorb(filter.text);
            } else if (event.key === "Escape") {
              if (filled) onChange({ tokens: [], text: "" });
              else event.currentTarget.blur();
            }
          }}
        />
        {filled && count !== undefined && total !== undefined && (
          <span role="status" className="whitespace-nowrap text-fg-muted">
            {t("filter.matches", { count, total })}
          </span>
        )}
        {filled ? (
          <button
            type="button"
            aria-label={t("clear")}
            className="flex flex-none text-fg-muted"
            onClick={() => onChange({ tokens: [], text: "" })}
          >
            <X size={14} />
          </button>
        ) : (
          <Keys combo="/" />
        )}
      </div>
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} align="start" className="z-30 outline-none">
          <Autocomplete.Popup className="w-(--anchor-width) max-w-60 rounded-panel border border-line bg-raised py-1 shadow-raised">
            <Autocomplete.List>
              {(item: string) => (
                <Autocomplete.Item
                  key={item}
                  value={item}
                  className="mono flex h-7 items-center px-3 data-highlighted:bg-selected"
                >
                  {item}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}

/** Keys for an empty word, values after a key and a colon. */
function suggest(text: string, vocabulary: FilterVocabulary): string[] {
  const word = /\S*$/.exec(text)?.[0] ?? "";
  const colon = word.indexOf(":");
  if (colon < 0)
    return Object.keys(vocabulary)
      .filter((key) => key.startsWith(word))
      .map((key) => `${key}:`);
  const key = word.slice(0, colon);
  const started = word.slice(colon + 1).toLowerCase();
  const values = vocabulary[key] ?? [];
  return values
    .filter((value) => value.toLowerCase().includes(started) && value !== started)
    .slice(0, 8)
    .map((value) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`);
}
