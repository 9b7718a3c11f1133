/** Long lists while the program is killed: they go on where they were, and nothing is there twice. */
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
const SHELVES = 10_000;

interface Job {
  status: string;
  processed: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

describe("a long list while the program is killed", () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  it("kill -9 in the check and in the writing of customers: every row is written once", async () => {
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

  it("kill -9 while opening stock is written: every shelf is opened once, and the sums of its movements are right", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "odata-lists-"));
    undo.push(() => rm(dataDir, { recursive: true, force: true }));
    const app = await startApp({ DATA_DIR: dataDir });
    undo.push(() => app.stop());
    const { token } = await openForBusiness(app.url, 1);
    const api = createApiClient(() => app.url, token);
    const numbers = Array.from({ length: SHELVES }, (_, n) => n);
    const send = async (list: string, rows: string[]) => {
      const sent = await api.post<{ job_id: number }>(`/api/v1/${list}/import`, rows.join("\n"), { type: "text/csv" });
      assert.equal(sent.status, 202, sent.text);
      return async () => (await api.get<Job>(`/api/v1/imports/${sent.body.job_id}`)).body;
    };
    const made = await send("products", ["codigo;nombre;precio", ...numbers.map((n) => `A${n};Producto ${n};100`)]);
    await until(async () => (await made()).status === "done");
    const stock = await send("opening-stock", ["codigo;existencias", ...numbers.map((n) => `A${n};${(n % 90) + 1}`)]);
    await until(async () => {
      const now = await stock();
      return now.status === "running" && now.processed >= 2000;
    });
    await app.killAndRestart();
    const after = await stock();
    assert.ok(after.status === "running" && after.processed >= 2000, "what was committed is there");
    await until(async () => (await stock()).status === "done");
    const end = await stock();
    assert.deepEqual([end.updated, end.unchanged, end.failed], [SHELVES, 0, 0]);
    const { text } = await api.get("/api/v1/inventory/export.csv");
    const onHand = new Map(text.split("\r\n").map((line) => [line.split(",")[0], line.split(",")[3]]));
    const wrong = numbers.filter((n) => Number(onHand.get(`A${n}`)) !== (n % 90) + 1);
    assert.deepEqual(wrong, []);
  }).timeout(300_000);
});
