/** SQL that tells in which store something is. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export async function storeOfCart(db: Knex, id: string): Promise<number | undefined> {
  const { rows } = await db.raw(
    "SELECT r.store_id FROM carts c JOIN registers r ON r.id = c.register_id WHERE c.id = ?",
    [id],
  );
  return rows[0]?.store_id;
}

export async function storeOfSale(db: Knex, id: number): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT store_id FROM sales WHERE id = ?", [id]);
  return rows[0]?.store_id;
}

export async function storeOfShift(db: Knex, id: number): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT store_id FROM shifts WHERE id = ?", [id]);
  return rows[0]?.store_id;
}

export async function storeOfCollection(db: Knex, id: number): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT store_id FROM collections WHERE id = ?", [id]);
  return rows[0]?.store_id;
}

export async function storeOfIntent(db: Knex, id: string): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT store_id FROM payment_intents WHERE id = ?", [id]);
  return rows[0]?.store_id;
}

export async function storeOfRegister(db: Knex, id: number): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT store_id FROM registers WHERE id = ?", [id]);
  return rows[0]?.store_id;
}

/** By the database: what other instances know may be some seconds old. */
export async function isTraining(tx: Tx, storeId: number): Promise<boolean> {
  const { rows } = await tx.raw("SELECT training FROM stores WHERE id = ?", [storeId]);
  return rows[0]?.training === true;
}

/** Whether money was written down there: every sale has a shift, and a float is money. */
export async function hasShifts(tx: Tx, storeId: number): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (SELECT FROM shifts WHERE store_id = :storeId) OR EXISTS (SELECT FROM sales WHERE store_id = :storeId)
       AS there`,
    { storeId },
  );
  return rows[0].there;
}
