import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "mocha";
import type { Tx } from "../../kernel/db/database.ts";
import { AppError } from "../../kernel/errors.ts";
import { runIdempotent, type Stored } from "../../kernel/http/idempotency.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";

describe("a request that must count once", () => {
  let shop: KernelDatabase;

  before(async () => {
    // fewer connections than twins: those that wait must not starve the one that works
    shop = await kernelDatabase(4);
    await shop.db.primary.raw("CREATE TABLE sales (id int GENERATED ALWAYS AS IDENTITY)");
  });
  beforeEach(async () => {
    await shop.db.primary.raw("TRUNCATE sales RESTART IDENTITY");
    await shop.db.primary.raw("DELETE FROM idempotency_keys");
  });
  after(() => shop.close());

  const sell = async (tx: Tx): Promise<Stored> => {
    const { rows } = await tx.raw("INSERT INTO sales DEFAULT VALUES RETURNING id");
    return { status: 201, body: { receipt: rows[0].id, footer: "¡Gracias!" } };
  };
  const post = (
    options: { key?: string; scope?: string; hash?: string; work?: typeof sell; db?: typeof shop.db } = {},
  ) =>
    runIdempotent({
      db: options.db ?? shop.db,
      scope: options.scope ?? "POST /sales 7",
      key: options.key ?? "form-1",
      requestHash: options.hash ?? "a",
      work: options.work ?? sell,
    });
  const sold = async () => (await shop.db.primary("sales")).length;

  it("20 impatient clicks on two instances make one sale, and all get its receipt", async () => {
    const other = shop.another();
    const posts = Array.from({ length: 20 }, (_, index) => post({ db: index % 2 === 0 ? shop.db : other }));
    const answers = await Promise.all(posts);
    assert.equal(await sold(), 1);
    for (const { reply } of answers)
      assert.deepEqual(reply, { status: 201, body: { receipt: 1, footer: "¡Gracias!" } });
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1);
  });

  it("the key of one request does not serve for another", async () => {
    await post({ hash: "two bottles" });
    await assert.rejects(
      post({ hash: "three bottles" }),
      (error) => error instanceof AppError && error.code === "IDEMPOTENCY_MISMATCH" && error.status === 409,
    );
    assert.equal(await sold(), 1);
  });

  it("another person or another route may use the same key", async () => {
    await post();
    assert.equal((await post({ scope: "POST /sales 8" })).replayed, false);
    assert.equal((await post({ key: "form-2" })).replayed, false);
    assert.equal(await sold(), 3);
  });

  it("work that fails leaves neither sale nor key, so that the same form may be sent again", async () => {
    const failing = post({
      work: async (tx) => {
        await sell(tx);
        throw new Error("the printer is on fire");
      },
    });
    await assert.rejects(failing, /on fire/);
    assert.equal(await sold(), 0);
    assert.deepEqual(await shop.db.primary("idempotency_keys"), []);
    assert.equal((await post()).replayed, false);
  });

  it("a twin that waited for one that failed does the work itself", async () => {
    let fail = () => {};
    let started = () => {};
    const underWay = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = post({
      work: async () => {
        started();
        await new Promise<void>((resolve) => {
          fail = resolve;
        });
        throw new Error("no");
      },
    });
    await underWay;
    const second = post();
    await waitingForLock();
    fail();
    await assert.rejects(first);
    assert.equal((await second).replayed, false);
    assert.equal(await sold(), 1);
  });

  it("an answer without a body is replayed without one", async () => {
    const nothing = async (): Promise<Stored> => ({ status: 204, body: null });
    await post({ work: nothing });
    assert.deepEqual(await post({ work: nothing }), { reply: { status: 204, body: null }, replayed: true });
  });

  /** until some transaction of this database waits for another */
  async function waitingForLock(): Promise<void> {
    for (;;) {
      const { rows } = await shop.db.primary.raw(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      if (rows.length > 0) return;
    }
  }
});
