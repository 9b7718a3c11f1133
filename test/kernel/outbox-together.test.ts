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
