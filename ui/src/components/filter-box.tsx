import clsx from "clsx";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, type RefObject, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Filter, type FilterToken, parseFilter } from "@/lib/filter";
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
  const id = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const keys = Object.keys(vocabulary);
  const filled = filter.tokens.length > 0 || filter.text !== "";
  const suggestions = suggest(filter.text, vocabulary);
  const shown = open && suggestions.length > 0;

  const absorb = (text: string) => {
    const parsed = parseFilter(text, keys);
    onChange({ tokens: [...filter.tokens, ...parsed.tokens], text: parsed.text });
  };
  const type = (text: string) => {
    setOpen(true);
    setAt(-1);
    // A token is finished by the space after it; until then it is still being written.
    if (text.endsWith(" ") && parseFilter(text, keys).tokens.length > 0) absorb(text);
    else onChange({ ...filter, text });
  };
  const pick = (suggestion: string) => {
    const text = `${filter.text.replace(/\S*$/, "")}${suggestion}`;
    setAt(-1);
    if (suggestion.endsWith(":")) onChange({ ...filter, text });
    else absorb(text);
  };
  const clear = () => onChange({ tokens: [], text: "" });
  const drop = (token: FilterToken) =>
    onChange({ ...filter, tokens: filter.tokens.filter((other) => other !== token) });

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = filter.tokens.at(-1);
    const suggestion = shown ? suggestions[at] : undefined;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        event.preventDefault();
        setOpen(true);
        const step = event.key === "ArrowDown" ? 1 : -1;
        // One place more than there are suggestions: none of them.
        setAt((now) => ((now + 1 + step + suggestions.length + 1) % (suggestions.length + 1)) - 1);
        return;
      }
      case "Enter":
        if (suggestion !== undefined) pick(suggestion);
        else if (filter.text !== "") absorb(filter.text);
        return;
      case "Backspace":
        if (filter.text === "" && last) drop(last);
        return;
      case "Escape":
        event.preventDefault();
        if (suggestion !== undefined) setAt(-1);
        else if (filled) clear();
        else event.currentTarget.blur();
        return;
    }
  };

  return (
    <div className={clsx("relative min-w-0", className)}>
      <div className="flex h-control min-w-0 items-center gap-1.5 rounded-control border border-line-strong bg-surface px-2 text-small focus-within:border-focus focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-focus">
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
        <input
          ref={inputRef}
          role="combobox"
          aria-label={t("filter.label")}
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined}
          placeholder={filled ? undefined : t("filter.placeholder")}
          autoComplete="off"
          spellCheck={false}
          className="h-full min-w-10 flex-1 bg-transparent outline-none focus-visible:outline-none"
          value={filter.text}
          onChange={(event) => type(event.target.value)}
          onFocus={() => setOpen(!filled)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {filled && count !== undefined && total !== undefined && (
          <span role="status" className="whitespace-nowrap text-fg-muted">
            {t("filter.matches", { count, total })}
          </span>
        )}
        {filled ? (
          <button type="button" aria-label={t("clear")} className="flex flex-none text-fg-muted" onClick={clear}>
            <X size={14} />
          </button>
        ) : (
          <Keys combo="/" />
        )}
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t("filter.hints")}
        hidden={!shown}
        className="absolute top-full left-0 z-30 mt-1 w-60 max-w-full rounded-panel border border-line bg-raised py-1 shadow-raised"
      >
        {suggestions.map((suggestion, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input hears the keys for its list
          <div
            key={suggestion}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className={clsx("mono flex h-7 items-center px-3", index === at ? "bg-selected" : "hover:bg-hover")}
            // The press must not take the focus from the input, or the list would be gone before the click.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(suggestion)}
          >
            {suggestion}
          </div>
        ))}
      </div>
    </div>
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
