/** Engines in memory that are measured beside the shop's own (own.ts): lunr as it comes, lunr with Spanish and with typing errors, MiniSearch. */
import { createRequire } from "node:module";
import type lunrTypes from "lunr";
import MiniSearch from "minisearch";
import type { Document } from "./sets.ts";

export interface Peer {
  name: string;
  /** ids, best first */
  search(query: string, limit: number): string[];
}

const require = createRequire(import.meta.url);
const lunr = require("lunr") as typeof lunrTypes & { es: lunrTypes.Builder.Plugin };
// they hang themselves onto the lunr that they are given
require("lunr-languages/lunr.stemmer.support")(lunr);
require("lunr-languages/lunr.es")(lunr);

const FIELDS = { name: 3, category: 2, description: 0.5, sku: 2 } as const;
type Field = keyof typeof FIELDS;
const fields = Object.keys(FIELDS) as Field[];

/** One edit for words that are long enough, and the last word as a beginning: what the shop's own index does, as far as lunr can. */
export function lunrPeer(
  documents: readonly Document[],
  { language, fuzzy }: { language?: "es"; fuzzy: boolean },
): Peer {
  const index = lunr(function () {
    if (language) this.use(lunr.es);
    this.ref("id");
    for (const field of fields) this.field(field, { boost: FIELDS[field] });
    for (const one of documents) this.add(one);
  });
  const name = `lunr${language ? ` ${language}` : ""}${fuzzy ? " fuzzy" : ""}`;
  return {
    name,
    search: (text, limit) => {
      // what people type goes to query(): search() has a language of its own
      const found = index.query((query) => {
        const tokens = lunr.tokenizer(text);
        for (const token of tokens) {
          const word = token.toString();
          query.term(word, {});
          if (fuzzy && word.length >= 4) query.term(word, { editDistance: 1, boost: 0.6 });
        }
        const last = tokens.at(-1)?.toString();
        if (fuzzy && last !== undefined)
          query.term(last, { boost: 0.6, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
      });
      return found.slice(0, limit).map(({ ref }) => ref);
    },
  };
}

export function miniSearchPeer(documents: readonly Document[]): Peer {
  const index = new MiniSearch<Document>({ fields, idField: "id" });
  index.addAll(documents);
  const fuzzy = (term: string) => (term.length < 4 ? 0 : term.length < 8 ? 1 : 2);
  return {
    name: "MiniSearch fuzzy",
    search: (text, limit) =>
      index
        .search(text, { boost: { ...FIELDS }, fuzzy, prefix: (_, at, terms) => at === terms.length - 1 })
        .slice(0, limit)
        .map(({ id }) => String(id)),
  };
}
