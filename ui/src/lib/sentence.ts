/**
 * A hint or a refusal that was written as part of a sentence, as one that stands alone. An address or a path keeps its first
 * letter; what may begin with a person's own name, as an error's head does, is not for this.
 */
export function sentence(text: string): string {
  return /^[a-z]+(?=[\s,;]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Without the address that a remote's words begin with, for a place that names the remote already. */
export function withoutAddress(text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:\/\/\S+: /, "");
}

/** In Chinese a space stands between Chinese and Latin only: a weekday that fills a place of a text brings none along. */
export function tightHan(text: string): string {
  return text.replace(/(\p{Script=Han}) (?=\p{Script=Han})/gu, "$1");
}
