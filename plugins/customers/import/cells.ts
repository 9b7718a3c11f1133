/** Reads the cells of one customer. An empty cell says nothing: the customer keeps what there is. */
import { z } from "zod";
import type { Input } from "../../../kernel/input.ts";
import { cellReader, requireCells, yesOrNo } from "../../../kernel/lists/cells.ts";
import { faultOf } from "../../../kernel/lists/fault.ts";
import type { Layout } from "../../../kernel/lists/layout.ts";
import type { RowReader } from "../../../kernel/lists/list.ts";
import { fold } from "../../../kernel/text.ts";
import { type Document, type DocumentType, readDocument } from "../documents.ts";
import type { CustomerFacts } from "../domain.ts";
import { email, LIMITS, phone } from "../schema.ts";
import type { Column } from "./columns.ts";

export interface CustomerRow {
  row: number;
  document: Document;
  /** what the row says; no key for what it does not say */
  facts: Partial<Omit<CustomerFacts, "document" | "groupId">>;
  group: string | undefined;
}

const TYPES: Record<string, DocumentType> = {
  cc: "CC",
  cedula: "CC",
  "cedula de ciudadania": "CC",
  nit: "NIT",
  ce: "CE",
  "cedula de extranjeria": "CE",
  pp: "PP",
  pasaporte: "PP",
  passport: "PP",
  ti: "TI",
  "tarjeta de identidad": "TI",
  other: "OTHER",
  otro: "OTHER",
};

const documentType = z.string().transform((cell, context) => {
  const type = TYPES[fold(cell)];
  if (type !== undefined) return type;
  context.issues.push({ code: "custom", input: cell, message: "customers.validation.document_type" });
  return z.NEVER;
});

const schemas = (input: Input): Record<Column, z.ZodType> => ({
  document_type: documentType,
  document_number: input.text(LIMITS.document),
  name: input.text(LIMITS.name),
  phone: phone(input),
  email: email(input),
  address: input.text(LIMITS.address),
  note: input.text(LIMITS.note),
  group: input.text(LIMITS.name),
  credit_limit: input.money(),
  active: yesOrNo,
});

interface Read {
  document_type?: DocumentType;
  document_number?: string;
  group?: string;
  credit_limit?: number;
  name?: string;
  phone?: string;
  email?: string;
  address?: string;
  note?: string;
  active?: boolean;
}

export function createRowReader(layout: Layout, currency: string): RowReader<CustomerRow> {
  const readCells = cellReader<Column>(layout, currency, schemas);
  return (row, cells) => {
    const found = readCells(row, cells);
    if (!found) return { kind: "blank" };
    const { faults } = found;
    requireCells(row, found, ["document_type", "document_number"]);
    const { document_type: type, document_number: typed, group, credit_limit: limit, ...facts } = found.read as Read;
    const number = type !== undefined && typed !== undefined ? readDocument(type, typed) : undefined;
    if (number?.ok === false)
      faults.push(faultOf(row, "document_number", `customers.validation.${number.fault}`, typed ?? ""));
    if (faults.length > 0 || type === undefined || !number?.ok) return { kind: "bad", faults };
    const said = { ...facts, ...(limit === undefined ? {} : { creditLimitMinor: limit }) };
    return { kind: "good", row: { row, document: { type, number: number.number }, facts: said, group } };
  };
}
