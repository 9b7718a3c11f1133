/**
 * Whether a text is Spanish or English: by stop words (the Snowball lists, shortened), letters that only one of them writes, and how
 * words end: Spanish ones end in a vowel or in d, j, l, n, r, s, z (Real Academia Española, "Ortografía", 2010). Names of products have
 * few stop words. Undecided: Spanish, the shop's language.
 */
export type Language = "es" | "en";

const STOP: Record<Language, ReadonlySet<string>> = {
  es: new Set(
    "de la el los las un una unos unas y o con sin para por del al que se su en es lo como más muy sabor tipo".split(
      " ",
    ),
  ),
  en: new Set(
    "the of and or with without for in to a an is are this that by from on as at flavor flavour pack".split(" "),
  ),
};
const SPANISH = /[ñáéíóúü¿¡]/;
const SPANISH_PART = /(?:ll[aeiou]|rr|ción|illo|illa|que|gui|gue)/;
const ENGLISH_PART = /(?:th|sh|ck|ee|oo|wh|ght|ph|[^u]ing$|w|k)/;
const ENGLISH_END = /[bcfghkmptvwxy]$/;

export function languageOf(text: string): Language {
  let [es, en] = [0, 0];
  for (const word of text
    .normalize("NFC")
    .toLowerCase()
    .match(/\p{L}+/gu) ?? []) {
    if (STOP.es.has(word)) es += 2;
    if (STOP.en.has(word)) en += 2;
    if (SPANISH.test(word)) es += 2;
    // shorter ones are units and abbreviations
    if (word.length < 3) continue;
    if (SPANISH_PART.test(word)) es += 1;
    if (ENGLISH_PART.test(word)) en += 1;
    if (/[ao]s?$/.test(word)) es += 1;
    if (ENGLISH_END.test(word)) en += 1;
  }
  return en > es ? "en" : "es";
}
