/** SQL of where products stand in a model. */
import type { Knex } from "knex";

export interface Embeddings {
  ids: readonly number[];
  /** ids x dimensions x 4 bytes */
  vectors: Buffer;
  norms: readonly number[];
  digests: readonly number[];
}

/** New ones, or in place of what stood there, when that was made of another text. Products that are gone are left out. */
export async function putEmbeddings(
  db: Knex,
  modelId: number,
  { ids, vectors, norms, digests }: Embeddings,
  { folded, dimensions }: { folded: boolean; dimensions: number },
): Promise<void> {
  await db.raw(
    `INSERT INTO product_embeddings (product_id, model_id, vector, norm, digest, folded)
     SELECT u.id, :modelId, substring(:vectors::bytea FROM ((u.place - 1) * :bytes)::int + 1 FOR :bytes), u.norm, u.digest, :folded
     FROM unnest(:ids::bigint[], :norms::real[], :digests::int[]) WITH ORDINALITY AS u (id, norm, digest, place)
     JOIN products p ON p.id = u.id
     ORDER BY u.id
     ON CONFLICT (product_id, model_id) DO UPDATE
       SET vector = excluded.vector, norm = excluded.norm, digest = excluded.digest, folded = excluded.folded
       WHERE product_embeddings.digest <> excluded.digest OR product_embeddings.vector <> excluded.vector`,
    { modelId, vectors, bytes: dimensions * 4, ids: [...ids], norms: [...norms], digests: [...digests], folded },
  );
}

export async function removeEmbeddings(db: Knex, modelId: number, ids: readonly number[]): Promise<void> {
  await db.raw("DELETE FROM product_embeddings WHERE model_id = :modelId AND product_id = ANY(:ids::bigint[])", {
    modelId,
    ids: [...ids],
  });
}

/** Some thousand at once in one value each: a row for each product costs more time than its numbers. Ids after the one given. */
export async function embeddingsAfter(
  db: Knex,
  modelId: number,
  id: number,
  limit: number,
): Promise<(Embeddings & { lengths: number[]; folded: number }) | undefined> {
  const { rows } = await db.raw(
    `SELECT array_agg(product_id ORDER BY product_id)::text[] AS ids, string_agg(vector, '' ORDER BY product_id) AS vectors,
       array_agg(norm ORDER BY product_id) AS norms, array_agg(digest ORDER BY product_id) AS digests,
       array_agg(octet_length(vector) ORDER BY product_id) AS lengths, (count(*) FILTER (WHERE folded))::int AS folded
     FROM (SELECT product_id, vector, norm, digest, folded FROM product_embeddings
       WHERE model_id = :modelId AND product_id > :id ORDER BY product_id LIMIT :limit) page`,
    { modelId, id, limit },
  );
  const [row] = rows;
  return row?.ids ? { ...row, ids: row.ids.map(Number) } : undefined;
}

export async function embeddingOf(
  db: Knex,
  modelId: number,
  productId: number,
): Promise<{ vector: Buffer; norm: number } | undefined> {
  const { rows } = await db.raw(
    "SELECT vector, norm FROM product_embeddings WHERE model_id = :modelId AND product_id = :productId",
    { modelId, productId },
  );
  return rows[0];
}
