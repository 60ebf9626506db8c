/** A stretch of text before and after. */
export interface Stretch {
  fromA: number;
  toA: number;
  fromB: number;
  toB: number;
}

/** What belongs to one value: a version, a digest, a number. A colon or a slash ends it. */
const inWord = /[\w.+-]/;

/**
 * Widens changes to whole words: where `1.0.3` became `1.0.5`, the version changed and not one of its digits. Widened
 * changes that meet become one. The result describes the same two texts.
 */
export function wholeWords(changes: readonly Stretch[], a: string, b: string): Stretch[] {
  const wide: Stretch[] = [];
  for (const change of changes) {
    let { fromA, toA, fromB, toB } = change;
    const previous = wide[wide.length - 1];
    // Outside of the change both texts are the same, so that one look serves both.
    while (
      fromA > 0 &&
      fromB > 0 &&
      fromA > (previous?.toA ?? 0) &&
      inWord.test(a.charAt(fromA - 1)) &&
      touches(a, b, fromA, fromB)
    ) {
      fromA -= 1;
      fromB -= 1;
    }
    while (
      toA < a.length &&
      toB < b.length &&
      inWord.test(a.charAt(toA)) &&
      (inWord.test(a.charAt(toA - 1)) || inWord.test(b.charAt(toB - 1)))
    ) {
      toA += 1;
      toB += 1;
    }
    if (previous && fromA <= previous.toA && fromB <= previous.toB) {
      previous.toA = Math.max(previous.toA, toA);
      previous.toB = Math.max(previous.toB, toB);
    } else wide.push({ fromA, toA, fromB, toB });
  }
  return wide;
}

/** Whether the change at this place goes on a word that began before it. */
function touches(a: string, b: string, fromA: number, fromB: number): boolean {
  return inWord.test(a.charAt(fromA)) || inWord.test(b.charAt(fromB));
}
