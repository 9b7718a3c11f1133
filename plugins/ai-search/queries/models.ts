/** SQL of the models and of where products stand in them. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

/** Where to begin: version and size of the newest model that can be used. */
export async function newestReady(db: Knex): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT id FROM search_models WHERE state = 'ready' ORDER BY id DESC LIMIT 1");
  return rows[0]?.id;
}

export interface StoredModel {
  id: number;
  products: number;
  dimensions: number;
  vocabulary: unknown;
  idf: Buffer;
  components: Buffer;
  figures: { singular_values: number[]; milliseconds: number };
  checksum: string;
  readyAt: Date;
}

export async function storedModel(db: Knex, id: number): Promise<StoredModel | undefined> {
  const { rows } = await db.raw(
    `SELECT id, products, dimensions, vocabulary, idf, components, figures, checksum, ready_at AS "readyAt"
     FROM search_models WHERE id = ? AND state = 'ready'`,
    [id],
  );
  return rows[0];
}

/** The newest attempts, the newest first, without the large columns. */
export interface ModelRow {
  id: number;
  state: "fitting" | "ready" | "empty" | "failed";
  reason: string | null;
  progress: number;
  products: number;
  dimensions: number;
  terms: number;
  figures: { singular_values: number[]; milliseconds: number } | null;
  createdAt: Date;
  readyAt: Date | null;
}

export async function modelRows(db: Knex, limit: number): Promise<ModelRow[]> {
  const { rows } = await db.raw(
    `SELECT id, state, reason, progress, products, dimensions, coalesce(octet_length(idf) / 4, 0) AS terms, figures,
       created_at AS "createdAt", ready_at AS "readyAt" FROM search_models ORDER BY id DESC LIMIT ?`,
    [limit],
  );
  return rows;
}

/** Undefined: another one is being fitted. Who said nothing for so long is dead, and its fit has failed. */
export async function beginModel(tx: Tx, parameters: object, silentSeconds: number): Promise<number | undefined> {
  await tx.raw(
    `UPDATE search_models SET state = 'failed', reason = 'interrupted'
     WHERE state = 'fitting' AND alive_at < now() - make_interval(secs => :silentSeconds)`,
    { silentSeconds },
  );
  const { rows } = await tx.raw(
    `INSERT INTO search_models (state, parameters) VALUES ('fitting', :parameters::jsonb)
     ON CONFLICT (state) WHERE state = 'fitting' DO NOTHING RETURNING id`,
    { parameters: JSON.stringify(parameters) },
  );
  return rows[0]?.id;
}

export async function fittingModel(db: Knex): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT id FROM search_models WHERE state = 'fitting'");
  return rows[0]?.id;
}

/** False: it was given up, because nothing was heard of it. */
export async function tellProgress(db: Knex, id: number, progress: number): Promise<boolean> {
  const { rowCount } = await db.raw(
    "UPDATE search_models SET progress = :progress, alive_at = now() WHERE id = :id AND state = 'fitting'",
    { id, progress },
  );
  return rowCount === 1;
}

export async function endModel(
  db: Knex,
  id: number,
  state: "empty" | "failed",
  reason: string,
  products: number,
): Promise<void> {
  await db.raw(
    `UPDATE search_models SET state = :state, reason = :reason, products = :products
     WHERE id = :id AND state = 'fitting'`,
    { id, state, reason, products },
  );
}

/** A model that does not hold what it says is none. */
export async function breakModel(db: Knex, id: number): Promise<void> {
  await db.raw("UPDATE search_models SET state = 'failed', reason = 'broken' WHERE id = ? AND state = 'ready'", [id]);
}

export interface FinishedModel {
  products: number;
  dimensions: number;
  terms: readonly string[];
  idf: Buffer;
  components: Buffer;
  figures: { singular_values: number[]; milliseconds: number };
  checksum: string;
}

/** From here on it is the one that is used, everywhere. False: it was given up meanwhile. */
export async function finishModel(tx: Tx, id: number, model: FinishedModel): Promise<boolean> {
  const { terms, figures, ...rest } = model;
  const { rowCount } = await tx.raw(
    `UPDATE search_models SET state = 'ready', progress = 1, products = :products, dimensions = :dimensions,
       vocabulary = :vocabulary::jsonb, idf = :idf, components = :components, figures = :figures::jsonb,
       checksum = :checksum, ready_at = now()
     WHERE id = :id AND state = 'fitting'`,
    { id, ...rest, vocabulary: JSON.stringify(terms), figures: JSON.stringify(figures) },
  );
  return rowCount === 1;
}

/** Older ones, with the places of their products. */
export async function forgetModels(db: Knex, before: number): Promise<void> {
  await db.raw("DELETE FROM search_models WHERE id < ? AND state <> 'fitting'", [before]);
}
