/** Many customers at once, for lists: one statement for a thousand. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { type Document, documentText } from "../documents.ts";
import type { Customer, CustomerFacts } from "../domain.ts";
import { CUSTOMER, type Row, toCustomer, written } from "./customers.ts";

/** Two lists that name the same people wait for each other instead of deadlocking. */
export async function lockImports(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('customers.import', 0))");
}

/** By type and number as they are printed; `locks`: in id order, until the transaction ends. */
export async function customersByDocument(
  db: Knex,
  documents: readonly Document[],
  locks: boolean,
): Promise<Map<string, Customer>> {
  const { rows } = await db.raw(
    `SELECT ${CUSTOMER} FROM customers
     WHERE (document_type, document_number) IN (SELECT * FROM unnest(:types::text[], :numbers::text[]))
     ORDER BY id ${locks ? "FOR UPDATE OF customers" : ""}`,
    { types: documents.map(({ type }) => type), numbers: documents.map(({ number }) => number) },
  );
  return new Map(rows.map(toCustomer).map((one: Customer) => [documentText(one.document) ?? "", one]));
}

/** After the customer with that id, in order of ids. */
export async function customersAfter(db: Knex, id: number, limit: number): Promise<Customer[]> {
  const { rows } = await db.raw(
    `SELECT ${CUSTOMER} FROM customers WHERE id > :id AND merged_into IS NULL AND erased_at IS NULL ORDER BY id LIMIT :limit`,
    {
      id,
      limit,
    },
  );
  return rows.map(toCustomer);
}

const ARRAYS = `:names::text[], :documentTypes::text[], :documentNumbers::text[], :phones::text[], :emails::text[], :addresses::text[],
  :notes::text[], :creditLimits::bigint[], :actives::boolean[], :groupIds::bigint[], :searchTexts::text[], :sortNames::text[]`;

function columnsOf(customers: readonly CustomerFacts[], now: Date) {
  const rows = customers.map((facts) => written(facts, now));
  return {
    names: rows.map((row) => row.name),
    documentTypes: rows.map((row) => row.documentType),
    documentNumbers: rows.map((row) => row.documentNumber),
    phones: rows.map((row) => row.phone),
    emails: rows.map((row) => row.email),
    addresses: rows.map((row) => row.address),
    notes: rows.map((row) => row.note),
    creditLimits: rows.map((row) => row.creditLimitMinor),
    actives: rows.map((row) => row.active),
    groupIds: rows.map((row) => row.groupId),
    searchTexts: rows.map((row) => row.searchText),
    sortNames: rows.map((row) => row.sortName),
    now,
  };
}

/** The documents of those that were made: one that somebody else wrote meanwhile is not among them. */
export async function insertCustomers(
  tx: Tx,
  customers: readonly CustomerFacts[],
  currency: string,
  now: Date,
): Promise<ReadonlySet<string>> {
  if (customers.length === 0) return new Set();
  const { rows } = await tx.raw(
    `INSERT INTO customers (name, document_type, document_number, phone, email, address, note, credit_limit_minor, active,
       group_id, search_text, sort_name, currency, created_at, updated_at)
     SELECT line.*, :currency, :now, :now FROM unnest(${ARRAYS}) AS line
     ON CONFLICT (document_type, document_number) WHERE document_number IS NOT NULL DO NOTHING
     RETURNING ${CUSTOMER}`,
    { ...columnsOf(customers, now), currency },
  );
  return new Set(rows.map((row: Row) => documentText(toCustomer(row).document) ?? ""));
}

/** By id; the rows are locked. */
export async function updateCustomers(
  tx: Tx,
  customers: readonly (CustomerFacts & { id: number })[],
  now: Date,
): Promise<void> {
  if (customers.length === 0) return;
  await tx.raw(
    `UPDATE customers c SET name = line.name, phone = line.phone, email = line.email, address = line.address, note = line.note,
       credit_limit_minor = line.credit_limit_minor, active = line.active AND c.merged_into IS NULL, group_id = line.group_id,
       search_text = line.search_text || c.contact_text, sort_name = line.sort_name, updated_at = :now, version = c.version + 1
     FROM unnest(:ids::bigint[], ${ARRAYS}) AS line (id, name, document_type, document_number, phone, email, address, note,
       credit_limit_minor, active, group_id, search_text, sort_name)
     WHERE c.id = line.id`,
    { ids: customers.map(({ id }) => id), ...columnsOf(customers, now) },
  );
}
