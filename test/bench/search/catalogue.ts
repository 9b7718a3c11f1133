/** Generated catalogues, and what people type into them. */
import { articles } from "../shop/names.ts";
import { createRandom } from "../shop/random.ts";
import { cornerShop, type Document } from "./sets.ts";

export function catalogue(count: number): Document[] {
  return articles(count, createRandom(1)).map(({ sku, name, category }) => ({
    id: sku,
    sku,
    name,
    category,
    description: undefined,
  }));
}

/** coprime to how many there are: each is taken once, and the kinds are mixed, so that whoever is asked but the first has some of each */
const STRIDE = 179;

/** What people type: the corner shop's queries, names of the catalogue as they are and with letters that changed places. */
export function typed(documents: readonly Document[]): string[] {
  const some = documents.filter((_, at) => at % Math.ceil(documents.length / 200) === 0).map(({ name }) => name);
  const swapped = some.map((name) => name.split(" ").slice(0, 3).map(swap).join(" "));
  const commonest = documents
    .slice(0, 12)
    .map(({ name }) => name)
    .join(" ");
  const all = [
    ...cornerShop().queries.map(({ text }) => text),
    ...some,
    ...swapped,
    commonest,
    "500 g",
    "plus",
    "x",
    "a",
    "zzzzzzzzzz",
  ];
  return all.map((_, at) => all[(at * STRIDE) % all.length] as string);
}

export function swap(word: string): string {
  return word.length < 5 ? word : `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
}
