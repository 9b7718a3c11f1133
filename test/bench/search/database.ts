/** What a database finds by itself, in the shop's own tables: LIKE, trigrams, full text. */
import type { Knex } from "knex";

export interface DatabasePeer {
  name: string;
  search(query: string, limit: number): Promise<string[]>;
}

const TEXT = "concat_ws(' ', p.name, c.name, p.description)";
const FROM = "products p LEFT JOIN categories c ON c.id = p.category_id";

/** Indexes as somebody would make them who searches that way. */
export async function databasePeers(db: Knex, language: "spanish" | "english"): Promise<DatabasePeer[]> {
  await db.raw(`CREATE TABLE search_peer AS SELECT p.sku, p.name, ${TEXT} AS whole, to_tsvector('${language}',
    unaccent(${TEXT})) AS words FROM ${FROM}`);
  await db.raw("CREATE INDEX ON search_peer USING gin (words)");
  await db.raw("ANALYZE search_peer");
  const ask = async (sql: string, bindings: Record<string, unknown>) =>
    ((await db.raw(sql, bindings as never)).rows as { sku: string }[]).map(({ sku }) => sku);
  return [
    {
      name: "LIKE",
      search: (query, limit) =>
        ask(
          `SELECT sku FROM search_peer WHERE (SELECT bool_and(whole ILIKE '%' || word || '%') FROM unnest(:words::text[]) AS word)
           ORDER BY length(name), sku LIMIT :limit`,
          { words: query.split(/\s+/).map((word) => word.replace(/[\\%_]/g, "\\$&")), limit },
        ),
    },
    {
      name: "pg_trgm",
      search: (query, limit) =>
        ask(
          `SELECT sku FROM search_peer WHERE word_similarity(:query, name) > 0.3
           ORDER BY word_similarity(:query, name) DESC, similarity(:query, name) DESC, sku LIMIT :limit`,
          { query, limit },
        ),
    },
    {
      name: "PostgreSQL full text",
      search: (query, limit) =>
        ask(
          `SELECT sku FROM search_peer, plainto_tsquery('${language}', unaccent(:query)) AS q WHERE words @@ q
           ORDER BY ts_rank_cd(words, q) DESC, length(name), sku LIMIT :limit`,
          { query, limit },
        ),
    },
  ];
}
