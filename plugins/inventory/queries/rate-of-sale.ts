/** How fast goods go: what was sold by day, less what came back. */
import type { Knex } from "knex";
import type { RateOfSale } from "../api.ts";
import { type BusinessDays, dayOfSql, startOfDaySql } from "./business-days.ts";
import { STORE_COST } from "./rows.ts";

/** Of goods that were sold in these business days or have a reorder point, by name, at most `most`. The last of the days is `today`. */
export async function ratesOfSale(
  db: Knex,
  asked: BusinessDays & { storeId: number; most: number },
): Promise<RateOfSale[]> {
  const { rows } = await db.raw(
    `WITH by_day AS (
       SELECT product_id, -sum(quantity_milli) AS milli FROM stock_movements
       WHERE store_id = :storeId AND reason IN ('sale', 'return', 'void')
         AND created_at >= ${startOfDaySql("cast(:today AS date) - cast(:days AS int) + 1")}
       GROUP BY product_id, ${dayOfSql("created_at")}
     ), sold AS (
       SELECT product_id, sum(milli)::bigint AS milli, sum(milli * milli)::text AS squares FROM by_day GROUP BY product_id
     ), bad AS (
       SELECT s.product_id, sum(s.on_hand_milli)::bigint AS milli FROM lot_stock s JOIN lots l ON l.id = s.lot_id
       WHERE s.store_id = :storeId AND s.on_hand_milli > 0
         AND l.expires_on < cast(:today AS date)
       GROUP BY s.product_id
     ), coming AS (
       SELECT l.product_id, sum(l.in_transit_milli)::bigint AS milli
       FROM stock_transfers t JOIN stock_transfer_lines l ON l.transfer_id = t.id
       WHERE t.to_store_id = :storeId AND t.state = 'sent' GROUP BY l.product_id
     )
     SELECT p.id AS "productId", p.sku, p.name, p.unit, p.reorder_point_milli AS "reorderPointMilli",
       coalesce(i.on_hand_milli, 0) AS "onHandMilli",
       coalesce(bad.milli, 0) AS "expiredMilli", coalesce(coming.milli, 0) AS "inTransitMilli", ${STORE_COST} AS "costMinor",
       coalesce(sold.milli, 0) AS "soldMilli", coalesce(sold.squares, '0') AS squares
     FROM products p LEFT JOIN sold ON sold.product_id = p.id
       LEFT JOIN bad ON bad.product_id = p.id LEFT JOIN coming ON coming.product_id = p.id
       LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = :storeId
     WHERE p.active AND p.kind IN ('goods', 'weighed') AND (sold.milli > 0 OR p.reorder_point_milli > 0)
     ORDER BY p.sort_key, p.id LIMIT :most`,
    { ...asked },
  );
  return rows.map(({ squares, ...row }: Omit<RateOfSale, "squaresMilli"> & { squares: string }) => ({
    ...row,
    squaresMilli: BigInt(squares.split(".")[0] ?? "0"),
  }));
}
