/** What is to be said of the model: the one that answers, the newest fit, and why there is none. */
import type { ModelRow } from "../queries/models.ts";
import type { Models } from "./models.ts";
import type { Model } from "./space.ts";

export type FitReason =
  | "too_few_products"
  | "no_shared_words"
  | "stopped"
  | "interrupted"
  | "failed"
  | "broken"
  | "not_fitted_yet";

export interface ModelStatus {
  model: Model | undefined;
  /** why there is none */
  reason: FitReason | undefined;
  job: ModelRow | undefined;
}

export async function statusOf(models: Models): Promise<ModelStatus> {
  const model = models.space()?.model;
  const [job] = await models.rows();
  if (model) return { model, reason: undefined, job };
  return { model, reason: (job?.reason as FitReason | null | undefined) ?? "not_fitted_yet", job };
}
