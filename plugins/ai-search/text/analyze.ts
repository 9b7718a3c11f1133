/**
 * The one pipeline for products and queries: Unicode NFKC, case and accents folded (ñ is found by n), words and numbers, a number and
 * its unit together and apart, light stems. Pure.
 */
import { fold } from "../../../kernel/text.ts";
import { stem } from "./stem.ts";

/** they say nothing about a product; from the Snowball lists, shortened */
const STOP = new Set(
  "de la el los las un una unos unas y o en con sin para por del al a the of and or with for in to x".split(" "),
);

const UNITS = /^(\d+)(g|gr|grs|kg|kgs|mg|ml|l|lt|lts|cc|cm|mm|m|oz|lb|lbs|un|und|unds|u|w|v|gb|tb|in|ft)$/;
const SAME_UNIT: Record<string, string> = {
  gr: "g",
  grs: "g",
  gramos: "g",
  gramo: "g",
  kgs: "kg",
  kilo: "kg",
  kilos: "kg",
  lt: "l",
  lts: "l",
  litro: "l",
  litros: "l",
  cc: "ml",
  lbs: "lb",
  libra: "lb",
  libras: "lb",
  und: "un",
  unds: "un",
  unidad: "un",
  unidades: "un",
  u: "un",
};

const LONGEST = 40;

/** Folded words as typed, without stop words unless there is nothing else. */
export function wordsOf(text: string): string[] {
  const words = fold(text)
    .split(" ")
    .filter(Boolean)
    .map((word) => [...word].slice(0, LONGEST).join(""));
  const telling = words.filter((word) => !STOP.has(word));
  return telling.length > 0 ? telling : words;
}

/** One word's terms. `500ml` is `500ml`, `500` and `ml`; a word is its stem. */
export function termsOfWord(word: string): string[] {
  const unit = UNITS.exec(word);
  if (unit) {
    const [, number = "", name = ""] = unit;
    const same = SAME_UNIT[name] ?? name;
    return [`${number}${same}`, number, same];
  }
  return [SAME_UNIT[word] ?? stem(word)];
}

/** All terms of a text, a number and the unit after it also as one. */
export function termsOf(text: string): string[] {
  const words = wordsOf(text);
  const terms: string[] = [];
  words.forEach((word, index) => {
    terms.push(...termsOfWord(word));
    const joined = `${word}${words[index + 1] ?? ""}`;
    const unit = /^\d+$/.test(word) && UNITS.exec(joined);
    if (unit) terms.push(`${unit[1]}${SAME_UNIT[unit[2] ?? ""] ?? unit[2]}`);
  });
  return terms;
}
