/** Models and places between memory and tables. What was stored is believed only as far as it adds up. */
import { createHash } from "node:crypto";
import { setImmediate as breath } from "node:timers/promises";
import type { Database } from "../../../kernel/db/database.ts";
import { embeddingsAfter, type Page, putEmbeddings } from "../queries/embeddings.ts";
import { finishModel, type StoredModel, storedModel } from "../queries/models.ts";
import type { Fit } from "./collection.ts";
import { type Folded, Space } from "./space.ts";

const READ_AT_ONCE = 1500;
const WRITTEN_AT_ONCE = 1000;
/** a vector has the length 1 but for the rounding of float32 */
const ROUNDING = 1e-3;

/** A stored model of another size than it says, or with another checksum. */
export class BrokenModel extends Error {}

export interface Loaded {
  space: Space;
  /** products that came or changed after the fit */
  folded: number;
  /** stored vectors that are none: they are made again */
  bad: number;
}

/** Undefined: it is gone. @throws BrokenModel */
export async function loadSpace(db: Database, id: number): Promise<Loaded | undefined> {
  const stored = await storedModel(db.primary, id);
  if (!stored) return undefined;
  const space = new Space(modelOf(stored));
  let [folded, bad] = [0, 0];
  const pageAfter = (product: number) => embeddingsAfter(db.primary, id, product, READ_AT_ONCE);
  let next: ReturnType<typeof pageAfter> | undefined = pageAfter(0);
  while (next) {
    const page: Page | undefined = await next;
    if (!page) break;
    // the server gets the next ones ready meanwhile
    next = page.ids.length < READ_AT_ONCE ? undefined : pageAfter(page.ids.at(-1) ?? 0);
    // whoever breaks off here leaves nobody waiting for it
    next?.catch(() => {});
    let from = 0;
    page.ids.forEach((productId, at) => {
      const bytes = page.lengths[at] ?? 0;
      const unit = bytes === stored.dimensions * 4 ? floatsOf(page.vectors.subarray(from, from + bytes)) : undefined;
      from += bytes;
      if (unit && isUnit(unit, page.norms[at] ?? 0)) space.vectors.put(productId, unit, page.digests[at] ?? 0);
      else bad += 1;
    });
    folded += page.folded;
    await breath();
  }
  return { space, folded, bad };
}

function modelOf(stored: StoredModel) {
  const { id, products, dimensions, vocabulary, readyAt } = stored;
  const terms = vocabulary as string[];
  const [idf, components] = [floatsOf(stored.idf), floatsOf(stored.components)];
  if (!Array.isArray(terms) || idf.length !== terms.length || components.length !== terms.length * dimensions)
    throw new BrokenModel(`model ${id} has another size than it says`);
  if (checksumOf(terms, stored.idf, stored.components) !== stored.checksum)
    throw new BrokenModel(`model ${id} has another checksum than it says`);
  return { id, products, dimensions, terms, idf, components, singularValues: stored.figures.singular_values, readyAt };
}

/** Stores a fit and makes it the one that is used. False: it was given up meanwhile. `onProgress`: 0 to 1. */
export async function saveFit(
  db: Database,
  id: number,
  fit: Fit,
  milliseconds: () => number,
  onProgress: (share: number) => void,
): Promise<boolean> {
  const { dimensions } = fit;
  for (let from = 0; from < fit.ids.length; from += WRITTEN_AT_ONCE) {
    const to = Math.min(from + WRITTEN_AT_ONCE, fit.ids.length);
    const batch = {
      ids: fit.ids.slice(from, to),
      vectors: bytesOf(fit.vectors.subarray(from * dimensions, to * dimensions)),
      norms: [...fit.norms.subarray(from, to)],
      digests: [...fit.digests.subarray(from, to)],
    };
    await putEmbeddings(db.primary, id, batch, { folded: false, dimensions });
    onProgress(to / fit.ids.length);
  }
  const { terms } = fit.vocabulary;
  const [idf, components] = [bytesOf(fit.vocabulary.idf), bytesOf(fit.components)];
  return db.transaction((tx) =>
    finishModel(tx, id, {
      products: fit.ids.length,
      dimensions,
      terms,
      idf,
      components,
      figures: { singular_values: fit.singularValues, milliseconds: milliseconds() },
      checksum: checksumOf(terms, idf, components),
    }),
  );
}

export async function saveFolded(db: Database, space: Space, folded: readonly Folded[]): Promise<void> {
  const { id, dimensions } = space.model;
  const batch = {
    ids: folded.map(({ productId }) => productId),
    vectors: Buffer.concat(folded.map(({ unit }) => bytesOf(unit))),
    norms: folded.map(({ norm }) => norm),
    digests: folded.map(({ digest }) => digest),
  };
  await putEmbeddings(db.primary, id, batch, { folded: true, dimensions });
}

function checksumOf(terms: readonly string[], idf: Buffer, components: Buffer): string {
  return createHash("sha256").update(JSON.stringify(terms)).update(idf).update(components).digest("hex");
}

function isUnit(unit: Float32Array, norm: number): boolean {
  let square = 0;
  for (const value of unit) square += value * value;
  return Math.abs(square - (norm > 0 ? 1 : 0)) < ROUNDING;
}

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

export function floatsOf(bytes: Buffer): Float32Array {
  // a view must begin at a multiple of four
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 4));
}
