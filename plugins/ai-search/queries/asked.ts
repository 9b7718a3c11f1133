/** SQL of what people look for. */
import type { Knex } from "knex";

/** Searches that found something, those of `halfLifeDays` ago counting half; only what was asked so often, on so many days. */
export async function askedSince(
  db: Knex,
  asks: { since: Date; now: Date; halfLifeDays: number; least: { times: number; days: number }; limit: number },
): Promise<{ folded: string; text: string; weight: number }[]> {
  const { least, ...bindings } = asks;
  const { rows } = await db.raw(
    `SELECT folded, min(lower(query)) AS text,
       sum(power(0.5, extract(epoch FROM cast(:now AS timestamptz) - created_at) / 86400 / :halfLifeDays::numeric))::float8 AS weight
     FROM search_log WHERE created_at >= :since AND results > 0 AND length(folded) >= 3
     GROUP BY folded HAVING count(*) >= :times AND count(DISTINCT created_at::date) >= :days
     ORDER BY weight DESC, folded LIMIT :limit`,
    { ...bindings, ...least },
  );
  return rows;
}
