/** SQL of gift cards and store credit: a balance and its ledger change together, in one statement. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Seller } from "../domain.ts";
import type { Voucher, VoucherEntry, VoucherKind } from "../vouchers.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

const COLUMNS =
  "id, kind, code, store_id, currency, balance_minor, expires_on, blocked, customer_id, customer_name, created_at";

function toVoucher(row: Row): Voucher {
  return {
    id: row.id,
    kind: row.kind,
    code: row.code,
    storeId: row.store_id,
    currency: row.currency,
    balanceMinor: row.balance_minor,
    expiresOn: row.expires_on ?? undefined,
    blocked: row.blocked,
    customer: row.customer_id === null ? undefined : { id: row.customer_id, name: row.customer_name ?? "" },
    createdAt: row.created_at,
  };
}

export interface NewVoucher {
  kind: VoucherKind;
  code: string;
  storeId: number;
  currency: string;
  expiresOn: string | undefined;
  customer: { id: number; name: string } | undefined;
  now: Date;
}

/** Empty yet. Undefined: the code is taken. */
export async function insertVoucher(tx: Tx, voucher: NewVoucher): Promise<number | undefined> {
  const { customer, expiresOn, ...rest } = voucher;
  const { rows } = await tx.raw(
    `INSERT INTO vouchers (kind, code, store_id, currency, expires_on, customer_id, customer_name, created_at)
     VALUES (:kind, :code, :storeId, :currency, cast(:expiresOn AS date), :customerId, :customerName, :now)
     ON CONFLICT (code) DO NOTHING RETURNING id`,
    { ...rest, expiresOn: expiresOn ?? null, customerId: customer?.id ?? null, customerName: customer?.name ?? null },
  );
  return rows[0]?.id;
}

export interface Booking {
  storeId: number;
  saleId?: number | undefined;
  collectionId?: number | undefined;
  seller: Seller;
  now: Date;
}

/** Puts money on it. */
export async function fill(
  tx: Tx,
  kind: "issue" | "refund",
  id: number,
  amountMinor: number,
  booking: Booking,
): Promise<void> {
  await tx.raw(
    `WITH moved AS (UPDATE vouchers SET balance_minor = balance_minor + :amountMinor WHERE id = :id RETURNING id, balance_minor)
     INSERT INTO voucher_entries (voucher_id, store_id, kind, amount_minor, balance_minor, sale_id, collection_id, user_id, user_name,
       created_at)
     SELECT id, :storeId, :kind, :amountMinor, balance_minor, cast(:saleId AS bigint), cast(:collectionId AS bigint), :userId, :userName,
       cast(:now AS timestamptz) FROM moved`,
    { id, kind, amountMinor, ...bound(booking) },
  );
}

/** Takes it off by a condition that whoever spends at the same time must meet too. False: there is not that much, or no such code. */
export async function spend(
  tx: Tx,
  { kind, code, currency, day }: { kind: VoucherKind; code: string; currency: string; day: string },
  amountMinor: number,
  booking: Booking,
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `WITH moved AS (
       UPDATE vouchers SET balance_minor = balance_minor - cast(:amountMinor AS bigint)
       WHERE code = :code AND kind = :kind AND currency = :currency AND NOT blocked AND balance_minor >= :amountMinor
         AND (expires_on IS NULL OR expires_on >= cast(:day AS date))
       RETURNING id, balance_minor
     )
     INSERT INTO voucher_entries (voucher_id, store_id, kind, amount_minor, balance_minor, sale_id, collection_id, user_id, user_name,
       created_at)
     SELECT id, :storeId, 'spend', -cast(:amountMinor AS bigint), balance_minor, cast(:saleId AS bigint),
       cast(:collectionId AS bigint), :userId, :userName, cast(:now AS timestamptz) FROM moved`,
    { kind, code, currency, day, amountMinor, ...bound(booking) },
  );
  return rowCount === 1;
}

/** Takes off what was put on by mistake, even of a blocked one. False: not all of it is there any more. */
export async function takeOff(tx: Tx, id: number, amountMinor: number, booking: Booking): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `WITH moved AS (
       UPDATE vouchers SET balance_minor = balance_minor - cast(:amountMinor AS bigint)
       WHERE id = :id AND balance_minor >= :amountMinor RETURNING id, balance_minor
     )
     INSERT INTO voucher_entries (voucher_id, store_id, kind, amount_minor, balance_minor, sale_id, collection_id, user_id, user_name,
       created_at)
     SELECT id, :storeId, 'reversal', -cast(:amountMinor AS bigint), balance_minor, cast(:saleId AS bigint),
       cast(:collectionId AS bigint), :userId, :userName, cast(:now AS timestamptz) FROM moved`,
    { id, amountMinor, ...bound(booking) },
  );
  return rowCount === 1;
}

