/** Many suppliers at once, for lists: one statement for a thousand. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Supplier, SupplierFacts } from "../domain.ts";
import { COLUMNS, toSupplier, written } from "./suppliers.ts";

/** Two lists that name the same suppliers wait for each other instead of deadlocking. */
export async function lockImports(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('purchases.suppliers_import', 0))");
}

/** `locks`: in id order, until the transaction ends. */
export async function suppliersByNit(
  db: Knex,
  nits: readonly string[],
  locks: boolean,
): Promise<Map<string, Supplier>> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM suppliers WHERE nit = ANY(:nits::text[]) ORDER BY id ${locks ? "FOR UPDATE" : ""}`,
    { nits: [...nits] },
  );
  return new Map(rows.map(toSupplier).map((one: Supplier) => [one.nit ?? "", one]));
}

/** By id, after the one given. */
export async function suppliersAfter(db: Knex, id: number, limit: number): Promise<Supplier[]> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM suppliers WHERE id > :id ORDER BY id LIMIT :limit`, {
    id,
    limit,
  });
  return rows.map(toSupplier);
}

const ARRAYS = `:names::text[], :nits::text[], :contacts::text[], :phones::text[], :emails::text[], :addresses::text[],
  :notes::text[], :leadTimes::int[], :minimums::bigint[], :actives::boolean[], :searchTexts::text[], :sortNames::text[]`;

function columnsOf(suppliers: readonly SupplierFacts[], now: Date) {
  const rows = suppliers.map((facts) => written(facts, now));
  return {
    names: rows.map((row) => row.name),
    nits: rows.map((row) => row.nit),
    contacts: rows.map((row) => row.contact),
    phones: rows.map((row) => row.phone),
    emails: rows.map((row) => row.email),
    addresses: rows.map((row) => row.address),
    notes: rows.map((row) => row.note),
    leadTimes: rows.map((row) => row.leadTimeDays),
    minimums: rows.map((row) => row.minimumMinor),
    actives: rows.map((row) => row.active),
    searchTexts: rows.map((row) => row.searchText),
    sortNames: rows.map((row) => row.sortName),
    now,
  };
}

/** The NITs of those that were made: one that somebody else wrote meanwhile is not among them. */
export async function insertSuppliers(
  tx: Tx,
  suppliers: readonly SupplierFacts[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (suppliers.length === 0) return new Set();
  const { rows } = await tx.raw(
    `INSERT INTO suppliers (name, nit, contact, phone, email, address, note, lead_time_days, minimum_minor, active, search_text,
       sort_name, created_at, updated_at)
     SELECT line.*, :now, :now FROM unnest(${ARRAYS}) AS line ON CONFLICT (nit) DO NOTHING RETURNING nit`,
    columnsOf(suppliers, now),
  );
  return new Set(rows.map((row: { nit: string }) => row.nit));
}

/** By id; the rows are locked. */
export async function updateSuppliers(
  tx: Tx,
  suppliers: readonly (SupplierFacts & { id: number })[],
  now: Date,
): Promise<void> {
  if (suppliers.length === 0) return;
  await tx.raw(
    `UPDATE suppliers s SET name = line.name, contact = line.contact, phone = line.phone, email = line.email,
       address = line.address, note = line.note, lead_time_days = line.lead_time_days, minimum_minor = line.minimum_minor,
       active = line.active, search_text = line.search_text, sort_name = line.sort_name, updated_at = :now, version = s.version + 1
     FROM unnest(:ids::bigint[], ${ARRAYS}) AS line (id, name, nit, contact, phone, email, address, note, lead_time_days, minimum_minor,
       active, search_text, sort_name)
     WHERE s.id = line.id`,
    { ids: suppliers.map(({ id }) => id), ...columnsOf(suppliers, now) },
  );
}
