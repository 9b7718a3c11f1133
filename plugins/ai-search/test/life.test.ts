/** The life of a model when things go wrong, and in the smallest shops. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { pino } from "pino";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { textsAfter } from "../../inventory/queries/texts.ts";
import type { Described } from "../semantic/document.ts";
import { createFits, type Fits } from "../semantic/fits.ts";
import { fitInThread } from "../semantic/thread.ts";

interface Status {
  model: { version: number; products: number; dimensions: number } | null;
  reason: string | null;
  reason_text: string | null;
  job: { job_id: number; state: string; progress: number; reason: string | null } | null;
}

describe("a model of a catalogue that grows from nothing", () => {
  let shop: Shop;
  let manager: ApiClient;

  before(async () => {
    shop = await openShop({ env: { SEARCH_QUIET_SECONDS: "0" } });
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const status = async () => (await manager.get<Status>("/api/v2/ai/models/status")).body;
  const put = async (sku: string, name: string) =>
    assert.equal((await manager.post("/api/v1/products", { sku, name, price: "1000" })).status, 201);
  const fitted = async () => {
    const { body } = await manager.post<{ job_id: number }>("/api/v2/ai/embeddings/update");
    await until(async () => {
      const { job } = await status();
      return job !== null && job.job_id >= body.job_id && job.state !== "fitting";
    });
  };

  it("nothing, and one product: there is no model, the state and the page say why, and the search goes on", async () => {
    for (const [name, found] of [
      [undefined, 0],
      ["Arroz Diana", 1],
    ] as const) {
      if (name) await put("A1", name);
      await until(async () => {
        const answer = await manager.get<{ total_found: number }>("/api/v2/ai/search/hybrid?q=arroz");
        return answer.body.total_found === found;
      });
      await fitted();
      const { model, reason, reason_text: text, job } = await status();
      assert.deepEqual([model, reason, job?.state], [null, "too_few_products", "empty"]);
      assert.match(text ?? "", /dos productos|two products/);
      assert.match((await (await shop.browser("manager")).get("/search/state")).text, /dos productos/);
    }
    const near = await manager.post<{ results: { sku: string }[] }>("/api/v2/ai/search/semantic", { query: "arroz" });
    assert.deepEqual(
      near.body.results.map(({ sku }) => sku),
      ["A1"],
    );
    assert.equal((await manager.get("/api/v2/ai/products/1/embedding")).status, 409);
  });

  it("without a word in common there is none either; with one it comes by itself", async () => {
    await put("L1", "Leche Alpina");
    await until(async () => (await status()).reason === "no_shared_words");
    await put("A2", "Arroz Roa");
    await until(async () => (await status()).model?.products === 3);
  });

  it("it comes anew by itself when a tenth of the catalogue changed, and at night when anything did", async () => {
    for (let at = 0; at < 20; at++) await put(`B${at}`, `Arroz Diana ${at}`);
    // a fit that was under way read some of them only
    await until(async () => {
      await fitted();
      return (await status()).model?.products === 23;
    });
    for (let at = 20; at < 23; at++) await put(`B${at}`, `Arroz Diana ${at}`);
    await until(async () => (await status()).model?.products === 26);
    const before = (await status()).model?.version ?? 0;
    await put("C1", "Café Diana");
    await until(async () => {
      const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM product_embeddings WHERE folded");
      return rows[0].n === 1;
    });
    assert.equal((await status()).model?.version, before);
    await shop.kernel.jobs.runNow("ai-search", "fit-model");
    await until(async () => (await status()).model?.products === 27);
    const { model } = await status();
    await shop.kernel.jobs.runNow("ai-search", "fit-model");
    assert.equal((await status()).job?.job_id, model?.version, "nothing changed: nothing to do at night");
  });

  it("all of one name: one dimension, and all are found", async () => {
    const { rows } = await shop.db.raw("SELECT id FROM products ORDER BY id");
    for (const { id } of rows) await manager.patch(`/api/v1/products/${id}`, { name: "Arroz" });
    // a fit that was under way read some of the old names
    await until(async () => {
      await fitted();
      return (await status()).model?.dimensions === 1;
    });
    await until(async () => {
      const body = { query: "arroz", limit: 50 };
      const near = await manager.post<{ total_found: number }>("/api/v2/ai/search/semantic", body);
      return near.body.total_found === rows.length;
    });
  });
});

describe("a fit that comes to nothing", () => {
  let shop: Shop;
  let manager: ApiClient;
  let version = 0;
  const open: Fits[] = [];

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    for (const name of ["Leche Alpina", "Yogur Alpina", "Leche Alquería"])
      await manager.post("/api/v1/products", { sku: name, name, price: "1000" });
    const { body } = await manager.post<{ job_id: number }>("/api/v2/ai/embeddings/update");
    version = body.job_id;
    await until(async () => (await status()).model?.version === version);
  });
  afterEach(() => Promise.all(open.splice(0).map((fits) => fits.stop())));
  after(() => shop?.close());

  const status = async () => (await manager.get<Status>("/api/v2/ai/models/status")).body;
  function fitsWith(thread: typeof fitInThread): Fits {
    const inventory = { textsAfter: (id: number, limit: number) => textsAfter(shop.db, id, limit) };
    const log = pino({ level: "silent" });
    const fits = createFits({ db: shop.kernel.db, log, inventory, thread, expected: () => 3 });
    open.push(fits);
    return fits;
  }
  async function* withoutEnd(): AsyncGenerator<Described[]> {
    for (let id = 1; ; id++) yield [{ id, name: `Arroz ${id}`, category: undefined, description: undefined }];
  }

  it("a thread that is killed: the model before goes on, and the state says so", async () => {
    let fault: unknown;
    const killed = fitsWith((order) =>
      fitInThread({ ...order, onWorker: (worker) => void worker.terminate() }).catch((error) => {
        fault = error;
        throw error;
      }),
    );
    const { id, done } = await killed.begin();
    assert.equal(await done, "failed");
    assert.match(String(fault), /the thread of the model ended with \d/);
    const { model, job } = await status();
    assert.deepEqual([model?.version, job?.job_id, job?.state, job?.reason], [version, id, "failed", "failed"]);
    assert.match((await (await shop.browser("manager")).get("/search/state")).text, /no sirvió: algo falló/);
    assert.equal(killed.running(), false);
  });

  it("a thread that throws tells its fault", async () => {
    const signal = new AbortController().signal;
    const broken = fitInThread({
      batches: (async function* () {
        yield [null as unknown as Described];
      })(),
      expected: 1,
      parameters: { dimensions: 1, textsADimension: 1, seed: 1, leastTexts: 1, manyTexts: 1, mostTerms: 1 },
      onProgress: () => {},
      signal,
    });
    await assert.rejects(broken, /Cannot (read|destructure)/);
  });

  it("while one is at work nobody begins another; when the system stops, it is stopped at once", async () => {
    const endless = fitsWith((order) => fitInThread({ ...order, batches: withoutEnd() }));
    const { id, done } = await endless.begin();
    const again = await manager.post<{ job_id: number }>("/api/v2/ai/embeddings/update");
    assert.equal(again.body.job_id, id);
    await until(async () => ((await status()).job?.progress ?? 0) > 0);
    const page = await (await shop.browser("manager")).get("/search/state");
    assert.match(page.html, /http-equiv="refresh"/);
    assert.ok(page.root.querySelector("progress"));
    await endless.stop();
    assert.equal(await done, "failed");
    const { model, job } = await status();
    assert.deepEqual([model?.version, job?.state, job?.reason], [version, "failed", "stopped"]);
  });

  it("one whose instance was killed is given up by the next", async () => {
    await shop.db.raw(
      "INSERT INTO search_models (state, parameters, alive_at) VALUES ('fitting', '{}', now() - interval '1 hour')",
    );
    const { body } = await manager.post<{ job_id: number }>("/api/v2/ai/embeddings/update");
    await until(async () => (await status()).model?.version === body.job_id);
    assert.ok(body.job_id > version);
  });

  it("one that was given up while it was at work stores nothing", async () => {
    const before = (await status()).model?.version;
    const slow = fitsWith(async (order) => {
      const fit = await fitInThread(order);
      await shop.db.raw("UPDATE search_models SET state = 'failed', reason = 'interrupted' WHERE state = 'fitting'");
      return fit;
    });
    const { done } = await slow.begin();
    assert.equal(await done, "failed");
    assert.equal((await status()).model?.version, before);
    assert.equal((await status()).job?.reason, "interrupted");
  });
});
