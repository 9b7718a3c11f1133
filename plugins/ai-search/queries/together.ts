/** SQL of what goes together. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { oftenRead } from "../../../kernel/db/often.ts";
import type { BoughtTogether } from "../../inventory/api.ts";

const BATCH = 5000;

export interface Moves {
  productId: number;
  moves: number;
}

/** Once for each time that it stands among them; those that are sold with `cameBack`, which are among them too, count as moved as well. */
export async function markMoved(tx: Tx, productIds: readonly number[], cameBack: readonly number[]): Promise<void> {
  await tx.raw(
    `INSERT INTO together_moves (product_id, moves)
     SELECT id, count(*) FROM (
       SELECT id FROM unnest(:ids::bigint[]) AS ids (id)
       UNION ALL SELECT DISTINCT product_id FROM bought_together
       WHERE other_id = ANY(:cameBack::bigint[]) AND product_id <> ALL(:cameBack::bigint[])) AS moved
     GROUP BY id ORDER BY id
     ON CONFLICT (product_id) DO UPDATE SET moves = together_moves.moves + excluded.moves`,
    { ids: [...productIds], cameBack: [...cameBack] },
  );
}

/** Those that moved by a fiftieth of their sales, most of all first: of what sells each minute one sale says nothing new. */
export async function movedEnough(db: Knex, limit: number): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT m.product_id AS id FROM together_moves m
     LEFT JOIN LATERAL (SELECT sales FROM bought_together b WHERE b.product_id = m.product_id LIMIT 1) b ON true
     WHERE m.moves >= coalesce(b.sales, 0) / 50.0
     ORDER BY m.moves / greatest(b.sales, 1)::float8 DESC, m.product_id LIMIT :limit`,
    { limit },
  );
  return rows.map(({ id }: { id: number }) => id);
}

/** What moved before sales are counted: what moves meanwhile is counted again. */
export async function movesOf(db: Knex, productIds?: readonly number[]): Promise<Moves[]> {
  const { rows } = await db.raw(
    `SELECT product_id AS "productId", moves FROM together_moves
     WHERE cast(:ids AS bigint[]) IS NULL OR product_id = ANY(cast(:ids AS bigint[]))`,
    { ids: productIds === undefined ? null : [...productIds] },
  );
  return rows;
}

/** The night and the minute write the same rows: one after the other. */
async function alone(tx: Tx): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('bought_together', 0))");
}

async function clearMoves(tx: Tx, counted: readonly Moves[]): Promise<void> {
  const values = { ids: counted.map(({ productId }) => productId), moves: counted.map(({ moves }) => moves) };
  await tx.raw(
    `UPDATE together_moves m SET moves = m.moves - c.moves
     FROM unnest(:ids::bigint[], :moves::int[]) AS c (product_id, moves) WHERE m.product_id = c.product_id`,
    values,
  );
  await tx.raw("DELETE FROM together_moves WHERE moves <= 0 AND product_id = ANY(:ids::bigint[])", { ids: values.ids });
}

/** All at once: whoever reads sees the old table or the new one. */
export async function replaceTogether(
  tx: Tx,
  pairs: readonly BoughtTogether[],
  counted: readonly Moves[],
): Promise<void> {
  await alone(tx);
  await tx.raw("DELETE FROM bought_together");
  await insertPairs(tx, pairs);
  await clearMoves(tx, counted);
}

export async function replaceSome(
  tx: Tx,
  productIds: readonly number[],
  pairs: readonly BoughtTogether[],
  counted: readonly Moves[],
): Promise<void> {
  await alone(tx);
  await tx.raw("DELETE FROM bought_together WHERE product_id = ANY(:ids::bigint[])", { ids: [...productIds] });
  await insertPairs(tx, pairs);
  await clearMoves(tx, counted);
}

async function insertPairs(tx: Tx, pairs: readonly BoughtTogether[]): Promise<void> {
  for (let at = 0; at < pairs.length; at += BATCH) {
    await tx.raw(
      `INSERT INTO bought_together (product_id, other_id, together, sales, score)
       SELECT * FROM jsonb_to_recordset(:pairs::jsonb) AS p (product_id bigint, other_id bigint, together int, sales int, score float8)`,
      {
        pairs: JSON.stringify(
          pairs.slice(at, at + BATCH).map((one) => ({
            product_id: one.productId,
            other_id: one.otherId,
            together: one.together,
            sales: one.sales,
            score: one.score,
          })),
        ),
      },
    );
  }
}

const PARTNERS =
  oftenRead(`SELECT other_id, sum(score)::float8 AS total, (array_agg(product_id ORDER BY score DESC))[1] AS product_id,
     (array_agg(together ORDER BY score DESC))[1] AS together, (array_agg(sales ORDER BY score DESC))[1] AS sales
   FROM bought_together WHERE product_id = ANY(:ids::bigint[]) AND other_id <> ALL(:ids::bigint[])
   GROUP BY other_id ORDER BY total DESC, other_id LIMIT :limit`);

/** Partners of any of these that are none of these, best first. */
export async function partnersOf(
  db: Knex,
  productIds: readonly number[],
  limit: number,
): Promise<{ productId: number; otherId: number; together: number; sales: number; score: number }[]> {
  const { rows } = await PARTNERS(db, { ids: [...productIds], limit });
  return rows.map((row: { product_id: number; other_id: number; together: number; sales: number; total: number }) => ({
    productId: row.product_id,
    otherId: row.other_id,
    together: row.together,
    sales: row.sales,
    score: row.total,
  }));
}
