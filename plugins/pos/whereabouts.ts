/** In which store carts, sales, shifts and registers are; undefined for what is not there. */
import type { Database } from "../../kernel/db/database.ts";
import { type Choice, registerToUse } from "./queries/carts.ts";
import { storeOfJob } from "./queries/print-jobs.ts";
import * as queries from "./queries/whereabouts.ts";

export type Whereabouts = ReturnType<typeof createWhereabouts>;

export function createWhereabouts(db: Database) {
  return {
    ofCart: (id: string) => queries.storeOfCart(db.primary, id),
    ofSale: (id: number) => queries.storeOfSale(db.primary, id),
    ofShift: (id: number) => queries.storeOfShift(db.primary, id),
    ofCollection: (id: number) => queries.storeOfCollection(db.primary, id),
    ofPrintJob: (id: number) => storeOfJob(db.primary, id),
    ofIntent: (id: string) => queries.storeOfIntent(db.primary, id),
    ofRegister: (id: number) => queries.storeOfRegister(db.primary, id),
    ofTill: async (choice: Choice) => (await registerToUse(db.primary, choice))?.storeId,
  };
}
