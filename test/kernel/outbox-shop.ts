/** What the tests of the outbox share: sales that are told, and a table in which a listener prints them. */
import { after, afterEach, before, beforeEach } from "mocha";
import type { Tx } from "../../kernel/db/database.ts";
import { type Delivered, eventRef } from "../../kernel/events/event.ts";
import { createOutbox, type Outbox, type OutboxOptions } from "../../kernel/events/outbox.ts";
import { handClock } from "../harness/clock.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";
import { memoryLog } from "../harness/log.ts";

export interface Sold {
  receipt: number;
}
export const sold = eventRef<Sold>("pos.sold");

/** For a `describe`: opens its database before all tests, empties it before each, stops the outboxes after each. */
export function outboxShop() {
  let shop: KernelDatabase;
  let open: Outbox[] = [];
  const clock = handClock();
  const journal = memoryLog();

  before(async () => {
    shop = await kernelDatabase();
    await shop.db.primary.raw("CREATE TABLE receipts (event_id bigint, who text)");
  });
  beforeEach(async () => {
    open = [];
    journal.lines.length = 0;
    await shop.db.primary.raw("TRUNCATE outbox, outbox_deliveries, receipts");
  });
  afterEach(async () => {
    await Promise.all(open.map((outbox) => outbox.stop()));
  });
  after(() => shop?.close());

  return {
    clock,
    journal,
    get shop() {
      return shop;
    },
    outbox: (subscriptions: OutboxOptions["subscriptions"], options: Partial<OutboxOptions> = {}): Outbox => {
      const outbox = createOutbox({ db: shop.db, log: journal.log, clock, subscriptions, ...options });
      open.push(outbox);
      return outbox;
    },
    sell: (outbox: Outbox, receipt = 1) => shop.db.transaction((tx) => outbox.emit(tx, sold, { receipt })),
    print: async ({ id }: Delivered<Sold>, tx: Tx): Promise<void> => {
      await tx.raw("INSERT INTO receipts (event_id, who) VALUES (?, 'here')", [id]);
    },
    printed: async (): Promise<{ event_id: number; who: string }[]> => shop.db.primary("receipts").orderBy("event_id"),
  };
}
