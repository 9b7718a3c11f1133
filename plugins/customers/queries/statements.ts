/** SQL of statements and of how old debts are. Days are the shop's. */
import type { Knex } from "knex";
import type { Charge } from "../accounts/aging.ts";
import type { AccountEntry, EntryKind } from "../domain.ts";
import { unpaidSql } from "./charges.ts";

export interface Calendar {
  timeZone: string;
  dayCutoffHour: number;
}

/** The business day of `created_at`, as kernel/clock.ts has it: the hours go first, so that a clock put forward or back changes no day. */
const DAY = "((created_at - make_interval(hours => :dayCutoffHour)) AT TIME ZONE :timeZone)::date";

interface EntryRow {
  id: number;
  kind: EntryKind;
  amount_minor: number;
  document_type: string;
  document_id: number;
  document_number: string;
  user_name: string;
  created_at: Date;
}

/** What stood on the account before `from`, and its entries from then to `to`, both YYYY-MM-DD and both included; at most `limit`. */
export async function statementOf(
  db: Knex,
  customerId: number,
  { from, to, calendar, limit }: { from: string; to: string; calendar: Calendar; limit: number },
): Promise<{ openingMinor: number; entries: AccountEntry[] }> {
  const bound = { customerId, from, to, ...calendar };
  const before = await db.raw(
    `SELECT coalesce(sum(amount_minor), 0)::bigint AS total FROM customer_entries WHERE customer_id = :customerId AND ${DAY} < cast(:from AS date)`,
    bound,
  );
  const { rows } = await db.raw(
    `SELECT id, kind, amount_minor, document_type, document_id, document_number, user_name, created_at
     FROM customer_entries WHERE customer_id = :customerId AND ${DAY} BETWEEN cast(:from AS date) AND cast(:to AS date)
     ORDER BY id LIMIT :limit`,
    { ...bound, limit },
  );
  const openingMinor: number = before.rows[0].total;
  let balanceMinor = openingMinor;
  const entries = rows.map((row: EntryRow) => {
    balanceMinor += row.amount_minor;
    return {
      id: row.id,
      kind: row.kind,
      amountMinor: row.amount_minor,
      balanceMinor,
      document: { type: row.document_type, id: row.document_id, number: row.document_number },
      userName: row.user_name,
      createdAt: row.created_at,
    };
  });
  return { openingMinor, entries };
}

export interface Debtor {
  id: number;
  name: string;
  phone: string | undefined;
  email: string | undefined;
  currency: string;
  balanceMinor: number;
  /** newest first: what is not paid of each, together the balance */
  charges: Charge[];
}

interface DebtorRow {
  id: number;
  name: string;
  phone: string | null;
  email: string | null;
  currency: string;
  balance_minor: number;
  amounts: number[] | null;
  days: number[] | null;
}

/** Who owes, with the charges of all that were merged, that are not paid; most owed first, after the balance and id of the page before. */
export async function debtors(
  db: Knex,
  page: {
    after: [number, number] | undefined;
    limit: number;
    today: string;
    calendar: Calendar;
    /** only this one */
    id?: number;
    /** only those with a charge that is not paid whole and is older than so many days */
    over?: number | undefined;
  },
): Promise<Debtor[]> {
  const { rows } = await db.raw(
    `SELECT c.id, c.name, c.phone, c.email, c.currency, c.balance_minor, e.amounts, e.days
     FROM customers c
       LEFT JOIN LATERAL (
         SELECT array_agg(part ORDER BY id DESC) AS amounts, array_agg(greatest(cast(:today AS date) - day, 0) ORDER BY id DESC) AS days
         FROM (SELECT id, part, ${DAY} AS day FROM ${unpaidSql()} unpaid) charges) e ON true
     WHERE c.balance_minor > 0 AND (cast(:only AS bigint) IS NULL OR c.id = :only)
       AND (cast(:id AS bigint) IS NULL OR c.balance_minor < :balance OR (c.balance_minor = :balance AND c.id > :id))
       AND (cast(:over AS int) IS NULL OR e.days[array_upper(e.days, 1)] > :over)
     ORDER BY c.balance_minor DESC, c.id LIMIT :limit`,
    {
      only: page.id ?? null,
      over: page.over ?? null,
      id: page.after?.[1] ?? null,
      balance: page.after?.[0] ?? 0,
      limit: page.limit,
      today: page.today,
      ...page.calendar,
    },
  );
  return rows.map((row: DebtorRow) => ({
    id: row.id,
    name: row.name,
    phone: row.phone ?? undefined,
    email: row.email ?? undefined,
    currency: row.currency,
    balanceMinor: row.balance_minor,
    charges: (row.amounts ?? []).map((amountMinor, index) => ({
      amountMinor: Number(amountMinor),
      days: row.days?.[index] ?? 0,
    })),
  }));
}
