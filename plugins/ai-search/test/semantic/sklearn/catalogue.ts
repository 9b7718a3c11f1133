/**
 * Writes the terms of the corner shop's products and queries, as the analysis has them now, to catalogue.json:
 * `npx tsx plugins/ai-search/test/semantic/sklearn/catalogue.ts && python3 plugins/ai-search/test/semantic/sklearn/make.py`
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cornerShop } from "../../../../../test/bench/search/sets.ts";
import { documentTerms } from "../../../semantic/document.ts";
import { termsOf } from "../../../text/analyze.ts";

const { documents, queries } = cornerShop();
const lines = {
  documents: documents.map((one) => `${one.id} ${documentTerms(one).join(" ")}`),
  queries: queries.map(({ text, judged }) => ({
    terms: termsOf(text).join(" "),
    judged: [...judged].map(([id, gain]) => `${id}=${gain}`).join(" "),
  })),
};
writeFileSync(join(import.meta.dirname, "catalogue.json"), `${JSON.stringify(lines, undefined, 2)}\n`);
