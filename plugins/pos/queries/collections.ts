/** SQL of money that was handed over for no goods. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Collection, NewCollection } from "../collections.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

export async function insertCollection(tx: Tx, collection: NewCollection): Promise<number> {
  const { register, seller, customer, voucherId, reference, reversesId, reason, kind, shiftId, currency, method } =
    collection;
  const { amountMinor, businessDate, createdAt } = collection;
  const { rows } = await tx.raw(
    `INSERT INTO collections (kind, store_id, register_id, shift_id, customer_id, customer_name, voucher_id, currency, method,
       amount_minor, reference, business_date, user_id, user_name, created_at, reverses_id, reason)
     VALUES (:kind, :storeId, :registerId, :shiftId, :customerId, :customerName, :voucherId, :currency, :method, :amountMinor,
       :reference, cast(:businessDate AS date), :userId, :userName, :createdAt, :reversesId, :reason) RETURNING id`,
    {
      kind,
      shiftId,
      currency,
      method,
      amountMinor,
      businessDate,
      createdAt,
      reversesId: reversesId ?? null,
      reason: reason ?? null,
      storeId: register.storeId,
      registerId: register.id,
      customerId: customer?.id ?? null,
      customerName: customer?.name ?? null,
      voucherId: voucherId ?? null,
      reference: reference ?? null,
      userId: seller.id,
      userName: seller.fullName,
    },
  );
  return rows[0].id;
}

/** Those who take one back follow each other. */
export async function lockCollection(tx: Tx, id: number): Promise<void> {
  await tx.raw("SELECT FROM collections WHERE id = ? FOR UPDATE", [id]);
}

export async function findCollection(db: Knex, id: number): Promise<Collection | undefined> {
  const { rows } = await db.raw(
    `SELECT c.*, r.name AS register_name, (SELECT id FROM collections WHERE reverses_id = c.id) AS reversed_by
     FROM collections c JOIN registers r ON r.id = c.register_id WHERE c.id = ?`,
    [id],
  );
  const [row] = rows as Row[];
  return (
    row && {
      id: row.id,
      kind: row.kind,
      storeId: row.store_id,
      registerId: row.register_id,
      registerName: row.register_name,
      shiftId: row.shift_id,
      customer: row.customer_id === null ? undefined : { id: row.customer_id, name: row.customer_name ?? "" },
      voucherId: row.voucher_id ?? undefined,
      currency: row.currency,
      method: row.method,
      amountMinor: row.amount_minor,
      reference: row.reference ?? undefined,
      businessDate: row.business_date,
      userId: row.user_id,
      userName: row.user_name,
      createdAt: row.created_at,
      reversesId: row.reverses_id ?? undefined,
      reason: row.reason ?? undefined,
      reversedById: row.reversed_by ?? undefined,
    }
  );
}
