/** What is bought together: sales by the ledger of stock, without what came back, as far as whoever writes sales tells. */
import type { Database } from "../../kernel/db/database.ts";
import type { BoughtTogether, FindTakenBack } from "./api.ts";
import { boughtTogetherSince } from "./queries/demand.ts";

export function createTogether({ db }: { db: Database }) {
  let takenBack: FindTakenBack = async () => [];
  return {
    registerTakenBack(find: FindTakenBack): void {
      takenBack = find;
    },
    /** See `Inventory.boughtTogether`. */
    of: async (since: Date, most: number, only?: readonly number[]): Promise<BoughtTogether[]> =>
      // of a few products those are asked about that were sold a moment ago
      boughtTogetherSince(only ? db.primary : db.replica, { since, most, only, gone: await takenBack(since) }),
  };
}
