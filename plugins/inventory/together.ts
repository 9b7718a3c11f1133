/** What is bought together: sales by the ledger of stock, without what came back, as far as whoever writes sales tells. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { snapshot } from "../../kernel/db/snapshot.ts";
import type { BoughtTogether, FindTakenBack } from "./api.ts";
import { boughtTogetherSince, countFurther, countSold } from "./queries/demand.ts";

/** a sale that is written by then has been committed: who stands in line longer is told that it failed */
const SETTLED_MS = 2 * 60_000;

export function createTogether({ db, clock }: { db: Database; clock: Clock }) {
  let takenBack: FindTakenBack = async () => [];

  /** Reads all sales, and keeps how often each product was sold. */
  async function ofAll(since: Date, most: number): Promise<BoughtTogether[]> {
    const gone = await takenBack(since);
    const now = clock.now();
    await db.transaction((tx) => countSold(tx, { since, now, gone }));
    return boughtTogetherSince(db.replica, { since, most, some: undefined, gone });
  }

  /** Those were sold a moment ago: their own sales are read, and of other products what was sold in the last minutes. */
  async function ofSome(since: Date, most: number, ids: readonly number[]): Promise<BoughtTogether[]> {
    const gone = await takenBack(since);
    const until = new Date(clock.now().getTime() - SETTLED_MS);
    const from = await db.transaction((tx) => countFurther(tx, { since, until, gone }));
    return snapshot(db, (tx) => boughtTogetherSince(tx, { since, most, some: { ids, from }, gone }), { gently: true });
  }

  return {
    registerTakenBack(find: FindTakenBack): void {
      takenBack = find;
    },
    /** See `Inventory.boughtTogether`. */
    of: (since: Date, most: number, only?: readonly number[]): Promise<BoughtTogether[]> =>
      only ? ofSome(since, most, only) : ofAll(since, most),
  };
}
