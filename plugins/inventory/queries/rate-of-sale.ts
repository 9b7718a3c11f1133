/** How fast goods go: what was sold by day, less what came back. */
import type { Knex } from "knex";
import type { RateOfSale } from "../api.ts";
import { type BusinessDays, dayOfSql, startOfDaySql } from "./business-days.ts";
import { STORE_COST } from "./rows.ts";

/** products that are held in memory at once */
const PAGE = 5000;

type Asked = BusinessDays & { storeId: number };
type Row = Omit<RateOfSale, "squaresMilli"> & { squares: string; sortKey: string };

/** Of goods that were sold in these business days or have a reorder point, by name, in pages. The last of the days is `today`. */
export async function* ratesOfSale(db: Knex, asked: Asked): AsyncGenerator<RateOfSale[]> {
  let last: Pick<Row, "sortKey" | "productId"> | undefined;
  do {
    const rows = await pageOf(db, asked, last);
    yield rows.map(({ squares, sortKey: _, ...row }) => ({
      ...row,
      squaresMilli: BigInt(squares.split(".")[0] ?? "0"),
    }));
    last = rows.length === PAGE ? rows.at(-1) : undefined;
  } while (last);
}

async function pageOf(db: Knex, asked: Asked, after: Pick<Row, "sortKey" | "productId"> | undefined): Promise<Row[]> {
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
     SELECT p.id AS "productId", p.sort_key AS "sortKey", p.sku, p.name, p.unit, p.reorder_point_milli AS "reorderPointMilli",
       coalesce(i.on_hand_milli, 0) AS "onHandMilli",
       coalesce(bad.milli, 0) AS "expiredMilli", coalesce(coming.milli, 0) AS "inTransitMilli", ${STORE_COST} AS "costMinor",
       EXISTS (SELECT FROM stock_count_lines c WHERE c.open AND c.store_id = :storeId AND c.product_id = p.id) AS counting,
       coalesce(sold.milli, 0) AS "soldMilli", coalesce(sold.squares, '0') AS squares
     FROM products p LEFT JOIN sold ON sold.product_id = p.id
       LEFT JOIN bad ON bad.product_id = p.id LEFT JOIN coming ON coming.product_id = p.id
       LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = :storeId
     WHERE p.active AND p.kind IN ('goods', 'weighed') AND (sold.milli > 0 OR p.reorder_point_milli > 0)
       AND (p.sort_key, p.id) > (:sortKey, cast(:productId AS bigint))
     ORDER BY p.sort_key, p.id LIMIT :most`,
    { ...asked, sortKey: after?.sortKey ?? "", productId: after?.productId ?? 0, most: PAGE },
  );
  return rows;
}
