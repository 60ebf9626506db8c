/** How well a text answers a query, and where, so that the place can be shown. */
export interface Match {
  score: number;
  /** Indices of the characters that answered, in order. */
  at: number[];
}

const wordStart = /[\s/:._\-@]/;

/**
 * Every character of the query in order; runs, beginnings of words and an early place score higher. `undefined` when the
 * text does not answer. Case and spaces in the query do not matter.
 */
export function fuzzy(text: string, query: string): Match | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return { score: 0, at: [] };
  const lower = text.toLowerCase();
  const whole = lower.indexOf(wanted);
  if (whole >= 0) {
    const starts = whole === 0 || wordStart.test(lower.charAt(whole - 1));
    const at = Array.from({ length: wanted.length }, (_, index) => whole + index);
    return { score: 1000 + (starts ? 200 : 0) - whole - lower.length / 100, at };
  }
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const character of wanted) {
    const found = lower.indexOf(character, from);
    if (found < 0) return undefined;
    const follows = at.length > 0 && at[at.length - 1] === found - 1;
    const starts = found === 0 || wordStart.test(lower.charAt(found - 1));
    score += 10 + (follows ? 15 : 0) + (starts ? 12 : 0) - Math.min(found - from, 10);
    at.push(found);
    from = found + 1;
  }
  return { score: score - lower.length / 100, at };
}
