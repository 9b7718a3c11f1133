/** The thread in which a model is fitted: nothing of it runs where the till is answered. */
import { parentPort } from "node:worker_threads";
import { Collection, type Fit, type FitParameters, type NoFit } from "./collection.ts";
import { type Described, documentTerms } from "./document.ts";

export type Ask = { kind: "texts"; texts: Described[] } | { kind: "fit"; parameters: FitParameters };
export type Tell = { kind: "taken" } | { kind: "progress"; share: number } | { kind: "fit"; fit: Fit | NoFit };

const collection = new Collection();

parentPort?.on("message", (ask: Ask) => {
  const tell = (told: Tell, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(told, transfer);
  if (ask.kind === "texts") {
    for (const text of ask.texts) collection.add(text.id, documentTerms(text));
    return tell({ kind: "taken" });
  }
  const fit = collection.fit(ask.parameters, (share) => tell({ kind: "progress", share }));
  if ("empty" in fit) return tell({ kind: "fit", fit });
  const large = [fit.vectors, fit.components, fit.vocabulary.idf, fit.norms, fit.digests];
  return tell(
    { kind: "fit", fit },
    large.map(({ buffer }) => buffer as ArrayBuffer),
  );
});
