/** What must hold of the stock. */
import type { Invariant } from "../../kernel/invariant.ts";
import { stockThatDiffers } from "./queries/invariants.ts";

export const invariants: Invariant[] = [{ name: "stock_on_hand", check: stockThatDiffers }];
