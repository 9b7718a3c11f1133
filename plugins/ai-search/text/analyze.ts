/** The one pipeline for products and queries: folded words, sizes brought to one way of writing, stop words gone, light stems. Pure. */
import { numberOf, sizeAt } from "./sizes.ts";
import { stem } from "./stem.ts";
import { tokensOf } from "./tokens.ts";

/** they say nothing about a product; from the Snowball lists, shortened */
const STOP = new Set(
  (
    "de la el los las un una unos unas y o en con sin para por del al a que se su sus lo es como muy " +
    "algo algun alguno alguna algunos algunas the of and or with for in to some something any x"
  ).split(" "),
);

/** Folded words, a size in one word, without stop words unless there is nothing else. */
export function wordsOf(text: string): string[] {
  let words = tokensOf(text);
  for (;;) {
    const telling = withSizes(words).filter((word) => !STOP.has(word));
    if (telling.length === 0) return words;
    // without the stop word between them a number and a unit may be a size
    if (telling.length === words.length) return telling;
    words = telling;
  }
}

function withSizes(tokens: readonly string[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const size = sizeAt(tokens, at);
    words.push(size?.size ?? tokens[at] ?? "");
    at += size?.tokens ?? 1;
  }
  return words;
}

/** One word's terms, the telling one first: `1500ml` is `1500ml`, `1500` and `1.5`; a word is its stem. */
export function termsOfWord(word: string): string[] {
  const number = numberOf(word);
  if (number === undefined) return [stem(word)];
  return Number(number) >= 1000 ? [word, number, String(Number(number) / 1000)] : [word, number];
}

export function termsOf(text: string): string[] {
  return wordsOf(text).flatMap(termsOfWord);
}
