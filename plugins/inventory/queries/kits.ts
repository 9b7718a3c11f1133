/** SQL of the parts of kits. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { ProductKind } from "../api.ts";
import { SHOWN_COST, STORE, type StoreId } from "./rows.ts";

export interface KitPart {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  kind: ProductKind;
  /** thousandths that one kit takes */
  quantityMilli: number;
  costMinor: number;
}

/** Kits change one after the other: that none holds itself is a rule over many rows. Taken before any row is locked. */
export async function lockKits(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('inventory.kits', 0))");
}

/** By name, with what they cost in the store. */
export async function partsOf(db: Knex, kitId: number, storeId: StoreId): Promise<KitPart[]> {
  const { rows } = await db.raw(
    `SELECT p.id AS "productId", p.sku, p.name, p.unit, p.kind, k.quantity_milli AS "quantityMilli",
       ${SHOWN_COST} AS "costMinor"
     FROM kit_parts k JOIN products p ON p.id = k.product_id
       LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = ${STORE}
     WHERE k.kit_id = :kitId ORDER BY p.sort_key, p.id`,
    { kitId, storeId: storeId ?? null },
  );
  return rows;
}

/** Names from the kit through that part back to the kit; undefined: the part does not hold it. */
export async function circleThrough(tx: Tx, kitId: number, partId: number): Promise<string[] | undefined> {
  const reached = await tx.raw(
    `WITH RECURSIVE reach AS (
       SELECT :partId::bigint AS id UNION SELECT k.product_id FROM reach JOIN kit_parts k ON k.kit_id = reach.id
     )
     SELECT FROM reach WHERE id = :kitId`,
    { kitId, partId },
  );
  if (reached.rows.length === 0) return undefined;
  const { rows } = await tx.raw(
    `WITH RECURSIVE way AS (
       SELECT id, ARRAY[name] AS names, ARRAY[id] AS ids FROM products WHERE id = :partId
       UNION ALL
       SELECT p.id, way.names || p.name, way.ids || p.id
       FROM way JOIN kit_parts k ON k.kit_id = way.id JOIN products p ON p.id = k.product_id
       WHERE way.id <> :kitId AND p.id <> ALL(way.ids)
     )
     SELECT names FROM way WHERE id = :kitId ORDER BY cardinality(ids) LIMIT 1`,
    { kitId, partId },
  );
  return rows[0]?.names;
}

/** How many kits stand within each other at most, from the uppermost one that holds this one down. */
export async function depthAround(tx: Tx, kitId: number): Promise<number> {
  const { rows } = await tx.raw(
    `WITH RECURSIVE up AS (
       SELECT :kitId::bigint AS id, 0 AS depth
       UNION
       SELECT k.kit_id, up.depth + 1 FROM up JOIN kit_parts k ON k.product_id = up.id WHERE up.depth < 20
     ), down AS (
       SELECT :kitId::bigint AS id, 0 AS depth
       UNION
       SELECT k.product_id, down.depth + 1 FROM down JOIN kit_parts k ON k.kit_id = down.id WHERE down.depth < 20
     )
     SELECT (SELECT max(depth) FROM up) + (SELECT max(depth) FROM down) AS depth`,
    { kitId },
  );
  return rows[0].depth;
}

export async function isPart(tx: Tx, productId: number): Promise<boolean> {
  const { rows } = await tx.raw("SELECT EXISTS (SELECT FROM kit_parts WHERE product_id = :productId) AS there", {
    productId,
  });
  return rows[0].there;
}

export async function replaceParts(
  tx: Tx,
  kitId: number,
  parts: readonly { productId: number; quantityMilli: number }[],
): Promise<void> {
  await tx.raw("DELETE FROM kit_parts WHERE kit_id = :kitId", { kitId });
  if (parts.length === 0) return;
  await tx.raw(
    `INSERT INTO kit_parts (kit_id, product_id, quantity_milli)
     SELECT :kitId, * FROM unnest(:ids::bigint[], :quantities::bigint[])`,
    {
      kitId,
      ids: parts.map(({ productId }) => productId),
      quantities: parts.map(({ quantityMilli }) => quantityMilli),
    },
  );
}
