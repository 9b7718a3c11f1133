/** A long list of customers while the program is killed: it goes on where it was, and nobody is there twice. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "mocha";
import { createApiClient } from "../harness/api-client.ts";
import { until } from "../harness/until.ts";
import { startApp } from "./app.ts";
import { openForBusiness } from "./clients.ts";

const ROWS = 20_000;

interface Job {
  status: string;
  processed: number;
  created: number;
  unchanged: number;
  failed: number;
}

describe("a list of customers while the program is killed", () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  it("kill -9 in the check and in the writing: every row is written once", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "odata-lists-"));
    undo.push(() => rm(dataDir, { recursive: true, force: true }));
    const app = await startApp({ DATA_DIR: dataDir });
    undo.push(() => app.stop());
    const { token } = await openForBusiness(app.url, 1);
    const api = createApiClient(() => app.url, token);
    const rows = Array.from({ length: ROWS }, (_, n) => `CC;${1_000_000 + n};Cliente ${n};300 ${1_000_000 + n}`);
    const list = ["tipo;documento;nombre;telefono", ...rows].join("\n");
    const sent = await api.post<{ job_id: number }>("/api/v1/customers/import", list, { type: "text/csv" });
    assert.equal(sent.status, 202, sent.text);
    const job = async () => (await api.get<Job>(`/api/v1/imports/${sent.body.job_id}`)).body;
    const reached = (status: string) =>
      until(async () => {
        const now = await job();
        return now.status === status && now.processed >= 2000;
      });
    await reached("checking");
    await app.killAndRestart();
    await reached("running");
    await app.killAndRestart();
    const after = await job();
    assert.ok(after.status === "running" && after.processed >= 2000, "what was committed is there");
    await until(async () => (await job()).status === "done");
    const end = await job();
    assert.deepEqual([end.created, end.unchanged, end.failed], [ROWS, 0, 0]);
    const again = await api.post<Job>("/api/v1/customers/import", `${list.split("\n").slice(0, 1001).join("\n")}\n`, {
      type: "text/csv",
    });
    assert.deepEqual([again.body.created, again.body.unchanged], [0, 1000]);
    const found = await api.get<{ data: unknown[] }>("/api/v1/customers?q=1019999");
    assert.equal(found.body.data.length, 1);
  }).timeout(300_000);
});
