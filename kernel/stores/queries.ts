/** SQL of the stores and of who works in them. */
import type { Knex } from "knex";
import type { Tx } from "../db/database.ts";
import type { NewStore, Store } from "./store.ts";

const STORE = `id, name, active, training, time_zone AS "timeZone", day_cutoff_hour AS "dayCutoffHour", currency, tax_id AS "taxId",
  address, phone, receipt_header AS "receiptHeader", receipt_footer AS "receiptFooter"`;

export async function allStores(db: Knex): Promise<Store[]> {
  const { rows } = await db.raw(`SELECT ${STORE} FROM stores ORDER BY id`);
  return rows;
}

/** Nobody else changes a store until the transaction ends, and no document is made in one meanwhile. */
export async function lockStores(tx: Tx): Promise<Store[]> {
  const { rows } = await tx.raw(`SELECT ${STORE} FROM stores ORDER BY id FOR UPDATE`);
  return rows;
}

export async function insertStore(tx: Tx, store: NewStore): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO stores (name, active, training, time_zone, day_cutoff_hour, currency, tax_id, address, phone, receipt_header,
       receipt_footer)
     VALUES (:name, :active, :training, :timeZone, :dayCutoffHour, :currency, :taxId, :address, :phone, :receiptHeader, :receiptFooter)
     RETURNING id`,
    { ...store },
  );
  return rows[0].id;
}

export async function updateStore(tx: Tx, store: Store): Promise<void> {
  await tx.raw(
    `UPDATE stores SET name = :name, active = :active, training = :training, time_zone = :timeZone, day_cutoff_hour = :dayCutoffHour,
       currency = :currency, tax_id = :taxId, address = :address, phone = :phone, receipt_header = :receiptHeader,
       receipt_footer = :receiptFooter
     WHERE id = :id`,
    { ...store },
  );
}

/** Every person with stores given to him. */
export async function givenStores(db: Knex): Promise<{ userId: number; storeIds: number[] }[]> {
  const { rows } = await db.raw(
    `SELECT user_id AS "userId", array_agg(store_id ORDER BY store_id) AS "storeIds" FROM user_stores GROUP BY user_id`,
  );
  return rows;
}

/** The ids that were given before. */
export async function replaceGiven(tx: Tx, userId: number, storeIds: readonly number[]): Promise<number[]> {
  const { rows } = await tx.raw("DELETE FROM user_stores WHERE user_id = ? RETURNING store_id", [userId]);
  await tx.raw("INSERT INTO user_stores (user_id, store_id) SELECT :userId, unnest(:storeIds::bigint[])", {
    userId,
    storeIds: [...storeIds],
  });
  return rows.map((row: { store_id: number }) => row.store_id).sort((a: number, b: number) => a - b);
}
