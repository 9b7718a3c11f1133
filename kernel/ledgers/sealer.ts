/**
 * Seals new rows after their commit, in batches, one instance at a time. A head of a chain that sales wrote themselves would be
 * a lock that every register waits for (adr 0005).
 */
import type { Logger } from "pino";
import type { Database } from "../db/database.ts";
import type { Ledger } from "../ledger.ts";
import { addSeal, beginSweep, moveMark, takeTurn, type UnsealedRow, unsealed } from "./seals.ts";

export interface SealerOptions {
  db: Database;
  log: Logger;
  /** asked at each pass: the table of a plugin that is down may not be there */
  ledgers(): readonly Ledger[];
  everyMs?: number;
  batch?: number;
  /** ids before the newest sealed one among which each pass looks for rows that were committed late */
  overlap?: number;
  /** how long ids are waited for that were taken and not yet committed, beside their transactions themselves */
  settleSeconds?: number;
  /** how long `stop` goes on sealing what is left */
  stopMs?: number;
}

export interface Sealer {
  start(): void;
  /** One last pass, so that what was sold today is sealed today. */
  stop(): Promise<void>;
  /** Seals all that is committed now; gives the number of rows. Rows that another instance is sealing are left to it. */
  seal(): Promise<number>;
}

export function createSealer(options: SealerOptions): Sealer {
  const { db, log, ledgers, everyMs = 5000, batch = 1000, overlap = 20_000 } = options;
  const { settleSeconds = 600, stopMs = 8000 } = options;
  let timer: NodeJS.Timeout | undefined;
  let pass: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let deadline = Number.POSITIVE_INFINITY;
  let troubled = false;
  /** by ledger: where the last whole sweep of this process ended */
  const reached = new Map<string, number>();

  /**
   * From the mark when it is to be moved, which needs all to be sealed, or when `whole` is wanted. Between two moves a million rows may
   * lie after the mark, as after an import: then only those near the end are looked at, and one that was committed still later
   * waits for the next move.
   */
  async function sweep(ledger: Ledger, whole: boolean): Promise<number> {
    const begun = await db.transaction((tx) => beginSweep(tx, ledger, settleSeconds));
    const near = whole || begun.due ? 0 : (reached.get(ledger.name) ?? 0) - overlap;
    let sealed = 0;
    let from = Math.max(begun.settledId, near);
    for (;;) {
      const rows = await db.transaction(async (tx) => {
        if (!(await takeTurn(tx, ledger))) return undefined;
        const fresh = await unsealed(tx, ledger, from, batch);
        for (const [storeId, ofStore] of byStore(fresh)) await addSeal(tx, ledger, storeId, ofStore);
        return fresh;
      });
      if (rows === undefined) return sealed;
      sealed += rows.length;
      from = rows.at(-1)?.id ?? from;
      if (rows.length < batch) break;
      if (Date.now() > deadline) return sealed;
    }
    reached.set(ledger.name, Math.max(from, reached.get(ledger.name) ?? 0));
    if (begun.due) await db.transaction((tx) => moveMark(tx, ledger, begun.ended, settleSeconds));
    return sealed;
  }

  async function seal(whole = true): Promise<number> {
    let sealed = 0;
    for (const ledger of ledgers()) sealed += await sweep(ledger, whole);
    return sealed;
  }

  /** The database may be away for a while: said once, tried again at the next pass. */
  async function untroubled(): Promise<void> {
    try {
      await seal(false);
      troubled = false;
    } catch (error) {
      if (!troubled) log.error({ err: error }, "ledgers cannot be sealed for now");
      troubled = true;
    }
  }

  function later(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      pass = untroubled().then(later);
    }, everyMs).unref();
  }

  return {
    start: later,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      deadline = Date.now() + stopMs;
      await pass;
      await untroubled();
    },
    seal: () => seal(),
  };
}

function byStore(rows: readonly UnsealedRow[]): Map<number, UnsealedRow[]> {
  const stores = new Map<number, UnsealedRow[]>();
  for (const row of rows) {
    const ofStore = stores.get(row.storeId);
    if (ofStore) ofStore.push(row);
    else stores.set(row.storeId, [row]);
  }
  return stores;
}
