/** SQL of customers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { fold, likeLiteral } from "../../../kernel/text.ts";
import type { Document } from "../documents.ts";
import type { Customer, CustomerFacts } from "../domain.ts";

export interface Row {
  id: number;
  name: string;
  document_type: Document["type"] | null;
  document_number: string | null;
  phone: string | null;
  email: string | null;
  address: string | null;
  note: string | null;
  currency: string;
  credit_limit_minor: number;
  balance_minor: number;
  points: number;
  merged_into: number | null;
  erased_at: Date | null;
  active: boolean;
  version: number;
  group_id: number | null;
  group_name: string | null;
}

const COLUMNS = `id, name, document_type, document_number, phone, email, address, note, currency, credit_limit_minor,
  balance_minor, points, merged_into, erased_at, active, version, group_id`;
/** With the name of its group; of the table itself. */
export const CUSTOMER = `${COLUMNS}, (SELECT g.name FROM customer_groups g WHERE g.id = customers.group_id) AS group_name`;

export function toCustomer(row: Row): Customer {
  const { document_type: type, document_number: number } = row;
  return {
    id: row.id,
    name: row.name,
    document: type === null || number === null ? undefined : { type, number },
    phone: row.phone ?? undefined,
    email: row.email ?? undefined,
    address: row.address ?? undefined,
    note: row.note ?? undefined,
    currency: row.currency,
    creditLimitMinor: row.credit_limit_minor,
    balanceMinor: row.balance_minor,
    points: row.points,
    mergedInto: row.merged_into ?? undefined,
    erasedAt: row.erased_at ?? undefined,
    active: row.active,
    groupId: row.group_id ?? undefined,
    groupName: row.group_name ?? undefined,
    version: row.version,
  };
}

/** ` ana ruiz 52123456 3001234567 ana correo co`: numbers are found without the signs that people part them with. */
function searchTextOf({ name, document, phone, email }: CustomerFacts): string {
  const numbers = [document?.number, phone].map((typed) => typed?.replace(/[^\p{L}\p{N}]/gu, "") ?? "");
  return ` ${fold([name, ...numbers, email ?? ""].join(" "))}`;
}

export function written(facts: CustomerFacts, now: Date) {
  return {
    name: facts.name,
    documentType: facts.document?.type ?? null,
    documentNumber: facts.document?.number ?? null,
    phone: facts.phone ?? null,
    email: facts.email ?? null,
    address: facts.address ?? null,
    note: facts.note ?? null,
    creditLimitMinor: facts.creditLimitMinor,
    active: facts.active,
    groupId: facts.groupId ?? null,
    searchText: searchTextOf(facts),
    sortName: fold(facts.name),
    now,
  };
}

export async function insertCustomer(tx: Tx, facts: CustomerFacts, currency: string, now: Date): Promise<Customer> {
  const { rows } = await tx.raw(
    `INSERT INTO customers (name, document_type, document_number, phone, email, address, note, currency, credit_limit_minor, active, group_id,
       search_text, sort_name, created_at, updated_at)
     VALUES (:name, :documentType, :documentNumber, :phone, :email, :address, :note, :currency, :creditLimitMinor, :active, :groupId,
       :searchText, :sortName, :now, :now)
     RETURNING ${CUSTOMER}`,
    { ...written(facts, now), currency },
  );
  return toCustomer(rows[0]);
}

export async function updateCustomer(tx: Tx, id: number, facts: CustomerFacts, now: Date): Promise<Customer> {
  const { rows } = await tx.raw(
    `UPDATE customers SET name = :name, document_type = :documentType, document_number = :documentNumber, phone = :phone,
       email = :email, address = :address, note = :note, credit_limit_minor = :creditLimitMinor, active = :active, group_id = :groupId,
       search_text = :searchText || contact_text, sort_name = :sortName, updated_at = :now, version = version + 1
     WHERE id = :id RETURNING ${CUSTOMER}`,
    { id, ...written(facts, now) },
  );
  return toCustomer(rows[0]);
}

