/** What must hold of accounts and points. */
import type { Invariant } from "../../kernel/invariant.ts";
import { accountsThatDiffer } from "./queries/invariants.ts";
import { mergedWrongly } from "./queries/merging.ts";
import { pointsTakenTooOften, pointsThatDiffer } from "./queries/points.ts";

export const invariants: Invariant[] = [
  { name: "customer_balance", check: accountsThatDiffer },
  { name: "customer_points", check: pointsThatDiffer },
  { name: "customer_merged", check: mergedWrongly },
  { name: "sale_points", check: pointsTakenTooOften },
];
