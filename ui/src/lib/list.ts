import i18next from "i18next";

/** What may stand in a list; what is empty or not there is left out of it. */
type Part = string | null | undefined | false;

/**
 * Names, tags, places: `nginx, redis`, in Chinese `nginx、redis`. Not `Intl.ListFormat`, which writes an "and" before the last
 * in Chinese, or runs them together; nobody reads versions that way.
 */
export function listNames(parts: readonly Part[]): string {
  return present(parts).join(i18next.t("common:list.names"));
}

/** Short statements about one thing: `3 in range, 1 cooling`, in Chinese with its full comma. */
export function joinClauses(parts: readonly Part[]): string {
  return present(parts).join(i18next.t("common:list.clauses"));
}

/** Whole sentences. After a Chinese mark, which brings its own room, no space stands. */
export function joinSentences(parts: readonly Part[]): string {
  return present(parts)
    .join(" ")
    .replace(/([。！？；]) /g, "$1");
}

function present(parts: readonly Part[]): string[] {
  return parts.filter((part): part is string => typeof part === "string" && part !== "");
}
