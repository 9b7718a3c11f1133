/** SQL of the log of searches. */
import type { Knex } from "knex";

export interface Searched {
  query: string;
  folded: string;
  place: "till" | "page" | "api";
  userId: number | undefined;
  results: number;
  milliseconds: number;
  now: Date;
}

export async function insertSearches(db: Knex, searches: readonly Searched[]): Promise<void> {
  await db.raw(
    `INSERT INTO search_log (query, folded, place, user_id, results, milliseconds, created_at)
     SELECT s.query, s.folded, s.place, s.user_id, s.results, s.milliseconds, s.created_at
     FROM jsonb_to_recordset(:searches::jsonb) AS s (query text, folded text, place text, user_id bigint, results int,
       milliseconds real, created_at timestamptz)`,
    {
      searches: JSON.stringify(
        searches.map(({ userId, now, ...rest }) => ({ ...rest, user_id: userId ?? null, created_at: now })),
      ),
    },
  );
}

export async function forgetSearches(db: Knex, before: Date): Promise<number> {
  const { rowCount } = await db.raw("DELETE FROM search_log WHERE created_at < ?", [before]);
  return rowCount;
}

export interface SearchStatistics {
  searches: number;
  without: number;
  slowest: number;
  median: number;
}

export async function statistics(db: Knex, since: Date): Promise<SearchStatistics> {
  const { rows } = await db.raw(
    `SELECT count(*)::int AS searches, (count(*) FILTER (WHERE results = 0))::int AS without,
       coalesce(max(milliseconds), 0)::float8 AS slowest,
       coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds), 0)::float8 AS median
     FROM search_log WHERE created_at >= ?`,
    [since],
  );
  return rows[0];
}

/** What people looked for and did not find, or found, most often first. */
export async function frequent(
  db: Knex,
  since: Date,
  { found, limit }: { found: boolean; limit: number },
): Promise<{ query: string; times: number; last: Date }[]> {
  const { rows } = await db.raw(
    `SELECT min(query) AS query, count(*)::int AS times, max(created_at) AS last FROM search_log
     WHERE created_at >= :since AND (results > 0) = :found AND length(folded) >= 3
     GROUP BY folded ORDER BY count(*) DESC, max(created_at) DESC LIMIT :limit`,
    { since, found, limit },
  );
  return rows;
}

/** One person's, newest first. */
export async function historyOf(
  db: Knex,
  userId: number,
  limit: number,
): Promise<{ query: string; results: number; at: Date }[]> {
  const { rows } = await db.raw(
    "SELECT query, results, created_at AS at FROM search_log WHERE user_id = :userId ORDER BY id DESC LIMIT :limit",
    { userId, limit },
  );
  return rows;
}
