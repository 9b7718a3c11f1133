import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Tx } from "../../kernel/db/database.ts";
import { EVENTS_AT_ONCE } from "../../kernel/events/deliveries.ts";
import { type Delivered, onMany } from "../../kernel/events/event.ts";
import type { Outbox, OutboxOptions } from "../../kernel/events/outbox.ts";
import { until } from "../harness/until.ts";
import { outboxShop, type Sold, sold } from "./outbox-shop.ts";

describe("what is told after many sales", () => {
  const till = outboxShop();
  const { sell, print, printed } = till;
  const listenToMany = (
    handle: (events: readonly Delivered<Sold>[], tx: Tx) => Promise<void>,
    options: Partial<OutboxOptions> = {},
    within: { gatherMs?: number } = {},
  ): Outbox => till.outbox([{ plugin: "pos", ...onMany(sold, "receipts", handle, within) }], options);

  it("a listener of many gets all that wait at once, so many at most, the oldest first", async () => {
    const heard: number[][] = [];
    const outbox = listenToMany(async (events, tx) => {
      heard.push(events.map(({ payload }) => payload.receipt));
      for (const event of events) await print(event, tx);
    });
    const receipts = Array.from({ length: EVENTS_AT_ONCE + 3 }, (_, index) => index + 1);
    for (const receipt of receipts) await sell(outbox, receipt);
    await outbox.drain();
    assert.deepEqual(heard, [receipts.slice(0, EVENTS_AT_ONCE), receipts.slice(EVENTS_AT_ONCE)]);
    assert.equal((await printed()).length, receipts.length);
    assert.equal((await outbox.stats()).pending, 0);
  });

  it("one bad event among many is tried again alone, and the others are delivered once", async () => {
    const outbox = listenToMany(async (events, tx) => {
      for (const event of events) {
        await print(event, tx);
        if (event.payload.receipt === 3) throw new Error("no paper");
      }
    });
    for (const receipt of [1, 2, 3, 4, 5]) await sell(outbox, receipt);
    await outbox.drain();
    assert.equal((await printed()).length, 4);
    const waiting = await till.shop.db.primary("outbox_deliveries").whereNull("done_at");
    assert.deepEqual(
      waiting.map(({ attempts, last_error }) => [attempts, last_error]),
      [[1, "Error: no paper"]],
    );
    for (const receipt of [6, 7]) await sell(outbox, receipt);
    await outbox.drain();
    assert.equal((await printed()).length, 6);
  });

  const gathersItself = { pollMs: 1_000_000, gatherMs: 0 };
  for (const [who, options, within] of [
    ["", { pollMs: 1_000_000, gatherMs: 300 }, {}],
    [", also where a listener gathers longer than others", gathersItself, { gatherMs: 300 }],
  ] as const)
    it(`what follows soon after is told together, without a poll${who}`, async () => {
      const heard: number[] = [];
      const outbox = listenToMany(async (events) => void heard.push(events.length), options, within);
      outbox.start();
      await outbox.stats();
      await sell(outbox, 1);
      await until(() => heard.length === 1);
      for (const receipt of [2, 3, 4]) await sell(outbox, receipt);
      await until(async () => (await outbox.stats()).pending === 0);
      assert.equal(
        heard.reduce((sum, count) => sum + count),
        4,
      );
      assert.ok(heard.length < 4, `told in ${heard.length} turns`);
    });
});
