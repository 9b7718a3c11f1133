/** SQL of the packs in which suppliers sell. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Pack } from "../domain.ts";

/** Thousandths by product, of those that the supplier sells in packs. */
export async function packsOf(
  db: Knex,
  supplierId: number,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.raw(
    `SELECT product_id AS id, pack_milli AS milli FROM supplier_packs
     WHERE supplier_id = :supplierId AND product_id = ANY(:productIds::bigint[])`,
    { supplierId, productIds: [...productIds] },
  );
  return new Map(rows.map(({ id, milli }: { id: number; milli: number }) => [id, milli]));
}

/** By product's id, after the one given; one more than `limit`. */
export async function listPacks(db: Knex, supplierId: number, after: number, limit: number): Promise<Pack[]> {
  const { rows } = await db.raw(
    `SELECT k.product_id AS "productId", p.sku, p.name, p.unit, k.pack_milli AS "packMilli"
     FROM supplier_packs k JOIN products p ON p.id = k.product_id
     WHERE k.supplier_id = :supplierId AND k.product_id > :after ORDER BY k.product_id LIMIT :limit`,
    { supplierId, after, limit: limit + 1 },
  );
  return rows;
}

export async function writePack(tx: Tx, supplierId: number, productId: number, packMilli: number): Promise<void> {
  await tx.raw(
    `INSERT INTO supplier_packs (supplier_id, product_id, pack_milli) VALUES (:supplierId, :productId, :packMilli)
     ON CONFLICT (supplier_id, product_id) DO UPDATE SET pack_milli = excluded.pack_milli`,
    { supplierId, productId, packMilli },
  );
}

/** What it was; undefined: there was none. */
export async function removePack(tx: Tx, supplierId: number, productId: number): Promise<number | undefined> {
  const { rows } = await tx.raw(
    "DELETE FROM supplier_packs WHERE supplier_id = :supplierId AND product_id = :productId RETURNING pack_milli AS milli",
    { supplierId, productId },
  );
  return rows[0]?.milli;
}
