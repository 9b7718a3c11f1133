/** What is bought together: sales by the ledger of stock, without what came back, as far as whoever writes sales tells. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { snapshot } from "../../kernel/db/snapshot.ts";
import type { BoughtTogether, FindTakenBack } from "./api.ts";
import { boughtTogetherSince, countFurther, countSold, soldUntil } from "./queries/demand.ts";

/** sales of until then have been committed, but for one that stood in several lines after each other: those the next night counts */
const SETTLED_MS = 2 * 60_000;

export function createTogether({ db, clock }: { db: Database; clock: Clock }) {
  let takenBack: FindTakenBack = async () => [];
  const settled = () => new Date(clock.now().getTime() - SETTLED_MS);

  /** Reads all sales, and keeps how often each product was sold. */
  async function ofAll(since: Date, most: number): Promise<BoughtTogether[]> {
    const gone = await takenBack(since);
    await db.transaction((tx) => countSold(tx, { since, until: settled(), gone }));
    return boughtTogetherSince(db.replica, { since, most, some: undefined, gone });
  }

  /** Those were sold a moment ago: their own sales are read, and of other products what was sold in the last minutes. */
  async function ofSome(since: Date, most: number, ids: readonly number[]): Promise<BoughtTogether[]> {
    const gone = await snapshot(db, (tx) => takenBack(since, tx), { gently: true, limited: true });
    await db.transaction((tx) => countFurther(tx, { since, until: settled(), gone }));
    // what is counted and what is not, of one moment: the night may count in between
    const asked = async (tx: Tx) => {
      const from = (await soldUntil(tx)) ?? since;
      return boughtTogetherSince(tx, { since, most, some: { ids, from }, gone });
    };
    return snapshot(db, asked, { gently: true, limited: true });
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
