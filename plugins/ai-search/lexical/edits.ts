/** How far two words are apart, and how a word may have been meant. */

/** longer words are not compared: the pipeline cuts them before */
const LONGEST = 42;
export type Distance = (a: string, b: string, most: number) => number;

/**
 * Letters changed, added, lost, or two neighbours swapped (Damerau 1964, optimal string alignment); `most` + 1 when it is more. What is
 * given out uses its rows again and again.
 */
export function createDistance(): Distance {
  const rows = [new Uint8Array(LONGEST), new Uint8Array(LONGEST), new Uint8Array(LONGEST)] as const;
  return (a, b, most) => {
    if (Math.abs(a.length - b.length) > most || a.length >= LONGEST || b.length >= LONGEST) return most + 1;
    let [before, last, row] = [...rows] as [Uint8Array, Uint8Array, Uint8Array];
    for (let j = 0; j <= b.length; j++) last[j] = j;
    for (let i = 1; i <= a.length; i++) {
      row[0] = i;
      let least = i;
      const [own, previous] = [a.charCodeAt(i - 1), a.charCodeAt(i - 2)];
      for (let j = 1; j <= b.length; j++) {
        const other = b.charCodeAt(j - 1);
        const changed = (last[j - 1] as number) + (own === other ? 0 : 1);
        let value = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, changed);
        if (i > 1 && j > 1 && own === b.charCodeAt(j - 2) && previous === other)
          value = Math.min(value, (before[j - 2] as number) + 1);
        row[j] = value;
        if (value < least) least = value;
      }
      if (least > most) return most + 1;
      [before, last, row] = [last, row, before];
    }
    return Math.min(most + 1, last[b.length] as number);
  };
}

/** Edits that a word of that length may have: a shorter one would become any other. */
export function mostEdits(length: number): number {
  if (length < 4) return 0;
  return length < 8 ? 1 : 2;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** All that one edit makes of a word, its first letter left as it is (P. Norvig, "How to write a spelling corrector", 2007). */
export function* oneEdit(word: string): Generator<string> {
  for (let at = 1; at <= word.length; at++) {
    const [head, tail] = [word.slice(0, at), word.slice(at)];
    if (tail.length > 0) yield head + tail.slice(1);
    if (tail.length > 1) yield head + tail[1] + tail[0] + tail.slice(2);
    for (const letter of LETTERS) {
      if (tail.length > 0) yield head + letter + tail.slice(1);
      yield head + letter + tail;
    }
  }
}
