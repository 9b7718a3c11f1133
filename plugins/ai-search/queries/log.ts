/** SQL of the log of searches. */
import type { Knex } from "knex";

export interface Searched {
  query: string;
  folded: string;
  place: "till" | "page" | "api";
  userId: number | undefined;
  results: number;
  milliseconds: number;
  token: string;
  now: Date;
}

/** What somebody took, of a search by its token or of the last one with these words. */
export interface Chosen {
  of: { token: string } | { place: "till"; folded: string };
  userId: number;
  productId: number;
  now: Date;
}

export async function insertSearches(db: Knex, searches: readonly Searched[]): Promise<void> {
  await db.raw(
    `INSERT INTO search_log (query, folded, place, user_id, results, milliseconds, token, created_at)
     SELECT s.query, s.folded, s.place, s.user_id, s.results, s.milliseconds, s.token, s.created_at
     FROM jsonb_to_recordset(:searches::jsonb) AS s (query text, folded text, place text, user_id bigint, results int,
       milliseconds real, token uuid, created_at timestamptz)`,
    {
      searches: JSON.stringify(
        searches.map(({ query, folded, place, userId, results, milliseconds, token, now }) => ({
          query,
          folded,
          place,
          user_id: userId ?? null,
          results,
          milliseconds,
          token,
          created_at: now,
        })),
      ),
    },
  );
}

/** The first choice of a search stays. False: there is no such search, or not yet. */
export async function markChosen(db: Knex, chosen: Chosen): Promise<boolean> {
  const { of, productId, userId, now } = chosen;
  if ("token" in of) {
    const { rowCount } = await db.raw(
      "UPDATE search_log SET product_id = coalesce(product_id, :productId) WHERE token = :token AND user_id = :userId",
      { productId, userId, token: of.token },
    );
    return rowCount > 0;
  }
  const { rowCount } = await db.raw(
    `UPDATE search_log SET product_id = coalesce(product_id, :productId) WHERE id = (
       SELECT id FROM search_log WHERE user_id = :userId AND place = :place AND folded = :folded
         AND created_at > cast(:now AS timestamptz) - interval '1 hour' ORDER BY id DESC LIMIT 1)`,
    { productId, userId, place: of.place, folded: of.folded, now },
  );
  return rowCount > 0;
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
