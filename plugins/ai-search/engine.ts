/** The catalogue in memory: read at the start, in step with what changes anywhere, found by words. */
import { performance } from "node:perf_hooks";
import { setImmediate as breath } from "node:timers/promises";
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { fold } from "../../kernel/text.ts";
import type { Inventory, ProductText } from "../inventory/api.ts";
import { type Hit, LexicalIndex, type Meaning } from "./lexical/index.ts";
import { Synonyms } from "./lexical/synonyms.ts";
import { changesAfter, DEMAND_CHANGED, FORGOTTEN, lastChange, SYNONYMS_CHANGED } from "./queries/changes.ts";
import { termsOfWord, wordsOf } from "./text/analyze.ts";
import { Texts } from "./texts.ts";

/** so many are put in order by their names too */
const POOL = 100;
const BATCH = 500;
const POLL_MS = 500;
/** a larger share of dead documents is taken out */
const MOST_WASTE = 0.3;

export interface Found {
  hits: (Hit & { text: ProductText })[];
  /** with those beyond the limit */
  total: number;
  meanings: Meaning[];
}

export interface EngineState {
  ready: boolean;
  products: number;
  terms: number;
  /** milliseconds that the last reading of the catalogue took */
  builtMs: number;
  builtAt: Date | undefined;
}

/** Whoever keeps something of its own about the products that are known here. */
export interface Follower {
  /** These changed; left out: everything was read again. */
  changed(ids?: readonly number[]): void;
  /** Everything that changed up to now was told. */
  wake(): void;
}

/** What is called so, or begins so, stands before what only mentions it. */
function nearness(name: string, query: string): number {
  if (name === query) return 2;
  return name.startsWith(query) ? 1.4 : 1;
}

const same = (one: ProductText, other: ProductText): boolean =>
  one.name === other.name &&
  one.sku === other.sku &&
  one.category === other.category &&
  one.brand === other.brand &&
  one.description === other.description &&
  one.active === other.active;

export type Engine = ReturnType<typeof createEngine>;

