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

export interface Page {
  ids: number[];
  norms: number[];
  digests: number[];
  /** bytes of each vector */
  lengths: number[];
  /** one after the other */
  vectors: Buffer;
  folded: number;
}

/**
 * Some thousand at once in one value each, as bytes: a row for each product, or an array of numbers written as text, costs more time
 * than the numbers themselves. Ids after the one given.
 */
export async function embeddingsAfter(db: Knex, modelId: number, id: number, limit: number): Promise<Page | undefined> {
  const { rows } = await db.raw(
    `SELECT string_agg(int8send(product_id), '' ORDER BY product_id) AS ids, string_agg(vector, '' ORDER BY product_id) AS vectors,
       string_agg(float4send(norm), '' ORDER BY product_id) AS norms, string_agg(int4send(digest), '' ORDER BY product_id) AS digests,
       string_agg(int4send(octet_length(vector)), '' ORDER BY product_id) AS lengths, (count(*) FILTER (WHERE folded))::int AS folded
     FROM (SELECT product_id, vector, norm, digest, folded FROM product_embeddings
       WHERE model_id = :modelId AND product_id > :id ORDER BY product_id LIMIT :limit) page`,
    { modelId, id, limit },
  );
  const [{ ids, norms, digests, lengths, vectors, folded }] = rows;
  if (ids === null) return undefined;
  return {
    ids: numbers(ids, 8, (at) => Number(ids.readBigInt64BE(at))),
    norms: numbers(norms, 4, (at) => norms.readFloatBE(at)),
    digests: numbers(digests, 4, (at) => digests.readInt32BE(at)),
    lengths: numbers(lengths, 4, (at) => lengths.readInt32BE(at)),
    vectors,
    folded,
  };
}

function numbers(bytes: Buffer, width: number, read: (at: number) => number): number[] {
  return Array.from({ length: bytes.length / width }, (_, place) => read(place * width));
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
