/** A text cut into folded words and numbers: Unicode NFKD, case and accents gone, a decimal number kept in one piece. Pure. */
const LONGEST = 40;
/** 1.234.567 or 25,000; 1.5 or 2,5 with the letters that touch it; words, and codes of letters and digits */
const TOKEN = /\d{1,3}(?:[.,]\d{3})+(?![\d\p{L}])|\d+[.,]\d{1,2}(?!\d)\p{L}*|[\p{L}\p{N}]+/gu;
const GROUPED = /^\d{1,3}(?:[.,]\d{3})+$/;
/** longer texts are cut: no name, description or query that says anything is */
const MOST_LETTERS = 4000;

export function tokensOf(text: string): string[] {
  // a sign may fall into eighteen letters
  const found = foldedLetters(text.slice(0, MOST_LETTERS)).slice(0, MOST_LETTERS).match(TOKEN) ?? [];
  return found.map((token) => (/^\d/.test(token) ? number(token) : token)).map(cut);
}

function foldedLetters(text: string): string {
  const small = text.toLowerCase();
  if (!/[^\0-\x7f]/.test(small)) return small;
  // a letter may fall into several, and some of these may become small
  return small.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

function cut(token: string): string {
  return token.length <= LONGEST ? token : [...token].slice(0, LONGEST).join("");
}

function number(token: string): string {
  return GROUPED.test(token) ? token.replace(/[.,]/g, "") : token.replace(",", ".");
}
