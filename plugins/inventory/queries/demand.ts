/** What was sold where business is done, by the ledger of stock: what goes often, and what goes together. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { BoughtTogether, Demand } from "../api.ts";
import { IN_BUSINESS } from "./rows.ts";

/** Documents in which each product was sold, those of `halfLifeDays` ago counting half. */
export async function demandSince(db: Knex, since: Date, now: Date, halfLifeDays: number): Promise<Demand[]> {
  const { rows } = await db.raw(
    `SELECT product_id, count(*)::int AS sales,
       sum(power(0.5, extract(epoch FROM cast(:now AS timestamptz) - created_at) / 86400 / :halfLife::numeric))::float8 AS weight
     FROM stock_movements WHERE document_type = 'sale' AND quantity_milli < 0 AND created_at >= :since AND ${IN_BUSINESS} GROUP BY product_id`,
    { since, now, halfLife: halfLifeDays },
  );
  return rows.map((row: { product_id: number; sales: number; weight: number }) => ({
    productId: row.product_id,
    sales: row.sales,
    weight: row.weight,
  }));
}

/** Of what chance alone would put together so much is taken away: at 1 only rare goods were named, at 0 what stands on every sale. */
const CHANCE = 0.6;
/** so many sales more, with nothing beside them: what was sold twice is sure of nothing */
const SHRINK = 5;
const SOLD_WITH = "AND document_id IN (SELECT document_id FROM lines WHERE product_id = ANY(:ids::bigint[]))";

/** Lines that are sales where business is done, without those that came back. */
const LINES = `gone AS (
       SELECT * FROM unnest(:goneSales::bigint[], :goneProducts::bigint[]) AS g (document_id, product_id)
     ), lines AS NOT MATERIALIZED (
       SELECT m.document_id, m.product_id, m.created_at FROM stock_movements m
       WHERE m.document_type = 'sale' AND m.quantity_milli < 0 AND m.created_at >= :since
         AND m.store_id IN (SELECT id FROM stores WHERE NOT training)
         -- as a join, and with IN_BUSINESS, the planner takes what is left for a single line
         AND (m.document_id, m.product_id) NOT IN (SELECT document_id, product_id FROM gone)
     )`;
/** On how many lines each stands. */
const COUNTED_ALL = `counts AS (SELECT product_id, count(*)::int AS sales FROM lines GROUP BY 1),
     own AS (SELECT * FROM counts)`;
/** The same of a few: of the others as they were counted once, and what was sold since. */
const COUNTED_SOME = `counts AS (
       SELECT product_id, sum(sales)::int AS sales FROM (
         SELECT product_id, sales FROM sold_lines
         UNION ALL SELECT product_id, count(*) FROM lines WHERE created_at >= :from GROUP BY 1) AS parts GROUP BY 1
     ), own AS (
       SELECT product_id, count(*)::int AS sales FROM lines WHERE product_id = ANY(:ids::bigint[]) GROUP BY 1
     )`;

/** Lines that came back. */
type Gone = readonly { saleId: number; productId: number }[];

const goneColumns = (gone: Gone) => ({
  goneSales: gone.map(({ saleId }) => saleId),
  goneProducts: gone.map(({ productId }) => productId),
});

/** For the minutes until the next night: on how many lines since then each product stands. */
export async function countSold(
  tx: Tx,
  { since, until, gone }: { since: Date; until: Date; gone: Gone },
): Promise<void> {
  await aloneAtIt(tx);
  await tx.raw("DELETE FROM sold_lines");
  await tx.raw(
    `INSERT INTO sold_lines (product_id, sales, until)
     WITH ${LINES} SELECT product_id, count(*), cast(:until AS timestamptz) FROM lines WHERE created_at < :until GROUP BY 1`,
    { since, until, ...goneColumns(gone) },
  );
}

/**
 * Adds what was sold since it was counted last, so that each minute reads its own lines alone. What came back since stays in it until
 * the night.
 */
