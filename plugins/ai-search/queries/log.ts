/** SQL of the log of searches. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

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

/** Those who write searches down do not wait for each other, but for whoever has some forgotten. Answers the database's time. */
export async function beginWriting(tx: Tx): Promise<Date> {
  await tx.raw("SELECT pg_advisory_xact_lock_shared(hashtextextended('search_log', 0))");
  const { rows } = await tx.raw("SELECT clock_timestamp() AS now");
  return rows[0].now;
}

/** After `beginWriting`. `madeAt`: by the clock of the database; whose searches of then were forgotten since is not written down. */
export async function insertSearches(tx: Tx, searches: readonly (Searched & { madeAt: Date })[]): Promise<void> {
  await tx.raw(
    `INSERT INTO search_log (query, folded, place, user_id, results, milliseconds, token, created_at)
     SELECT s.query, s.folded, s.place, CASE WHEN f.user_id IS NULL THEN s.user_id END, s.results, s.milliseconds,
       CASE WHEN f.user_id IS NULL THEN s.token END, s.created_at
     FROM jsonb_to_recordset(:searches::jsonb) AS s (query text, folded text, place text, user_id bigint, results int,
       milliseconds real, token uuid, created_at timestamptz, made_at timestamptz)
     LEFT JOIN search_forgotten f ON f.user_id = s.user_id AND f.at >= s.made_at`,
    {
      searches: JSON.stringify(
        searches.map(({ query, folded, place, userId, results, milliseconds, token, now, madeAt }) => ({
          query,
          folded,
          place,
          user_id: userId ?? null,
          results,
          milliseconds,
          token,
          created_at: now,
          made_at: madeAt,
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

/**
 * Whose they were is forgotten, and which page they stood on, also of those that any instance has yet to write down; what was searched
 * for stays in the figures. Answers how many.
 */
export async function forgetUser(tx: Tx, userId: number): Promise<number> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('search_log', 0))");
  await tx.raw(
    `INSERT INTO search_forgotten (user_id, at) VALUES (?, clock_timestamp())
     ON CONFLICT (user_id) DO UPDATE SET at = excluded.at`,
    [userId],
  );
  const { rowCount } = await tx.raw("UPDATE search_log SET user_id = NULL, token = NULL WHERE user_id = ?", [userId]);
  return rowCount;
}

/** Nobody holds searches for an hour. */
export async function clearForgotten(db: Knex): Promise<void> {
  await db.raw("DELETE FROM search_forgotten WHERE at < now() - interval '1 hour'");
}

/** Whose searches are known. A step in the index for each: a log is long, and people are few. */
export async function searchers(db: Knex): Promise<number[]> {
  const { rows } = await db.raw(
    `WITH RECURSIVE one AS (
       SELECT min(user_id) AS id FROM search_log WHERE user_id IS NOT NULL
       UNION ALL
       SELECT (SELECT min(user_id) FROM search_log WHERE user_id > one.id) FROM one WHERE one.id IS NOT NULL)
     SELECT id FROM one WHERE id IS NOT NULL`,
  );
  return rows.map(({ id }: { id: number }) => id);
}

export interface Written {
  id: number;
  query: string;
  folded: string;
  results: number;
  at: Date;
}

/** Those that may be about a person: with a word that begins like one of the names, or with digits of a number. */
export async function candidates(
  db: Knex,
  { beginnings, numbers }: { beginnings: readonly string[]; numbers: readonly string[] },
): Promise<Written[]> {
  const { rows } = await db.raw(
    `SELECT id, query, folded, results, created_at AS at FROM search_log
     CROSS JOIN LATERAL (SELECT regexp_replace(query, '[^0-9]', '', 'g') AS digits) AS d
     WHERE ' ' || folded LIKE ANY(:patterns::text[]) OR (length(digits) >= 6 AND EXISTS (
       SELECT FROM unnest(:numbers::text[]) AS n WHERE n LIKE '%' || digits || '%' OR digits LIKE '%' || n || '%'))
     ORDER BY id`,
    { patterns: beginnings.map((beginning) => `% ${beginning}%`), numbers: [...numbers] },
  );
  return rows;
}

export async function deleteSearches(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.raw("DELETE FROM search_log WHERE id = ANY(:ids::bigint[])", { ids: [...ids] });
}
