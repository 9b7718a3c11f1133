/** What must hold of the stock. */
import type { Invariant } from "../../kernel/invariant.ts";
import { countsThatDiffer } from "./queries/count-invariants.ts";
import { stockThatDiffers } from "./queries/invariants.ts";
import { lotsThatDiffer } from "./queries/lot-invariants.ts";
import { pricesThatDiffer } from "./queries/price-history.ts";
import { transfersThatDiffer } from "./queries/transfer-invariants.ts";

export const invariants: Invariant[] = [
  { name: "stock_on_hand", check: stockThatDiffers },
  { name: "stock_counts", check: countsThatDiffer },
  { name: "stock_in_transit", check: transfersThatDiffer },
  { name: "stock_lots", check: lotsThatDiffer },
  { name: "price_history", check: pricesThatDiffer },
];
