/**
 * Barcodes that a scale prints: EAN-13 of the prefixes 20 to 29, which are free for use within a shop. A pattern says what
 * its thirteen digits mean: digits stand for themselves, `I` is the item, `P` its price, `W` its weight or count, `X` is not
 * read, `C` is the check digit. A point, which takes no place, says where the decimals begin: `21IIIIIWW.WWWC`.
 */

export interface ScaleCode {
  /** as printed, with leading zeros */
  item: string;
  kind: "price" | "quantity";
  /** digits with a point: `12340`, `0.653` */
  value: string;
}

const PATTERN = /^2[0-9X](?=[0-9IPWX.]{10,11}C$)(?:[0-9X]*I+[0-9X]*)(?:P+(?:\.P+)?|W+(?:\.W+)?)[0-9X]*C$/;

export function isScalePattern(pattern: string): boolean {
  return PATTERN.test(pattern) && pattern.replace(".", "").length === 13;
}

/** "bad_check": it is one of the shop's, misread. Undefined: it is none. */
export function readScaleCode(code: string, patterns: readonly string[]): ScaleCode | "bad_check" | undefined {
  if (!/^2\d{12}$/.test(code)) return undefined;
  const pattern = patterns.find((one) => fits(code, one));
  if (pattern === undefined) return undefined;
  if (checkDigit(code.slice(0, 12)) !== Number(code[12])) return "bad_check";
  const letter = pattern.includes("P") ? "P" : "W";
  let [item, value, place] = ["", "", 0];
  for (const mark of pattern) {
    if (mark === ".") value += ".";
    else {
      const digit = code[place++] ?? "";
      if (mark === "I") item += digit;
      if (mark === letter) value += digit;
    }
  }
  return { item, kind: letter === "P" ? "price" : "quantity", value: value.replace(/^0+(?=\d)/, "") };
}

function fits(code: string, pattern: string): boolean {
  return [...pattern.replace(".", "")].every((mark, place) => !/\d/.test(mark) || mark === code[place]);
}

/** Of the first twelve digits of an EAN-13: weights 1 and 3 in turn, up to the next ten (GS1 General Specifications, 7.9). */
export function checkDigit(digits: string): number {
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return (10 - (sum % 10)) % 10;
}
