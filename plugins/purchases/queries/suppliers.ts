/** SQL of suppliers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { fold, likeLiteral } from "../../../kernel/text.ts";
import type { Supplier, SupplierFacts } from "../domain.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

export const COLUMNS =
  "id, name, nit, contact, phone, email, address, note, lead_time_days, minimum_minor, active, version";

export function toSupplier(row: Row): Supplier {
  return {
    id: row.id,
    name: row.name,
    nit: row.nit ?? undefined,
    contact: row.contact ?? undefined,
    phone: row.phone ?? undefined,
    email: row.email ?? undefined,
    address: row.address ?? undefined,
    note: row.note ?? undefined,
    leadTimeDays: row.lead_time_days,
    minimumMinor: row.minimum_minor,
    active: row.active,
    version: row.version,
  };
}

export function written(facts: SupplierFacts, now: Date) {
  const { name, nit, contact, phone, email, address, note, leadTimeDays, minimumMinor, active } = facts;
  const numbers = [nit, phone].map((typed) => typed?.replace(/[^\p{L}\p{N}]/gu, "") ?? "");
  return {
    name,
    nit: nit ?? null,
    contact: contact ?? null,
    phone: phone ?? null,
    email: email ?? null,
    address: address ?? null,
    note: note ?? null,
    leadTimeDays,
    minimumMinor,
    active,
    searchText: ` ${fold([name, ...numbers, contact ?? "", email ?? ""].join(" "))}`,
    sortName: fold(name),
    now,
  };
}

export async function insertSupplier(tx: Tx, facts: SupplierFacts, now: Date): Promise<Supplier> {
  const { rows } = await tx.raw(
    `INSERT INTO suppliers (name, nit, contact, phone, email, address, note, lead_time_days, minimum_minor, active, search_text,
       sort_name, created_at, updated_at)
     VALUES (:name, :nit, :contact, :phone, :email, :address, :note, :leadTimeDays, :minimumMinor, :active, :searchText, :sortName,
       :now, :now)
     RETURNING ${COLUMNS}`,
    written(facts, now),
  );
  return toSupplier(rows[0]);
}

export async function updateSupplier(tx: Tx, id: number, facts: SupplierFacts, now: Date): Promise<Supplier> {
  const { rows } = await tx.raw(
    `UPDATE suppliers SET name = :name, nit = :nit, contact = :contact, phone = :phone, email = :email, address = :address,
       note = :note, lead_time_days = :leadTimeDays, minimum_minor = :minimumMinor, active = :active,
       search_text = :searchText, sort_name = :sortName, updated_at = :now, version = version + 1
     WHERE id = :id RETURNING ${COLUMNS}`,
    { id, ...written(facts, now) },
  );
  return toSupplier(rows[0]);
}

export async function supplierById(db: Knex, id: number, lock = false): Promise<Supplier | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM suppliers WHERE id = ? ${lock ? "FOR UPDATE" : ""}`, [id]);
  return rows[0] && toSupplier(rows[0]);
}

/** Whose NIT it is. */
export async function ownerOf(tx: Tx, nit: string): Promise<{ id: number; name: string } | undefined> {
  const { rows } = await tx.raw("SELECT id, name FROM suppliers WHERE nit = ?", [nit]);
  return rows[0];
}

/** Two who write the same NIT at once wait for each other, so that the second is told whose it is. */
export async function lockNit(tx: Tx, nit: string): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [`supplier ${nit}`]);
}

const MOST_WORDS = 6;

/** By name; with words those whose name, NIT, contact, phone or mail have all of them. One more than `limit`. */
export async function listSuppliers(
  db: Knex,
  { q, active, after, limit }: SupplierList,
): Promise<{ supplier: Supplier; key: [string, number] }[]> {
  const joined = q?.replace(/[^\p{L}\p{N}]/gu, "") ?? "";
  const words = fold(q ?? "")
    .split(" ")
    .filter(Boolean)
    .slice(0, MOST_WORDS);
  // a NIT or phone typed with dots and dashes is one word of the text
  const patterns = /^\d{3,}$/.test(joined) ? [`%${joined}%`] : words.map((word) => `%${likeLiteral(word)}%`);
  const { rows } = await db.raw(
    `SELECT ${COLUMNS}, sort_name FROM suppliers
     WHERE search_text LIKE ALL(:patterns::text[]) AND (cast(:active AS boolean) IS NULL OR active = :active)
       AND (sort_name, id) > (:name, :id) ORDER BY sort_name, id LIMIT :limit`,
    { patterns, active: active ?? null, name: after?.[0] ?? "", id: after?.[1] ?? 0, limit: limit + 1 },
  );
  return rows.map((row: Row) => ({ supplier: toSupplier(row), key: [row.sort_name, row.id] }));
}

export interface SupplierList {
  q?: string | undefined;
  active?: boolean | undefined;
  after?: [string, number] | undefined;
  limit: number;
}
