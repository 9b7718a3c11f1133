import { readNit } from "../../kernel/nit.ts";

export { nitCheckDigit } from "../../kernel/nit.ts";

/** Documents by which people and companies are known in Colombia. */
export const DOCUMENT_TYPES = ["CC", "NIT", "CE", "PP", "TI", "OTHER"] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

export interface Document {
  type: DocumentType;
  number: string;
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
    const number = readNit(bare);
    return number === undefined ? { ok: false, fault: "nit" } : { ok: true, number };
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
