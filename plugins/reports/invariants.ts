/** What must hold of the sums: they are those of the documents, each of which is counted once. */
import type { Invariant } from "../../kernel/invariant.ts";
import { sumChecks, uncounted, wrongSums } from "./queries/invariants.ts";

export const invariants: Invariant[] = [
  { name: "report_sums", check: wrongSums, parts: sumChecks },
  { name: "report_documents", check: uncounted },
];
