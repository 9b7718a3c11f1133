/** What a database finds by itself, of the same texts in tables of its own: LIKE, trigrams, full text, each with the index that helps it. */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { testDatabase } from "../../harness/postgres.ts";
import type { Document } from "./sets.ts";

export interface DatabasePeer {
  name: string;
  buildMs: number;
  /** of its table and its indexes */
  megabytes: number;
  search(query: string, limit: number): Promise<string[]>;
}

export interface DatabasePeers {
  peers: DatabasePeer[];
  /** milliseconds of the processor that the database has spent for this connection up to now; where no system tells: of the clock */
  spentMs(): Promise<number>;
  close(): Promise<void>;
}

const WHOLE = "concat_ws(' ', name, category, description)";
const NEAR = 0.3;

export async function databasePeers(
  documents: readonly Document[],
  language: "spanish" | "english",
): Promise<DatabasePeers> {
  const database = await testDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  const close = async () => {
    await client.end();
    await database.drop();
  };
  try {
    const ask = async (sql: string, values: unknown[]) =>
      (await client.query<{ sku: string }>(sql, values)).rows.map(({ sku }) => sku);
    const processId = (await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid")).rows[0]?.pid ?? 0;
    const spentMs = () => processorMs(processId);
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_trgm");
    await client.query("CREATE EXTENSION IF NOT EXISTS unaccent");
    // all of it is done by the one process that is counted
    await client.query("SET max_parallel_workers_per_gather = 0");
    await client.query("SET max_parallel_maintenance_workers = 0");
    await client.query(`SET pg_trgm.word_similarity_threshold = ${NEAR}`);
    await client.query("CREATE TABLE goods (sku text, name text, category text, description text)");
    await client.query("INSERT INTO goods SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])", [
      documents.map(({ id }) => id),
      documents.map(({ name }) => name),
      documents.map(({ category }) => category ?? null),
      documents.map(({ description }) => description ?? null),
    ]);
    const built = async (table: string, columns: string, index: string) => {
      const started = await spentMs();
      await client.query(`CREATE TABLE ${table} AS SELECT sku, name, ${columns} FROM goods`);
      await client.query(`CREATE INDEX ON ${table} USING gin (${index})`);
      const buildMs = (await spentMs()) - started;
      await client.query(`VACUUM ANALYZE ${table}`);
      const { rows } = await client.query<{ bytes: string }>("SELECT pg_total_relation_size($1) AS bytes", [table]);
      return { buildMs, megabytes: Number(rows[0]?.bytes) / 1024 / 1024 };
    };
    const peers: DatabasePeer[] = [
      {
        name: "LIKE",
        ...(await built("by_like", `${WHOLE} AS whole`, "whole gin_trgm_ops")),
        search: (query, limit) => {
          const words = query.split(/\s+/).map((word) => word.replace(/[\\%_]/g, "\\$&"));
          const each = words.map((_, at) => `whole ILIKE '%' || $${at + 2}::text || '%'`).join(" AND ");
          return ask(`SELECT sku FROM by_like WHERE ${each} ORDER BY length(name), sku LIMIT $1`, [limit, ...words]);
        },
      },
      {
        name: "pg_trgm",
        ...(await built("by_trigrams", "NULL", "name gin_trgm_ops")),
        search: (query, limit) =>
          ask(
            `SELECT sku FROM by_trigrams WHERE $1::text <% name
             ORDER BY word_similarity($1, name) DESC, similarity($1, name) DESC, sku LIMIT $2`,
            [query, limit],
          ),
      },
      {
        name: "PostgreSQL full text",
        ...(await built("by_words", `to_tsvector('${language}', unaccent(${WHOLE})) AS words`, "words")),
        search: (query, limit) =>
          ask(
            `SELECT sku FROM by_words, plainto_tsquery('${language}', unaccent($1)) AS q WHERE words @@ q
             ORDER BY ts_rank_cd(words, q) DESC, length(name), sku LIMIT $2`,
            [query, limit],
          ),
      },
    ];
    return { peers, spentMs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As the scheduler counts it, in nanoseconds: what `stat` beside it says comes in hundredths of a second. */
async function processorMs(pid: number): Promise<number> {
  const counted = await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => undefined);
  return counted === undefined ? performance.now() : Number(counted.split(" ")[0]) / 1e6;
}
