/** What is bought together: sales by the ledger of stock, without what came back, as far as whoever writes sales tells. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { BoughtTogether, FindTakenBack } from "./api.ts";
import { boughtTogetherSince, countSold, soldUntil } from "./queries/demand.ts";

export function createTogether({ db, clock }: { db: Database; clock: Clock }) {
  let takenBack: FindTakenBack = async () => [];

  /** Reads all sales, and keeps how often each product was sold. */
  async function ofAll(since: Date, most: number): Promise<BoughtTogether[]> {
    const gone = await takenBack(since);
    const now = clock.now();
    await db.transaction((tx) => countSold(tx, { since, now, gone }));
    return boughtTogetherSince(db.replica, { since, most, some: undefined, gone });
  }

  /** Those were sold a moment ago: their own sales are read, and of other products what was sold since the night. */
  async function ofSome(since: Date, most: number, ids: readonly number[]): Promise<BoughtTogether[]> {
    const [until, gone] = await Promise.all([soldUntil(db.primary), takenBack(since)]);
    return boughtTogetherSince(db.primary, { since, most, some: { ids, from: until ?? since }, gone });
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