/** A gift card whose sale was taken back may be sold again: the plastic is the same. Undefined: somebody has that code. */
export async function soldAgain(tx: Tx, voucher: NewVoucher): Promise<number | undefined> {
  const { code, storeId, currency, expiresOn } = voucher;
  const { rows } = await tx.raw(
    `UPDATE vouchers v SET store_id = :storeId, expires_on = cast(:expiresOn AS date)
     WHERE code = :code AND kind = 'gift_card' AND currency = :currency AND balance_minor = 0 AND NOT blocked
       AND (SELECT kind FROM voucher_entries WHERE voucher_id = v.id ORDER BY id DESC LIMIT 1) = 'reversal'
     RETURNING id`,
    { code, storeId, currency, expiresOn: expiresOn ?? null },
  );
  return rows[0]?.id;
}

function bound({ storeId, saleId, collectionId, seller, now }: Booking) {
  return {
    storeId,
    saleId: saleId ?? null,
    collectionId: collectionId ?? null,
    userId: seller.id,
    userName: seller.fullName,
    now,
  };
}

/** What vouchers of a kind that can still be spent that day paid of a sale and was not given back to them yet, in the order in which they paid. */
export async function spentOn(
  tx: Tx,
  { kind, saleId, day }: { kind: VoucherKind; saleId: number; day: string },
): Promise<{ id: number; code: string; minor: number }[]> {
  const { rows } = await tx.raw(
    `SELECT v.id, v.code, -sum(e.amount_minor)::bigint AS minor
     FROM voucher_entries e JOIN vouchers v ON v.id = e.voucher_id
     WHERE v.kind = :kind AND (e.sale_id = :saleId OR e.sale_id IN (SELECT id FROM sales WHERE returns_sale_id = :saleId))
       -- store credit that a return issued is no payment of the sale
       AND e.kind <> 'issue' AND NOT v.blocked AND (v.expires_on IS NULL OR v.expires_on >= cast(:day AS date))
     GROUP BY v.id, v.code HAVING sum(e.amount_minor) < 0 ORDER BY v.code`,
    { kind, saleId, day },
  );
  return rows;
}

export async function voucherByCode(db: Knex, code: string): Promise<Voucher | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM vouchers WHERE code = ?`, [code]);
  return rows[0] && toVoucher(rows[0]);
}

export async function voucherById(db: Knex, id: number): Promise<Voucher | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM vouchers WHERE id = ?`, [id]);
  return rows[0] && toVoucher(rows[0]);
}

/** The store credit that a return or a void gave, each with its amount. */
export async function vouchersIssuedBy(db: Knex, saleId: number): Promise<{ voucher: Voucher; amountMinor: number }[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS}, e.amount_minor
     FROM (SELECT voucher_id, amount_minor, id AS entry_id FROM voucher_entries WHERE sale_id = ? AND kind = 'issue') e
     JOIN vouchers ON vouchers.id = e.voucher_id ORDER BY e.entry_id`,
    [saleId],
  );
  return rows.map((row: Row) => ({ voucher: toVoucher(row), amountMinor: row.amount_minor }));
}

export async function voucherEntries(db: Knex, id: number): Promise<VoucherEntry[]> {
  const { rows } = await db.raw(
    `SELECT e.id, e.kind, e.amount_minor, e.balance_minor, e.sale_id, e.collection_id, s.number, e.user_name, e.created_at
     FROM voucher_entries e LEFT JOIN sales s ON s.id = e.sale_id WHERE voucher_id = ? ORDER BY e.id DESC LIMIT 200`,
    [id],
  );
  return rows.map((row: Row) => ({
    id: row.id,
    kind: row.kind,
    amountMinor: row.amount_minor,
    balanceMinor: row.balance_minor,
    saleId: row.sale_id ?? undefined,
    saleNumber: row.number ?? undefined,
    collectionId: row.collection_id ?? undefined,
    userName: row.user_name,
    createdAt: row.created_at,
  }));
}

/** Newest first, one more than `limit`. */
export async function listVouchers(db: Knex, before: number | undefined, limit: number): Promise<Voucher[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM vouchers WHERE cast(:before AS bigint) IS NULL OR id < :before ORDER BY id DESC LIMIT :limit`,
    { before: before ?? null, limit: limit + 1 },
  );
  return rows.map(toVoucher);
}

/** False: it was so before. */
export async function setBlocked(tx: Tx, id: number, blocked: boolean): Promise<boolean> {
  const { rowCount } = await tx.raw("UPDATE vouchers SET blocked = :blocked WHERE id = :id AND blocked <> :blocked", {
    id,
    blocked,
  });
  return rowCount === 1;
}
