/** What must hold of accounts. */
import type { Invariant } from "../../kernel/invariant.ts";
import { accountsThatDiffer } from "./queries/invariants.ts";

export const invariants: Invariant[] = [{ name: "customer_balance", check: accountsThatDiffer }];
