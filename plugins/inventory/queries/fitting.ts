/** Which products a price or a shelf fits, of all there are, and whose barcode ends so. */
import type { Knex } from "knex";
import type { Figures } from "../api.ts";
import { SELLABLE_JOIN, STORE, type StoreId } from "./rows.ts";

/** In one value: a row for each of a hundred thousand costs more than finding them. `isOwn`: a product's own price is money of the store. */
export async function productsFitting(
  db: Knex,
  { minPriceMinor, maxPriceMinor, inStock }: Figures,
  { storeId, currency, isOwn }: { storeId: StoreId; currency: string; isOwn: boolean },
): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT coalesce(string_agg(id::text, ','), '') AS ids FROM (
       SELECT p.id, CASE WHEN lp.price_minor IS NOT NULL AND l.currency = :currency THEN lp.price_minor
           WHEN :isOwn THEN p.price_minor END AS price,
         CASE WHEN NOT :inStock THEN true
           WHEN p.kind = 'service' THEN true
           WHEN p.kind <> 'kit' THEN i.on_hand_milli > 0
           ELSE inventory_kits_on_hand(p.id, ${STORE}) > 0
             OR NOT EXISTS (SELECT FROM inventory_parts(p.id) part WHERE part.kind IN ('goods', 'weighed')) END AS there
       FROM products p ${SELLABLE_JOIN} WHERE p.active) AS sold
     WHERE there AND (cast(:min AS bigint) IS NULL OR price >= :min) AND (cast(:max AS bigint) IS NULL OR price <= :max)`,
    {
      storeId: storeId ?? null,
      currency,
      isOwn,
      inStock: inStock === true,
      min: minPriceMinor ?? null,
      max: maxPriceMinor ?? null,
    },
  );
  const { ids } = rows[0];
  return ids === "" ? [] : ids.split(",").map(Number);
}

/** Active ones, those with the shortest codes first: of those the end is most. */
export async function productsEnding(db: Knex, figures: string, limit: number): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT p.id FROM product_barcodes b JOIN products p ON p.id = b.product_id
     WHERE reverse(b.code) LIKE reverse(:figures) || '%' AND p.active
     GROUP BY p.id ORDER BY min(length(b.code)), p.id LIMIT :limit`,
    { figures, limit },
  );
  return rows.map(({ id }: { id: number }) => id);
}
