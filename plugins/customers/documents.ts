/** Documents by which people and companies are known in Colombia. */
export const DOCUMENT_TYPES = ["CC", "NIT", "CE", "PP", "TI", "OTHER"] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export interface Document {
  type: DocumentType;
  number: string;
}

/** from the last digit on; DIAN, Orden Administrativa 4 de 1989 */
const WEIGHTS = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];

/** The check digit of a NIT of at most 15 digits. */
export function nitCheckDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => total + Number(digit) * (WEIGHTS[index] ?? 0), 0);
  const rest = sum % 11;
  return rest < 2 ? rest : 11 - rest;
}

export type ReadDocument =
  | { ok: true; number: string }
  | { ok: false; fault: "document_digits" | "nit" | "document_text" };

const DIGITS = /^\d{3,15}$/;

/**
 * The number as it is kept: digits only, a NIT with its check digit behind a dash, a passport in capitals. A NIT without a check
 * digit is given its own.
 */
export function readDocument(type: DocumentType, typed: string): ReadDocument {
  const bare = typed.replace(/[.\s]/g, "");
  if (type === "NIT") {
    const [, digits, check] = /^(\d{5,14})(?:-(\d))?$/.exec(bare) ?? [];
    if (digits === undefined) return { ok: false, fault: "nit" };
    const right = nitCheckDigit(digits);
    return check === undefined || Number(check) === right
      ? { ok: true, number: `${digits}-${right}` }
      : { ok: false, fault: "nit" };
  }
  if (type === "PP" || type === "OTHER") {
    const number = bare.toUpperCase();
    return /^[A-Z0-9-]{3,20}$/.test(number) ? { ok: true, number } : { ok: false, fault: "document_text" };
  }
  return DIGITS.test(bare) ? { ok: true, number: bare } : { ok: false, fault: "document_digits" };
}

/** As it is printed. */
export function documentText(document: { type: string; number: string } | undefined): string | undefined {
  if (document === undefined) return undefined;
  return document.type === "OTHER" ? document.number : `${document.type} ${document.number}`;
}
