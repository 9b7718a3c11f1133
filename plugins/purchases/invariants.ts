/** What must hold of buying. */
import type { Invariant } from "../../kernel/invariant.ts";
import { unevenDocuments, unevenOrders } from "./queries/invariants.ts";

export const invariants: Invariant[] = [
  { name: "purchase_documents", check: unevenDocuments },
  { name: "purchase_orders", check: unevenOrders },
];
