/** What the routes of buying are given. */
import type { Database } from "../../../kernel/db/database.ts";
import type { Inventory } from "../../inventory/api.ts";
import type { Deliveries } from "../deliveries.ts";
import type { Orders } from "../orders.ts";
import type { Suppliers } from "../suppliers.ts";

export interface BuyingRoutes {
  suppliers: Suppliers;
  orders: Orders;
  deliveries: Deliveries;
  inventory: Inventory;
  transaction: Database["transaction"];
}
