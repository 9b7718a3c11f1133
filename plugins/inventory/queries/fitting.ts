/** Which products a price or a shelf fits, of all there are, and whose barcode ends so. */
import type { Knex } from "knex";
import type { Ending, Figures } from "../api.ts";
import { SELLABLE_JOIN, STORE, type StoreId } from "./rows.ts";

/** In one value: a row for each of a hundred thousand costs more than finding them. `isOwn`: a product's own price is money of the store. */
export async function productsFitting(
  db: Knex,
  { minPriceMinor, maxPriceMinor, inStock }: Figures,
  { storeId, currency, isOwn }: { storeId: StoreId; currency: string; isOwn: boolean },
  of?: readonly number[],
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
       FROM products p ${SELLABLE_JOIN} WHERE p.active ${of === undefined ? "" : "AND p.id = ANY(:of::bigint[])"}) AS sold
     WHERE there AND (cast(:min AS bigint) IS NULL OR price >= :min) AND (cast(:max AS bigint) IS NULL OR price <= :max)`,
    {
      storeId: storeId ?? null,
      currency,
      isOwn,
      inStock: inStock === true,
      min: minPriceMinor ?? null,
      max: maxPriceMinor ?? null,
      ...(of === undefined ? {} : { of: [...of] }),
    },
  );
  const { ids } = rows[0];
  return ids === "" ? [] : ids.split(",").map(Number);
}

/** Active ones, those with the shortest codes first: of those the end is most. Of a product's own code and one of a unit its own. */
export async function productsEnding(db: Knex, figures: string, limit: number): Promise<Ending[]> {
  const { rows } = await db.raw(
    `SELECT e.id, u.id AS unit_id, u.name FROM (
       SELECT p.id, min(length(b.code)) AS length, (array_agg(b.unit_id ORDER BY b.unit_id NULLS FIRST))[1] AS unit_id
       FROM product_barcodes b JOIN products p ON p.id = b.product_id
       WHERE reverse(b.code) LIKE reverse(:figures) || '%' AND p.active
       GROUP BY p.id ORDER BY 2, 1 LIMIT :limit) AS e
     LEFT JOIN product_units u ON u.id = e.unit_id ORDER BY e.length, e.id`,
    { figures, limit },
  );
  return rows.map(({ id, unit_id, name }: { id: number; unit_id: number | null; name: string }) => ({
    productId: id,
    unit: unit_id === null ? undefined : { id: unit_id, name },
  }));
}
