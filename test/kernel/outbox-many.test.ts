import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { Tx } from "../../kernel/db/database.ts";
import { EVENTS_AT_ONCE } from "../../kernel/events/deliveries.ts";
import { type Delivered, eventRef, onMany } from "../../kernel/events/event.ts";
import { createOutbox, type Outbox, type OutboxOptions } from "../../kernel/events/outbox.ts";
import { handClock } from "../harness/clock.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";

interface Sold {
  receipt: number;
}
const sold = eventRef<Sold>("pos.sold");

describe("what is told after many sales", () => {
  let shop: KernelDatabase;
  let open: Outbox[];
  const clock = handClock();
  const journal = memoryLog();

  before(async () => {
    shop = await kernelDatabase();
    await shop.db.primary.raw("CREATE TABLE receipts (event_id bigint, who text)");
  });
  beforeEach(async () => {
    open = [];
    await shop.db.primary.raw("TRUNCATE outbox, outbox_deliveries, receipts");
  });
  afterEach(async () => {
    await Promise.all(open.map((outbox) => outbox.stop()));
  });
  after(() => shop.close());

  const sell = (outbox: Outbox, receipt = 1) => shop.db.transaction((tx) => outbox.emit(tx, sold, { receipt }));
  const print = async ({ id }: Delivered<Sold>, tx: Tx) => {
    await tx.raw("INSERT INTO receipts (event_id, who) VALUES (?, 'here')", [id]);
  };
  const printed = async (): Promise<{ event_id: number }[]> => shop.db.primary("receipts").orderBy("event_id");
  const listenToMany = (
    handle: (events: readonly Delivered<Sold>[], tx: Tx) => Promise<void>,
    options: Partial<OutboxOptions> = {},
  ): Outbox => {
    const subscriptions = [{ plugin: "pos", ...onMany(sold, "receipts", handle) }];
    const outbox = createOutbox({ db: shop.db, log: journal.log, clock, subscriptions, ...options });
    open.push(outbox);
    return outbox;
  };

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
    const waiting = await shop.db.primary("outbox_deliveries").whereNull("done_at");
    assert.deepEqual(
      waiting.map(({ attempts, last_error }) => [attempts, last_error]),
      [[1, "Error: no paper"]],
    );
    for (const receipt of [6, 7]) await sell(outbox, receipt);
    await outbox.drain();
    assert.equal((await printed()).length, 6);
  });

  it("what follows soon after is told together, without a poll", async () => {
    const heard: number[] = [];
    const outbox = listenToMany(async (events) => void heard.push(events.length), {
      pollMs: 1_000_000,
      gatherMs: 300,
    });
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
