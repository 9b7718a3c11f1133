/** SQL of what the log of searches says about some days. */
import type { Knex } from "knex";

/** Days of the shop, both included. */
export interface Days {
  /** YYYY-MM-DD */
  from: string;
  to: string;
  timeZone: string;
}

const IN_DAYS = `created_at >= cast(:from AS date)::timestamp AT TIME ZONE :timeZone
  AND created_at < (cast(:to AS date) + 1)::timestamp AT TIME ZONE :timeZone`;

export interface Totals {
  searches: number;
  without: number;
  /** searches of which a result was taken */
  chosen: number;
  /** those of which one could be: found something, by a person at the till or on the page */
  offered: number;
  medianMs: number;
  p95Ms: number;
  slowestMs: number;
}

export async function totalsOf(db: Knex, days: Days): Promise<Totals> {
  const { rows } = await db.raw(
    `SELECT count(*)::int AS searches, (count(*) FILTER (WHERE results = 0))::int AS without,
       (count(*) FILTER (WHERE product_id IS NOT NULL))::int AS chosen,
       (count(*) FILTER (WHERE results > 0 AND (place <> 'api' OR product_id IS NOT NULL)))::int AS offered,
       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds), 0)::float8 AS "medianMs",
       coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY milliseconds), 0)::float8 AS "p95Ms",
       coalesce(max(milliseconds), 0)::float8 AS "slowestMs"
     FROM search_log WHERE ${IN_DAYS}`,
    { ...days },
  );
  return rows[0];
}

export interface Searching {
  query: string;
  times: number;
  /** times that nothing was found */
  without: number;
  chosen: number;
  slowestMs: number;
  last: Date;
}

/** `without`: only those that found nothing the last time. */
export type Ranking = "most" | "without" | "slow";

/** What people searched for, each once however it was written; a letter or two say nothing. */
export async function ranked(db: Knex, days: Days, ranking: Ranking, limit: number): Promise<Searching[]> {
  const { rows } = await db.raw(
    `SELECT min(query) AS query, count(*)::int AS times, (count(*) FILTER (WHERE results = 0))::int AS without,
       (count(*) FILTER (WHERE product_id IS NOT NULL))::int AS chosen, max(milliseconds)::float8 AS "slowestMs",
       max(created_at) AS last
     FROM search_log WHERE ${IN_DAYS} AND length(folded) >= 3
     GROUP BY folded
     HAVING :ranking <> 'without' OR (array_agg(results ORDER BY id DESC))[1] = 0
     ORDER BY CASE :ranking WHEN 'slow' THEN max(milliseconds)::float8
         WHEN 'without' THEN (count(*) FILTER (WHERE results = 0))::float8 ELSE count(*)::float8 END DESC,
       max(created_at) DESC, min(query) LIMIT :limit`,
    { ...days, ranking, limit },
  );
  return rows;
}
