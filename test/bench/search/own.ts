/** The shop's own search in this process: its index of words alone, and with the model of meanings, without what stands around them. */
import { askedPlace, blend } from "../../../plugins/ai-search/blend.ts";
import type { Engine, Found } from "../../../plugins/ai-search/engine.ts";
import { LexicalIndex } from "../../../plugins/ai-search/lexical/index.ts";
import { Collection, PARAMETERS } from "../../../plugins/ai-search/semantic/collection.ts";
import { documentTerms } from "../../../plugins/ai-search/semantic/document.ts";
import { Space } from "../../../plugins/ai-search/semantic/space.ts";
import type { Peer } from "./peers.ts";
import type { Document } from "./sets.ts";

export function ownPeer(documents: readonly Document[]): Peer & { index: LexicalIndex } {
  const index = new LexicalIndex();
  for (const [at, one] of documents.entries()) index.put({ ...one, id: at + 1 });
  index.settle();
  return {
    name: "the index alone",
    index,
    search: (text, limit) => index.search(text, limit).hits.map(({ id }) => documents[id - 1]?.id ?? ""),
  };
}

/** What the engine says of a catalogue whose products have their place for an id. */
export function engineOf(
  index: LexicalIndex,
  documents: readonly Document[],
): Pick<Engine, "begin" | "beginningsNear" | "knows" | "text"> & { search(query: string, limit: number): Found } {
  const textOf = (id: number) => ({ ...(documents[id - 1] as Document), id, active: true });
  return {
    begin: (start, limit, weights) => index.names.begin(start, limit, weights),
    beginningsNear: (start) => index.vocabulary.beginningsNear(start),
    knows: () => true,
    text: textOf,
    search: (query, limit) => {
      const { hits, total, meanings } = index.search(query, limit);
      return { total, meanings, hits: hits.map((hit) => ({ ...hit, text: textOf(hit.id) })) };
    },
  };
}

/** The index with the model; building is both, and the model's rests in memory as a stored one does. */
export function blendedPeer(documents: readonly Document[]): Peer {
  const { index } = ownPeer(documents);
  const engine = engineOf(index, documents);
  const space = spaceOf(documents);
  return {
    name: "words and meaning",
    search: (text, limit) => {
      const found = engine.search(text, limit);
      const asked = askedPlace(space, text, found.meanings);
      const ranked = blend(found, space, asked, engine, limit);
      return ranked.slice(0, limit).map((one) => documents[one.text.id - 1]?.id ?? "");
    },
  };
}

function spaceOf(documents: readonly Document[]): Space {
  const collection = new Collection();
  for (const [at, one] of documents.entries()) collection.add(at + 1, documentTerms(one));
  const fit = collection.fit(PARAMETERS);
  if ("empty" in fit) throw new Error(fit.empty);
  const { vocabulary, components, dimensions, singularValues, ids, vectors, digests } = fit;
  const model = { id: 1, products: ids.length, ...vocabulary, components, dimensions, singularValues };
  const space = new Space({ ...model, readyAt: new Date(0) });
  ids.forEach((id, at) => {
    space.vectors.put(id, vectors.subarray(at * dimensions, (at + 1) * dimensions), digests[at] ?? 0);
  });
  return space;
}
