/**
 * Light stemming of Spanish and English words at once: plurals and the last vowel of a longer word go, so that gaseosas, gaseosa and
 * tomatoes, tomato are one term each. J. Savoy, "Report on CLEF-2001 Experiments: Effective Combined Query-Translation Approach"
 * (the Spanish light stemmer); D. Harman, "How effective is suffixing?" (1991) for English -ies. Words come folded.
 */
const SHORTEST = 5;

export function stem(word: string): string {
  if (word.length < SHORTEST || /\d/.test(word)) return word;
  const singular = plural(word);
  const last = singular.at(-1);
  return singular.length >= SHORTEST && (last === "o" || last === "a" || last === "e")
    ? singular.slice(0, -1)
    : singular;
}

function plural(word: string): string {
  if (!word.endsWith("s") || word.endsWith("ss")) return word;
  if (word.endsWith("eses")) return word.slice(0, -2);
  if (word.endsWith("ces")) return `${word.slice(0, -3)}z`;
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  // panes, jabones: -es after a consonant; bolsas, leches: -s after a vowel
  return word.slice(0, -1);
}
