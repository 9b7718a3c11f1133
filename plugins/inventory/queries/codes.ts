/** SKUs and barcodes: within a shop a code means one product. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface CodeOwner {
  code: string;
  productId: number;
  sku: string;
  name: string;
  /** it is the code of a further unit of the product */
  ofUnit: boolean;
}

/**
 * Those who write codes wait for each other: that a barcode is nobody's SKU is a rule over two tables, which no index keeps.
 * Taken before any row is locked.
 */
export async function lockCodes(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('inventory.codes', 0))");
}

/** Whose the codes are, as SKU or as barcode. A product that has a code both ways is told once. */
export async function ownersOf(db: Knex, codes: readonly string[]): Promise<CodeOwner[]> {
  const { rows } = await db.raw(
    `SELECT sku AS code, id AS "productId", sku, name, false AS "ofUnit" FROM products WHERE sku = ANY(:codes::text[])
     UNION
     SELECT b.code, p.id, p.sku, p.name, b.unit_id IS NOT NULL
     FROM product_barcodes b JOIN products p ON p.id = b.product_id WHERE b.code = ANY(:codes::text[])`,
    { codes: [...codes] },
  );
  return rows;
}

/** Of the products themselves, not of their further units; those without any are left out. */
export async function barcodesOf(db: Knex, productIds: readonly number[]): Promise<ReadonlyMap<number, string[]>> {
  const { rows } = await db.raw(
    `SELECT product_id AS id, array_agg(code ORDER BY code COLLATE "C") AS codes FROM product_barcodes
     WHERE product_id = ANY(:ids::bigint[]) AND unit_id IS NULL GROUP BY product_id`,
    { ids: [...productIds] },
  );
  return new Map(rows.map((row: { id: number; codes: string[] }) => [row.id, row.codes]));
}

/** After `lockCodes` and a look at the owners. Pairs of product and code; the codes of further units stay. */
export async function replaceBarcodes(
  tx: Tx,
  productIds: readonly number[],
  pairs: readonly { productId: number; code: string }[],
): Promise<void> {
  await tx.raw("DELETE FROM product_barcodes WHERE product_id = ANY(:ids::bigint[]) AND unit_id IS NULL", {
    ids: [...productIds],
  });
  if (pairs.length === 0) return;
  await tx.raw("INSERT INTO product_barcodes (product_id, code) SELECT * FROM unnest(:ids::bigint[], :codes::text[])", {
    ids: pairs.map((pair) => pair.productId),
    codes: pairs.map((pair) => pair.code),
  });
}