export function createEngine(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  inventory: Pick<Inventory, "textsAfter" | "textsOf">;
  /** groups of words that mean the same */
  synonyms(): Promise<string[][]>;
  /** what sells, and what people look for, is to be counted anew */
  onDemand?(): void;
  /** seconds from a change to being found here */
  onLag?(seconds: number): void;
}) {
  const { db, clock, log, inventory } = parts;
  let index: LexicalIndex | undefined;
  const texts = new Texts();
  /** false: a reading broke off, and `texts` may be ahead of the index */
  let inStep = false;
  let seen = 0;
  let edition = 0;
  let builtMs = 0;
  let builtAt: Date | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let follower: Follower | undefined;

  /** In batches with a breath between them: the till goes on meanwhile. */
  async function build(): Promise<void> {
    const started = clock.now().getTime();
    inStep = false;
    const from = await lastChange(db.primary);
    parts.onDemand?.();
    const fresh = new LexicalIndex();
    fresh.synonyms = new Synonyms(await parts.synonyms());
    let after = 0;
    for (;;) {
      const batch = await inventory.textsAfter(after, BATCH);
      for (const text of batch) {
        // products are never deleted: the same texts do for the old index and the new one
        texts.put(text);
        if (text.active) fresh.put(text);
      }
      after = batch.at(-1)?.id ?? after;
      if (batch.length < BATCH || stopped) break;
      await breath();
    }
    fresh.settle();
    index = fresh;
    edition += 1;
    inStep = true;
    seen = from;
    builtAt = clock.now();
    builtMs = builtAt.getTime() - started;
    follower?.changed();
  }

  /** What changed since: products that were renamed, added or retired. Who slept so long that changes were forgotten reads everything again. */
  async function catchUp(): Promise<void> {
    if (!index) return;
    for (;;) {
      const asked = performance.now();
      const changes = await changesAfter(db.primary, seen, BATCH);
      const told = new Set(changes.map(({ productId }) => productId));
      if (told.has(FORGOTTEN)) {
        log.warn("changes of products were missed: the catalogue is read again");
        return build();
      }
      if (told.has(DEMAND_CHANGED)) parts.onDemand?.();
      if (told.has(SYNONYMS_CHANGED)) index.synonyms = new Synonyms(await parts.synonyms());
      const ids = [...told].filter((id) => id > 0);
      const now = new Map((ids.length > 0 ? await inventory.textsOf(ids) : []).map((text) => [text.id, text]));
      for (const id of ids) {
        const text = now.get(id);
        const before = texts.get(id);
        // a new price, as fifty thousand of them may come at once, changes nothing that is searched
        if (inStep && text && before && same(text, before)) continue;
        if (text) texts.put(text);
        if (text?.active) index.put(text);
        else index.remove(id);
        follower?.changed([id]);
      }
      seen = changes.at(-1)?.id ?? seen;
      if (changes.length > 0) edition += 1;
      const since = (performance.now() - asked) / 1000;
      for (const { age } of changes) if (age !== undefined) parts.onLag?.(Math.max(0, age) + since);
      if (changes.length < BATCH || stopped) break;
      await breath();
    }
    if (index.waste > MOST_WASTE) await index.compact(breath);
  }

  async function turn(): Promise<void> {
    try {
      if (!index) await build();
      await catchUp();
    } catch (error) {
      if (!stopped) log.warn({ err: error }, "the search index is not in step");
    }
    follower?.wake();
  }

  function wake(): void {
    if (stopped || working) return;
    working = turn().finally(() => {
      working = undefined;
    });
  }

  return {
    state: (): EngineState => ({
      ready: index !== undefined,
      products: index?.size ?? 0,
      terms: index?.vocabulary.size ?? 0,
      builtMs,
      builtAt,
    }),

    /** Those that `keep` does not leave out. Undefined: the catalogue was not read yet. */
    search(query: string, limit: number, keep?: (productId: number) => boolean): Found | undefined {
      if (!index) return undefined;
      const { hits, total, meanings } = index.search(query, Math.max(limit, POOL), keep);
      const start = fold(query);
      const { names } = index;
      const known = hits.flatMap((hit) => {
        const text = texts.get(hit.id);
        return text ? [{ ...hit, score: hit.score * nearness(names.folded(hit.id) ?? "", start), text }] : [];
      });
      known.sort((a, b) => b.score - a.score || a.text.name.length - b.text.name.length || a.id - b.id);
      return { hits: known.slice(0, limit), total, meanings };
    },

    /** Products whose folded name begins so, those of most weight first. */
    begin: (start: string, limit: number, weights: ReadonlyMap<number, number>): number[] =>
      index?.names.begin(start, limit, weights) ?? [],
    /** How words of the catalogue begin that are one letter from this beginning. */
    beginningsNear: (start: string): string[] => index?.vocabulary.beginningsNear(start) ?? [],
    /** Whether each word stands in the catalogue as it is. */
    knows: (text: string): boolean => {
      const words = wordsOf(text);
      return words.length > 0 && words.every((word) => (index?.frequency(termsOfWord(word)[0] ?? "") ?? 0) > 0);
    },
    /** How telling a term is here, as scikit-learn smooths it: ln((1 + n) / (1 + df)) + 1. */
    idf: (term: string): number => {
      const size = index?.size ?? 0;
      return Math.log((1 + size) / (1 + Math.min(size, index?.frequency(term) ?? 0))) + 1;
    },
    /** All terms; the same array grows. */
    terms: (): readonly string[] => index?.vocabulary.terms ?? [],

    /** another number as soon as anything that is known here changed */
    edition: (): number => edition,

    text: (productId: number): ProductText | undefined => texts.get(productId),
    /** of everything that is known, active or not */
    ids: (): Iterable<number> => texts.ids(),
    follow(by: Follower): void {
      follower = by;
    },
    wake,

    /** Reads everything again, e.g. because somebody asks for it. */
    async rebuild(): Promise<void> {
      await working;
      working = build().finally(() => {
        working = undefined;
      });
      await working;
    },

    start(): void {
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await working;
    },
  };
}
