/** What must hold of the sums: they are those of the documents, each of which is counted once. */
import { allOf, type Invariant } from "../../kernel/invariant.ts";
import { sumChecks, uncounted } from "./queries/invariants.ts";

export const invariants: Invariant[] = [
  { name: "report_sums", check: allOf(sumChecks), parts: sumChecks },
  { name: "report_documents", check: uncounted },
];
