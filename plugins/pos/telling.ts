/** What inventory asks about sales: who bought, for a recall, and what came back, for what is bought together. */
import type { Database } from "../../kernel/db/database.ts";
import type { Inventory } from "../inventory/api.ts";
import { buyersOf } from "./queries/lot-buyers.ts";
import { wholeTakenBack } from "./queries/taken-back.ts";

export function tellInventory(inventory: Pick<Inventory, "registerBuyers" | "registerTakenBack">, db: Database): void {
  inventory.registerBuyers({
    find: (saleIds) => buyersOf(db.replica, saleIds),
    // as their own pages and list ask for; without the plugin of customers nobody has them
    seeNames: "customers.read",
    takeNames: "customers.export",
  });
  // a sale that was voided a moment ago does not count
  inventory.registerTakenBack((since, tx) => wholeTakenBack(tx ?? db.primary, since));
}
