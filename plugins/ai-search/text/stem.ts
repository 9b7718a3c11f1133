/**
 * Light stemming of Spanish and English words at once: plurals and the last vowel of a longer word go, so that leches, leche, dulces,
 * dulce, batteries, battery are one term each. J. Savoy, "Report on CLEF-2001 Experiments: Effective Combined Query-Translation
 * Approach" (the Spanish light stemmer); D. Harman, "How effective is suffixing?" (1991) for the English -ies. Words come folded. What it
 * gives is its own stem.
 */
const SHORTEST = 4;

export function stem(word: string): string {
  if (/[^a-z]/.test(word)) return word;
  for (let now = word; ; ) {
    const next = once(now);
    if (next === now) return now;
    now = next;
  }
}

function once(word: string): string {
  // luz, luces
  if (word.length < SHORTEST) return word.replace(/^(..)z$/, "$1c");
  const singular = plural(word).replace(/z$/, "c");
  if (singular.length <= SHORTEST) return singular;
  // after an s it stays: gaseosa would become a plural
  if (/[^aeous][aoe]$|i[ae]$/.test(singular)) return singular.slice(0, -1);
  return singular.replace(/([^aeiou])y$/, "$1i");
}

/** panes, jabones: -es after most consonants; bolsas, bases: -s after a vowel; nueces; batteries. */
function plural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ces") && word.length > 4) return word.slice(0, -2);
  if (word.endsWith("ies") && word.length > 4) return word.slice(0, -2);
  if (/[^aeious]es$/.test(word) && word.length > 4) return word.slice(0, -2);
  if (/[aeo]s$/.test(word)) return word.slice(0, -1);
  // English: speakers, cards; a word of Spanish does not end so
  return /[dgklmnprt]s$/.test(word) && word.length > 4 ? word.slice(0, -1) : word;
}
