/** Waiting until a shop's search has read its catalogue and answers with a model of it. */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { ApiClient } from "../../harness/api-client.ts";

const LOOK_MS = 50;

export interface Status {
  model: { version: number } | null;
  job: { state: string } | null;
}

export const statusOf = async (api: ApiClient): Promise<Status> =>
  (await api.get<Status>("/api/v2/ai/models/status")).body;

/** Asks for a fit of all that is there now, and waits until its model is the one that answers. */
export async function fitted(api: ApiClient): Promise<void> {
  const { status, text, body } = await api.post<{ job_id: number }>("/api/v2/ai/embeddings/update", {});
  if (status !== 202) throw new Error(`a fit was asked for, and the answer was ${status}: ${text}`);
  await until(async () => {
    const { model, job } = await statusOf(api);
    if (job?.state === "failed" || job?.state === "empty") throw new Error(`the fit is ${job.state}`);
    return model !== null && model.version >= body.job_id;
  });
}

/** Until so many products are found by their words. */
export async function productsRead(api: ApiClient, enough: (count: number) => boolean): Promise<void> {
  await until(async () => enough((await api.get<{ products: number }>("/api/v2/ai/health")).body.products));
}

/** BENCH_PATIENCE_S: how long at most. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  const patience = Number(process.env["BENCH_PATIENCE_S"] ?? 600);
  for (const started = performance.now(); !(await done()); await pause(LOOK_MS))
    if (performance.now() - started > patience * 1000) throw new Error(`not within ${patience} s`);
}
