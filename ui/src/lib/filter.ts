/** One `key:value` of a filter. */
export interface FilterToken {
  key: string;
  value: string;
}

/** What a filter box holds: tokens, and words that may stand anywhere in a row. */
export interface Filter {
  tokens: readonly FilterToken[];
  text: string;
}

export const emptyFilter: Filter = { tokens: [], text: "" };

export function isEmpty(filter: Filter): boolean {
  return filter.tokens.length === 0 && filter.text.trim() === "";
}

/** Reads `state:ready repo:fleet api`. A value with spaces stands in quotes. A key that is not known stays text. */
export function parseFilter(source: string, keys: readonly string[]): Filter {
  const tokens: FilterToken[] = [];
  const words: string[] = [];
  for (const [whole, key, quoted, bare] of source.matchAll(/([a-z]+):(?:"([^"]*)"|(\S+))|\S+/g)) {
    const value = quoted ?? bare;
    if (key && value && keys.includes(key)) tokens.push({ key, value });
    else words.push(whole);
  }
  return { tokens, text: words.join(" ") };
}

/** The text that `parseFilter` reads as this filter. */
export function formatFilter(filter: Filter): string {
  const tokens = filter.tokens.map(({ key, value }) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`);
  return [...tokens, filter.text.trim()].filter((part) => part !== "").join(" ");
}

/**
 * Whether a row passes. Tokens of one key widen each other, different keys narrow; every word must stand somewhere.
 * A token's value matches a field that contains it, whatever the case.
 */
export function passes(
  filter: Filter,
  fields: Readonly<Record<string, readonly string[]>>,
  words: readonly string[],
): boolean {
  const wanted = new Map<string, string[]>();
  for (const { key, value } of filter.tokens) wanted.set(key, [...(wanted.get(key) ?? []), value.toLowerCase()]);
  for (const [key, values] of wanted) {
    const have = (fields[key] ?? []).map((field) => field.toLowerCase());
    if (!values.some((value) => have.some((field) => field.includes(value)))) return false;
  }
  const haystack = words.join("\n").toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}
