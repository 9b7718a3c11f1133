/** What a transaction tells is written at once, at its end. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Delivered, on } from "../../kernel/events/event.ts";
import { outboxShop, type Sold, sold } from "./outbox-shop.ts";

describe("what several things of one transaction tell", () => {
  const till = outboxShop();
  const listen = (handlers: Record<string, (event: Delivered<Sold>) => Promise<void>>) =>
    till.outbox(Object.entries(handlers).map(([name, handle]) => ({ plugin: "pos", ...on(sold, name, handle) })));

  it("what one transaction tells is written at its end by one statement, but for what a savepoint took back", async () => {
    const heard: string[] = [];
    const hear =
      (who: string) =>
      async ({ id, payload }: Delivered<Sold>) =>
        void heard.push(`${who} ${id} ${payload.receipt}`);
    const outbox = listen({ one: hear("one"), two: hear("two") });
    const written: string[] = [];
    await till.shop.db.transaction(async (tx) => {
      tx.on("query", ({ sql }: { sql: string }) => void (/INSERT INTO outbox/.test(sql) && written.push(sql)));
      const first = { receipt: 1 };
      await outbox.emit(tx, sold, first);
      first.receipt = 99;
      await outbox.emit(tx, sold, { receipt: 2 });
      const inner = tx.transaction(async (nested) => {
        await outbox.emit(nested, sold, { receipt: 3 });
        throw new Error("card refused");
      });
      await assert.rejects(inner);
      written.length = 0;
      await outbox.emit(tx, sold, { receipt: 4 });
      assert.deepEqual(written, []);
    });
    assert.equal(written.length, 1);
    await outbox.drain();
    const ids: number[] = await till.shop.db.primary("outbox").orderBy("id").pluck("id");
    const told = [1, 2, 4].flatMap((receipt, place) => [
      `one ${ids[place]} ${receipt}`,
      `two ${ids[place]} ${receipt}`,
    ]);
    assert.deepEqual(heard.sort(), told.sort());
  });

  it("a clock that was a day ahead holds nothing back once it is put right, neither a first attempt nor a later one", async () => {
    const heard: number[] = [];
    let broken = true;
    const outbox = listen({
      one: async ({ payload }) => {
        if (broken && payload.receipt === 1) throw new Error("no paper");
        heard.push(payload.receipt);
      },
    });
    till.clock.advance(86_400_000);
    await till.sell(outbox, 1);
    await outbox.drain();
    await till.sell(outbox, 2);
    till.clock.advance(-86_400_000);
    broken = false;
    await outbox.drain();
    assert.deepEqual(heard.sort(), [1, 2]);
  });

  it("whatever has gathered is cleaned in parts", async () => {
    const outbox = listen({ one: async () => {} });
    await till.sell(outbox, 1);
    await till.shop.db.primary.raw(
      `INSERT INTO outbox (event, payload, occurred_at)
       SELECT 'pos.sold', '{}', :now::timestamptz - interval '40 days' FROM generate_series(1, 2500)`,
      { now: till.clock.now() },
    );
    assert.equal(await outbox.clean(30), 2500);
    assert.equal((await till.shop.db.primary("outbox")).length, 1);
  });

  it("what is told after the last moment is not lost silently", async () => {
    const outbox = listen({ one: async () => {} });
    let late: Promise<unknown> | undefined;
    await till.shop.db.transaction(async (tx) => {
      late = tx.executionPromise.then(() => outbox.emit(tx, sold, { receipt: 1 }));
      late.catch(() => {});
    });
    await assert.rejects(async () => late, /comes too late/);
  });
});
