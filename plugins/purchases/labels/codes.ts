/** What may stand on a label as a code. */

/** auto: EAN-13 where the code is one, else Code 128 */
export const CODE_KINDS = ["auto", "qr"] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

/** Thirteen digits, of which the last checks the others (GS1 General Specifications, 7.9). */
export function isEan13(code: string): boolean {
  if (!/^\d{13}$/.test(code)) return false;
  const sum = [...code.slice(0, 12)].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === Number(code[12]);
}
