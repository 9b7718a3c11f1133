/** SQL of reminders of debts. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { LetterState } from "../../../kernel/mail.ts";

export interface Reminder {
  id: number;
  state: LetterState;
  currency: string;
  balanceMinor: number;
  userName: string;
  createdAt: Date;
}

/** Nobody else asks for reminders until the transaction ends: two at once would each find that none went out yet. */
export async function lockReminders(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('customers reminders', 0))");
}

export interface Recipient {
  id: number;
  balanceMinor: number;
  currency: string;
  mail: boolean;
  /** the newest word of whoever it was before it was merged too */
  consent: boolean;
  /** one went out, or is on its way, since then */
  recent: boolean;
}

/** What is queued waits for the hours, and for a server that answers, at most so long. */
const LONGEST_WAIT = "7 days";

/** Of those customers who owe what speaks for and against a reminder. */
export async function recipients(tx: Knex, ids: readonly number[], since: Date): Promise<Recipient[]> {
  const { rows } = await tx.raw(
    `SELECT c.id, c.balance_minor AS "balanceMinor", c.currency, c.email IS NOT NULL AS mail,
       coalesce((SELECT s.given FROM customer_consents s
         WHERE s.customer_id IN (SELECT m.id FROM customers m WHERE m.id = c.id OR m.merged_into = c.id) AND s.purpose = 'reminders'
         ORDER BY s.id DESC LIMIT 1), false) AS consent,
       EXISTS (SELECT FROM customer_reminders r
         WHERE r.customer_id IN (SELECT m.id FROM customers m WHERE m.id = c.id OR m.merged_into = c.id)
           AND CASE r.state WHEN 'sent' THEN coalesce(r.settled_at, r.created_at) > :since
             WHEN 'queued' THEN r.created_at > :since::timestamptz - interval '${LONGEST_WAIT}' ELSE false END) AS recent
     FROM customers c
     WHERE c.id = ANY(:ids::bigint[]) AND c.balance_minor > 0 AND c.merged_into IS NULL AND c.erased_at IS NULL ORDER BY c.id`,
    { ids: [...ids], since },
  );
  return rows;
}

/** Answers the ids, in the order of the recipients. */
export async function insertReminders(
  tx: Tx,
  made: readonly { customerId: number; currency: string; balanceMinor: number; token: string }[],
  user: { id: number; fullName: string },
  now: Date,
): Promise<number[]> {
  const { rows } = await tx.raw(
    `INSERT INTO customer_reminders (customer_id, currency, balance_minor, token, user_id, user_name, created_at)
     SELECT r."customerId", r.currency, r."balanceMinor", r.token, :userId, :userName, :now
     FROM jsonb_to_recordset(:made::jsonb) AS r("customerId" bigint, currency text, "balanceMinor" bigint, token text)
     RETURNING id`,
    { made: JSON.stringify(made), userId: user.id, userName: user.fullName, now },
  );
  return rows.map((row: { id: number }) => row.id);
}

/** Newest first. */
export async function remindersOf(db: Knex, ids: readonly number[]): Promise<Reminder[]> {
  const { rows } = await db.raw(
    `SELECT id, state, currency, balance_minor AS "balanceMinor", user_name AS "userName", created_at AS "createdAt"
     FROM customer_reminders WHERE customer_id = ANY(?::bigint[]) ORDER BY id DESC LIMIT 100`,
    [[...ids]],
  );
  return rows;
}

export async function reminderById(db: Knex, id: number): Promise<{ customerId: number; token: string } | undefined> {
  const { rows } = await db.raw('SELECT customer_id AS "customerId", token FROM customer_reminders WHERE id = ?', [id]);
  return rows[0];
}

export async function customerOfToken(db: Knex, token: string): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT customer_id FROM customer_reminders WHERE token = ?", [token]);
  return rows[0]?.customer_id;
}

export async function settleReminder(tx: Tx, id: number, state: LetterState, now: Date): Promise<void> {
  await tx.raw("UPDATE customer_reminders SET state = :state, settled_at = :now WHERE id = :id", { id, state, now });
}

/** Whether one went out since then to any of those: two that waited may be of one person by now. */
export async function wasReminded(db: Knex, ids: readonly number[], since: Date): Promise<boolean> {
  const { rows } = await db.raw(
    `SELECT FROM customer_reminders WHERE customer_id = ANY(:ids::bigint[]) AND state = 'sent'
       AND coalesce(settled_at, created_at) > :since LIMIT 1`,
    { ids: [...ids], since },
  );
  return rows.length > 0;
}

/** Where the customer bought last on credit; undefined: nowhere. */
export async function storeOfDebt(db: Knex, ids: readonly number[]): Promise<number | undefined> {
  const { rows } = await db.raw(
    `SELECT store_id AS "storeId" FROM customer_entries WHERE customer_id = ANY(?::bigint[]) AND kind = 'charge'
     ORDER BY id DESC LIMIT 1`,
    [[...ids]],
  );
  return rows[0]?.storeId ?? undefined;
}

/** When the last one went out, or was asked for, by customer. */
export async function lastReminders(db: Knex, ids: readonly number[]): Promise<Map<number, Date>> {
  const { rows } = await db.raw(
    `SELECT coalesce(c.merged_into, c.id) AS id, max(coalesce(r.settled_at, r.created_at)) AS at
     FROM customers c JOIN customer_reminders r ON r.customer_id = c.id AND r.state IN ('queued', 'sent')
     WHERE c.id = ANY(:ids::bigint[]) OR c.merged_into = ANY(:ids::bigint[]) GROUP BY 1`,
    { ids: [...ids] },
  );
  return new Map(rows.map((row: { id: number; at: Date }) => [row.id, row.at]));
}
