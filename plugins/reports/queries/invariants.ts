/** SQL of the invariants of reports: the sums are those of the documents, and no document is left out. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";
import { docsSql, keysSql, measuresSql, rowsSql, SUMS, type SumTable, tableSql } from "./sums.ts";

/** Sums of a store's day in a table that are not those of the documents that are counted. */
export interface WrongSum {
  table: string;
  storeId: number;
  day: string;
}

/** Of days from one to another, both included; null: without an end. At most so many. */
export async function wrongSumsOf(
  db: Knex,
  { from, to, limit }: { from: string | null; to: string | null; limit: number },
): Promise<WrongSum[]> {
  const wrong: WrongSum[] = [];
  for (const name of SUMS) {
    const { rows } = await db.raw(differenceSql(name), { from, to, limit: limit - wrong.length });
    wrong.push(...rows.map((row: Omit<WrongSum, "table">) => ({ table: tableSql(name), ...row })));
    if (wrong.length >= limit) break;
  }
  return wrong;
}

export const saidOf = ({ table, storeId, day }: WrongSum) =>
  `${table} of store ${storeId} on ${day}: not what its documents add up to`;

/** Days whose sums differ from those of their counted documents, counted anew. */
export async function wrongSums(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const from = since === undefined ? null : dayBefore(since);
  return (await wrongSumsOf(db, { from, to: null, limit })).map(saidOf);
}

// no zone of the earth is further from UTC than that, with its cut-off
function dayBefore(since: Date): string {
  return new Date(since.getTime() - 2 * 86_400_000).toISOString().slice(0, 10);
}

function differenceSql(name: SumTable): string {
  return `WITH ${docsSql("counted")}
    SELECT DISTINCT store_id AS "storeId", to_char(business_date, 'YYYY-MM-DD') AS day
    FROM (${rowsSql(name)}) f FULL JOIN (
      SELECT * FROM ${tableSql(name)} WHERE (cast(:from AS date) IS NULL OR business_date >= cast(:from AS date))
        AND (cast(:to AS date) IS NULL OR business_date <= cast(:to AS date))
    ) k USING (${keysSql(name)})
    WHERE (${measuresSql(name, "f")}) IS DISTINCT FROM (${measuresSql(name, "k")}) LIMIT :limit`;
}

/** Documents of more than an hour ago that no report has, once those of before the plugin are in. */
export async function uncounted(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('%s %s is in no report', s.kind, s.number) AS said
     FROM sales s JOIN stores t ON t.id = s.store_id CROSS JOIN report_progress p
     WHERE NOT t.training AND p.caught_up_at IS NOT NULL AND s.id > p.counted_to AND s.created_at < now() - interval '1 hour'
       AND (cast(:since AS timestamptz) IS NULL
         OR (s.business_date >= cast(:since AS timestamptz)::date - 2 AND s.created_at >= cast(:since AS timestamptz) - interval '1 hour'))
       AND NOT EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id)
     ORDER BY s.id LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map(({ said }: { said: string }) => said);
}
