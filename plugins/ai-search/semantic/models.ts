/**
 * The life of the model: loaded when there is a newer one, in step with the catalogue, fitted anew when that has changed much, at
 * night, or when somebody asks. One instance fits, all use what it stored; until then they use what they have.
 */
import { setImmediate as breath } from "node:timers/promises";
import type { Logger } from "pino";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Inventory, ProductText } from "../../inventory/api.ts";
import { embeddingOf, removeEmbeddings } from "../queries/embeddings.ts";
import * as queries from "../queries/models.ts";
import { digestOf, documentTerms } from "./document.ts";
import { createFits, type Fits } from "./fits.ts";
import type { Folded, Space } from "./space.ts";
import { BrokenModel, floatsOf, loadSpace, saveFolded } from "./store.ts";
import { fitInThread } from "./thread.ts";

/** so many products are folded in between two breaths */
const BATCH = 200;
/** a model is fitted anew when so much of the catalogue is not what it was */
const MOST_DRIFT = 0.1;
/** after a fit that failed nobody tries again by himself for so long */
const PATIENCE_MS = 600_000;

/** The catalogue in memory, as far as the model follows it. */
export interface Catalogue {
  ready(): boolean;
  size(): number;
  text(id: number): ProductText | undefined;
  ids(): Iterable<number>;
}

export type Models = ReturnType<typeof createModels>;

export function createModels(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  inventory: Pick<Inventory, "textsAfter">;
  catalogue: Catalogue;
  /** nothing is fitted while the catalogue changes, until it has been quiet for so long */
  quietMs: number;
  thread?: typeof fitInThread;
}) {
  const { db, clock, log, inventory, catalogue, quietMs, thread = fitInThread } = parts;
  const fits: Fits = createFits({ db, log, inventory, thread, expected: () => catalogue.size() });
  let space: Space | undefined;
  /** what changed and was not looked at; undefined: everything is to be looked at */
  let changed: Set<number> | undefined;
  let changedAt = 0;
  /** products that are not what the model was fitted on */
  let drift = new Set<number>();
  let driftBefore = 0;
  /** size of the catalogue of which there was no model to be made */
  let emptyAt = 0;
  let notBefore = 0;
  let stopped = false;
  let working: Promise<void> | undefined;

  const now = () => clock.now().getTime();

  async function load(id: number): Promise<void> {
    try {
      const loaded = await loadSpace(db, id);
      if (!loaded) return;
      const { space: fresh, folded, bad } = loaded;
      if (bad > 0) log.warn({ model: id, vectors: bad }, "stored vectors are damaged and are made again");
      drift = new Set();
      driftBefore = folded + Math.max(0, fresh.model.products - (fresh.vectors.size - folded));
      changed = undefined;
      // the first is used at once; one that takes another's place first learns what came meanwhile
      if (space && catalogue.ready()) await follow(fresh);
      space = fresh;
      log.info(
        { model: id, products: fresh.vectors.size, dimensions: fresh.model.dimensions },
        "a search model is used",
      );
    } catch (error) {
      if (!(error instanceof BrokenModel)) throw error;
      log.error({ err: error, model: id }, "a stored search model is damaged and is fitted again");
      await queries.breakModel(db.primary, id);
      if (space?.model.id === id) space = undefined;
      await fits.begin();
    }
  }

  /** Takes in what changed in the catalogue, and keeps it for those that start later. */
  async function follow(into: Space): Promise<void> {
    const ids = [...(changed ?? new Set([...catalogue.ids(), ...into.vectors.ids()]))];
    const all = changed === undefined;
    changed = new Set();
    for (let from = 0; from < ids.length && !stopped; from += BATCH) {
      const folded: Folded[] = [];
      const gone: number[] = [];
      for (const id of ids.slice(from, from + BATCH)) {
        const text = catalogue.text(id);
        if (!text?.active) {
          if (into.vectors.digest(id) === undefined) continue;
          into.vectors.remove(id);
          gone.push(id);
        } else {
          const terms = documentTerms(text);
          if (into.vectors.digest(id) !== digestOf(terms)) folded.push(into.fold(id, terms));
        }
      }
      for (const id of [...gone, ...folded.map(({ productId }) => productId)]) drift.add(id);
      if (folded.length > 0) await saveFolded(db, into, folded);
      if (gone.length > 0) await removeEmbeddings(db.primary, into.model.id, gone);
      if (all) await breath();
    }
  }

  function isDue(): boolean {
    if (fits.running() || now() < notBefore || now() - changedAt < quietMs) return false;
    if (space) return driftBefore + drift.size > space.model.products * MOST_DRIFT;
    const size = catalogue.size();
    return size >= 2 && Math.abs(size - emptyAt) > emptyAt * MOST_DRIFT;
  }

  async function fitIfDue(): Promise<void> {
    if (!isDue()) return;
    const size = catalogue.size();
    const { id, done } = await fits.begin();
    log.info({ model: id, products: size }, "the catalogue has changed much: a search model is fitted");
    void done?.then((outcome) => {
      if (outcome === "empty") emptyAt = size;
      if (outcome === "failed") notBefore = now() + PATIENCE_MS;
    });
  }

  async function turn(): Promise<void> {
    try {
      const newest = await queries.newestReady(db.primary);
      if (newest !== undefined && newest !== space?.model.id) await load(newest);
      if (!catalogue.ready() || stopped) return;
      if (space) await follow(space);
      await fitIfDue();
    } catch (error) {
      if (!stopped) log.warn({ err: error }, "the search model is not in step");
    }
  }

  return {
    /** Undefined: there is none, or it was not loaded yet. */
    space: (): Space | undefined => space,

    /** These products changed, or, left out, everything may have. */
    changed(ids?: readonly number[]): void {
      if (ids === undefined) changed = undefined;
      else for (const id of ids) changed?.add(id);
      if (ids === undefined || ids.length > 0) changedAt = now();
    },

    /** Looks whether there is a newer model and takes in what changed. */
    wake(): void {
      if (stopped || working) return;
      working = turn().finally(() => {
        working = undefined;
      });
    },

    /** The id of the fit that is under way now, here or elsewhere. */
    async refit(): Promise<number> {
      return (await fits.begin()).id;
    },

    /** At night: anew when anything is not what it was; ends when that is done. */
    async refitIfChanged(signal: AbortSignal): Promise<void> {
      if (space && driftBefore + drift.size === 0) return;
      const { done } = await fits.begin();
      if (!done) return;
      signal.addEventListener("abort", () => fits.abort());
      if (signal.aborted) fits.abort();
      await done;
      // else the night's fit would count as done
      signal.throwIfAborted();
    },

    /** As it is stored, of the model that answers here. */
    async embedding(productId: number): Promise<{ version: number; vector: number[]; norm: number } | undefined> {
      const version = space?.model.id;
      const stored = version === undefined ? undefined : await embeddingOf(db.primary, version, productId);
      return stored && version !== undefined
        ? { version, vector: [...floatsOf(stored.vector)], norm: stored.norm }
        : undefined;
    },

    rows: () => queries.modelRows(db.primary, 5),

    async stop(): Promise<void> {
      stopped = true;
      await Promise.all([fits.stop(), working]);
    },
  };
}