export async function countFurther(
  tx: Tx,
  { since, until, gone }: { since: Date; until: Date; gone: Gone },
): Promise<void> {
  await aloneAtIt(tx);
  const from = (await soldUntil(tx)) ?? since;
  if (from >= until) return;
  await tx.raw(
    `INSERT INTO sold_lines (product_id, sales, until)
     WITH ${LINES} SELECT product_id, count(*), cast(:until AS timestamptz) FROM lines
       WHERE created_at >= :from AND created_at < :until GROUP BY 1 ORDER BY 1
     ON CONFLICT (product_id) DO UPDATE SET sales = sold_lines.sales + excluded.sales, until = excluded.until`,
    { since, from, until, ...goneColumns(gone) },
  );
}

/** What was sold from then on is not counted; undefined: nothing is. A product that nobody bought since keeps the time of its last count. */
export async function soldUntil(db: Knex): Promise<Date | undefined> {
  const { rows } = await db.raw("SELECT max(until) AS until FROM sold_lines");
  return rows[0].until ?? undefined;
}

/** The night and the minute add up the same rows: one after the other. The first of them reads a year, and takes its time. */
async function aloneAtIt(tx: Tx): Promise<void> {
  await tx.raw("SET LOCAL statement_timeout = 0");
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('sold_lines', 0))");
}

/**
 * Pairs that stood on one document, with how often each did: the best `most` partners of each product. A sale of two says more of both
 * than a trolley of thirty says of each two of its goods, so each line of a sale of n counts 1 / (n - 1) for each other one; a pair scores
 * by how much of that goes beyond chance, which is what a product is sold with at all, shared out as all lines are. kernel/adr/0014 has
 * what this names, beside other ways.
 */
export async function boughtTogetherSince(
  db: Knex,
  asked: {
    since: Date;
    most: number;
    /** undefined: all products. What was sold from then on is not counted yet */
    some: { ids: readonly number[]; from: Date } | undefined;
    gone: Gone;
  },
): Promise<BoughtTogether[]> {
  const { since, most, some, gone } = asked;
  const { rows } = await db.raw(
    `WITH ${LINES}, ${some ? COUNTED_SOME : COUNTED_ALL}, baskets AS (
       SELECT document_id, array_agg(DISTINCT product_id) AS products FROM lines
       WHERE true ${some ? SOLD_WITH : ""} GROUP BY 1
     ), pairs AS (
       -- whole millionths: their sum is the same in any order, and quick
       SELECT one, other, count(*)::int AS together, sum(1000000 / (cardinality(products) - 1)) / 1e6 AS weight
       FROM baskets, unnest(products) AS one, unnest(products) AS other
       WHERE one <> other ${some ? "AND one = ANY(:ids::bigint[])" : ""} GROUP BY 1, 2
       HAVING count(*) >= 2
     ), shared AS (
       SELECT product_id, count(*) AS sales FROM baskets, unnest(products) AS product_id WHERE cardinality(products) > 1 GROUP BY 1
     ), scored AS (
       SELECT p.one, p.other, p.together, c.sales,
         (p.weight - cast(:chance AS numeric) * s.sales * d.sales / (SELECT sum(sales) FROM counts))
           / (c.sales + cast(:shrink AS numeric)) AS score
       FROM pairs p JOIN own c ON c.product_id = p.one JOIN counts d ON d.product_id = p.other
       JOIN shared s ON s.product_id = p.one
     ), ranked AS (
       SELECT *, row_number() OVER (PARTITION BY one ORDER BY score DESC, other) AS place FROM scored WHERE score > 0
     )
     SELECT one, other, together, sales, score::float8 FROM ranked WHERE place <= :most ORDER BY one, place`,
    {
      since,
      most,
      chance: CHANCE,
      shrink: SHRINK,
      ...(some ? { ids: [...some.ids], from: some.from } : {}),
      ...goneColumns(gone),
    },
  );
  return rows.map((row: { one: number; other: number; together: number; sales: number; score: number }) => ({
    productId: row.one,
    otherId: row.other,
    together: row.together,
    sales: row.sales,
    score: row.score,
  }));
}