export async function customerById(db: Knex, id: number, lock = false): Promise<Customer | undefined> {
  const { rows } = await db.raw(`SELECT ${CUSTOMER} FROM customers WHERE id = ? ${lock ? "FOR UPDATE" : ""}`, [id]);
  return rows[0] && toCustomer(rows[0]);
}

/** Who else has that document. */
export async function ownerOf(tx: Tx, { type, number }: Document): Promise<{ id: number; name: string } | undefined> {
  const { rows } = await tx.raw("SELECT id, name FROM customers WHERE document_type = ? AND document_number = ?", [
    type,
    number,
  ]);
  return rows[0];
}

/** Two who write the same document at once wait for each other, so that the second is told whose it is. */
export async function lockDocument(tx: Tx, { type, number }: Document): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [`customer ${type} ${number}`]);
}

const MOST_WORDS = 6;
/** more hits than this are not put in order: nobody reads them */
const MOST_HITS = 500;

/** By words anywhere; two letters only at the start of a word, since no index finds them inside. */
export async function findCustomers(
  db: Knex,
  query: string,
  { limit, active }: { limit: number; active: boolean | undefined },
): Promise<Customer[]> {
  const words = fold(query).split(" ").filter(Boolean).slice(0, MOST_WORDS);
  if (words.length === 0) return [];
  const joined = query.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  // a document or phone typed with dots and dashes is one word of the text
  const patterns = /^\d{3,}$/.test(joined)
    ? [`%${joined}%`]
    : words.map((word) => ([...word].length < 3 ? `% ${likeLiteral(word)}%` : `%${likeLiteral(word)}%`));
  // each word a condition of its own: no index answers LIKE ALL(array)
  const hits = db("customers")
    .select(db.raw(`${COLUMNS}, sort_name, search_text`))
    .whereNull("merged_into")
    .limit(MOST_HITS);
  for (const pattern of patterns) hits.whereRaw("search_text LIKE ?", [pattern]);
  if (active !== undefined) hits.where({ active });
  const rows: Row[] = await db
    .select(db.raw(CUSTOMER))
    .from(hits.as("customers"))
    .orderByRaw("search_text LIKE ? DESC", [` ${likeLiteral(words.join(" "))}%`])
    .orderBy(["sort_name", "id"])
    .limit(limit);
  return rows.map(toCustomer);
}

/** By name. One more than `limit`. */
export async function listCustomers(
  db: Knex,
  { after, limit }: { after: [string, number] | undefined; limit: number },
): Promise<{ customer: Customer; key: [string, number] }[]> {
  const { rows } = await db.raw(
    `SELECT ${CUSTOMER}, sort_name FROM customers
     WHERE merged_into IS NULL AND (cast(:id AS bigint) IS NULL OR (sort_name, id) > (:name, :id)) ORDER BY sort_name, id LIMIT :limit`,
    { name: after?.[0] ?? "", id: after?.[1] ?? null, limit: limit + 1 },
  );
  return rows.map((row: Row & { sort_name: string }) => ({ customer: toCustomer(row), key: [row.sort_name, row.id] }));
}

/** Who owes most, first. One more than `limit`. */
export async function listOwing(
  db: Knex,
  { after, limit }: { after: [number, number] | undefined; limit: number },
): Promise<{ customer: Customer; key: [number, number] }[]> {
  const { rows } = await db.raw(
    `SELECT ${CUSTOMER} FROM customers
     WHERE balance_minor <> 0 AND (cast(:id AS bigint) IS NULL OR balance_minor < :balance OR (balance_minor = :balance AND id > :id))
     ORDER BY balance_minor DESC, id LIMIT :limit`,
    { balance: after?.[0] ?? 0, id: after?.[1] ?? null, limit: limit + 1 },
  );
  return rows.map((row: Row) => ({ customer: toCustomer(row), key: [row.balance_minor, row.id] }));
}
