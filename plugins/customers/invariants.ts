/** What must hold of accounts and points. */
import type { Invariant } from "../../kernel/invariant.ts";
import { accountsThatDiffer } from "./queries/invariants.ts";
import { pointsTakenTooOften, pointsThatDiffer } from "./queries/points.ts";

export const invariants: Invariant[] = [
  { name: "customer_balance", check: accountsThatDiffer },
  { name: "customer_points", check: pointsThatDiffer },
  { name: "sale_points", check: pointsTakenTooOften },
];
