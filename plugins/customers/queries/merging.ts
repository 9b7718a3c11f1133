/** SQL of customers who turned out to be one. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { fold, likeLiteral } from "../../../kernel/text.ts";
import type { Customer } from "../domain.ts";
import { CUSTOMER, type Row, toCustomer } from "./customers.ts";

/**
 * Who a customer is now. In a transaction nobody merges it until the end: what is written goes to the right account. Undefined:
 * there is none of that id.
 */
export async function whoIs(db: Knex, id: number, lock = false): Promise<number | undefined> {
  const { rows } = await db.raw(
    `SELECT coalesce(merged_into, id) AS id FROM customers WHERE id = ? ${lock ? "FOR NO KEY UPDATE" : ""}`,
    [id],
  );
  return rows[0]?.id;
}

/** All ids that a customer has had, its own first. */
export async function idsOf(db: Knex, id: number): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT id FROM customers WHERE id = :id OR merged_into = :id ORDER BY merged_into IS NOT NULL, id`,
    { id },
  );
  return rows.map((row: { id: number }) => row.id);
}

const MOST_ALIKE = 200;

/** The digits of a number without a NIT's check digit, as it stands in the text that is searched. */
const bare = (number: string) => number.replace(/-\d$/, "").replace(/[^\p{L}\p{N}]/gu, "");

/** Who may be the same person: has the number of the document under another type, the phone, the mail, or a name that begins alike. */
export async function alike(db: Knex, customer: Customer): Promise<Customer[]> {
  const { id, name, document, phone, email, currency } = customer;
  const [first = "", ...others] = fold(name).split(" ");
  const family = others.filter((word) => word.length > 2).map((word) => `% ${likeLiteral(word.slice(0, 4))}%`);
  const begins = `% ${likeLiteral(family.length > 0 ? first.slice(0, 2) : first)}%`;
  const digits = phone?.replace(/\D/g, "").slice(-10) ?? "";
  const exact = [
    ...(document ? [`% ${likeLiteral(bare(document.number))}%`] : []),
    ...(digits.length > 6 ? [`%${digits}%`] : []),
    ...(email ? [`% ${likeLiteral(fold(email))}%`] : []),
  ];
  const { rows } = await db.raw(
    `SELECT ${CUSTOMER} FROM (
       (SELECT * FROM customers WHERE search_text LIKE ANY(:exact::text[]) LIMIT :most)
       UNION
       (SELECT * FROM customers WHERE search_text LIKE :begins AND (:single OR search_text LIKE ANY(:family::text[]))
         AND similarity(sort_name, :name) >= 0.4 LIMIT :most)) customers
     WHERE id <> :id AND merged_into IS NULL AND erased_at IS NULL AND currency = :currency
     ORDER BY similarity(sort_name, :name) DESC, id LIMIT :most`,
    { id, exact, begins, family, single: family.length === 0, name: fold(name), currency, most: MOST_ALIKE },
  );
  return rows.map((row: Row) => toCustomer(row));
}

/** Those that were merged into it. */
export async function mergedInto(db: Knex, id: number): Promise<{ id: number; name: string }[]> {
  const { rows } = await db.raw("SELECT id, name FROM customers WHERE merged_into = ? ORDER BY id LIMIT 100", [id]);
  return rows;
}

/** `fromId` is out of use and points at `intoId`; so do those that pointed at it. */
export async function markMerged(tx: Tx, fromId: number, intoId: number, now: Date): Promise<void> {
  await tx.raw(
    `UPDATE customers SET merged_into = :intoId, active = active AND id <> :fromId, updated_at = :now, version = version + 1
     WHERE id = :fromId OR merged_into = :fromId`,
    { fromId, intoId, now },
  );
}

/** The other gets its document. */
export async function clearDocument(tx: Tx, id: number): Promise<void> {
  await tx.raw("UPDATE customers SET document_type = NULL, document_number = NULL WHERE id = ?", [id]);
}

/** Who was merged owes nothing, has no points and points at somebody who was not; what was moved arrived. */
export async function mergedWrongly(
  db: Knex,
  { since, limit }: { since: Date | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('customer %s was merged into %s and is not at rest', c.id, c.merged_into) AS said
     FROM customers c JOIN customers o ON o.id = c.merged_into
     WHERE (cast(:since AS timestamptz) IS NULL OR c.updated_at >= :since)
       AND (c.balance_minor <> 0 OR c.points <> 0 OR c.active OR o.merged_into IS NOT NULL)
     UNION ALL
     SELECT format('merges moved %s more than arrived', total)
     FROM (SELECT coalesce((SELECT sum(amount_minor) FROM customer_entries WHERE kind = 'merge'), 0)
         + coalesce((SELECT sum(points) FROM point_entries WHERE kind = 'merge'), 0) AS total) moved WHERE total <> 0
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map((row: { said: string }) => row.said);
}
