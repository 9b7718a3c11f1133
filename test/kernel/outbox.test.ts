import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "mocha";
import type { Tx } from "../../kernel/db/database.ts";
import { backoff } from "../../kernel/events/deliveries.ts";
import { type Delivered, on } from "../../kernel/events/event.ts";
import { createOutbox, type Outbox, type OutboxOptions } from "../../kernel/events/outbox.ts";
import { until } from "../harness/until.ts";
import { outboxShop, type Sold, sold } from "./outbox-shop.ts";

const ERROR = 50;

describe("what is told after a sale", () => {
  const till = outboxShop();
  const { clock, journal, sell, print, printed } = till;

  type Handle = (event: Delivered<Sold>, tx: Tx) => Promise<void>;
  const listen = (handlers: Record<string, Handle>, options: Partial<OutboxOptions> = {}): Outbox =>
    till.outbox(
      Object.entries(handlers).map(([name, handle]) => ({ plugin: "pos", ...on(sold, name, handle) })),
      options,
    );
  const gate = () => {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return { open, opened };
  };

  it("every listener hears of it after the commit, with its payload and its time, without waiting for a poll", async () => {
    const heard: unknown[] = [];
    const bell = gate();
    const outbox = listen(
      {
        one: async (event) => {
          heard.push(event);
          bell.open();
        },
      },
      { pollMs: 1_000_000 },
    );
    outbox.start();
    // the first look at the table is over, so only the commit itself can wake the listener
    await outbox.stats();
    await sell(outbox, 42);
    await bell.opened;
    const [{ id }] = await till.shop.db.primary("outbox").select("id");
    assert.deepEqual(heard, [{ id, payload: { receipt: 42 }, occurredAt: clock.now() }]);
  });

  it("a sale that is rolled back tells nobody", async () => {
    let heard = 0;
    const outbox = listen({ one: async () => void heard++ });
    outbox.start();
    const failed = till.shop.db.transaction(async (tx) => {
      await outbox.emit(tx, sold, { receipt: 1 });
      throw new Error("card refused");
    });
    await assert.rejects(failed);
    await outbox.drain();
    assert.equal(heard, 0);
    assert.deepEqual(await till.shop.db.primary("outbox"), []);
  });

  it("a slow listener delays no other", async () => {
    const slow = gate();
    const outbox = listen({ slow: () => slow.opened, quick: print });
    outbox.start();
    await sell(outbox);
    await until(async () => (await printed()).length === 1).finally(slow.open);
    await until(async () => (await outbox.stats()).pending === 0);
  });

  it("two instances share 100 events and make each once", async () => {
    const here = listen({ receipts: print });
    const there = listen({ receipts: print }, { db: till.shop.another() });
    for (let receipt = 1; receipt <= 100; receipt++) await sell(here, receipt);
    await Promise.all([here.drain(), there.drain()]);
    const events = (await printed()).map(({ event_id }) => event_id);
    assert.equal(events.length, 100);
    assert.equal(new Set(events).size, 100);
  });

  it("what a listener wrote before it failed is not kept, and it is tried again after a while", async () => {
    let fail = true;
    const outbox = listen({
      receipts: async (event, tx) => {
        await print(event, tx);
        if (fail) throw new Error("no paper");
      },
    });
    await sell(outbox);
    await outbox.drain();
    assert.deepEqual(await printed(), []);
    const [row] = await till.shop.db.primary("outbox_deliveries");
    assert.equal(row.attempts, 1);
    assert.match(row.last_error, /no paper/);
    fail = false;
    await outbox.drain();
    assert.deepEqual(await printed(), [], "not before its time");
    clock.advance(2000);
    await outbox.drain();
    assert.equal((await printed()).length, 1);
    assert.equal((await outbox.stats()).pending, 0);
  });

  it("a listener that always fails is given up after ten attempts, which is an error in the log, and stops no other event", async () => {
    let attempts = 0;
    const outbox = listen({
      receipts: async ({ id, payload, occurredAt }, tx) => {
        if (payload.receipt === 13) {
          attempts++;
          throw new Error("unlucky");
        }
        await print({ id, payload, occurredAt }, tx);
      },
    });
    await sell(outbox, 13);
    await sell(outbox, 14);
    for (let hour = 0; hour < 12; hour++) {
      await outbox.drain();
      clock.advance(2 * 3_600_000);
    }
    assert.equal(attempts, 10);
    assert.equal((await printed()).length, 1);
    assert.deepEqual(await outbox.stats(), { pending: 0, dead: 1, oldestSeconds: 0 });
    assert.equal(journal.lines.filter(({ level }) => level === ERROR).length, 1);
  });

  it("the waits grow from a second to an hour and are spread", () => {
    assert.deepEqual(
      [1, 2, 3, 8, 9, 10].map((attempt) => backoff(attempt, () => 0.5)),
      [1, 3, 9, 2187, 3600, 3600],
    );
    assert.ok(backoff(1, () => 0) < backoff(1, () => 1));
  });

  it("an instance that is killed at work leaves the event to another: delivered once", async () => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "outbox-child.ts"), till.shop.url],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const outbox = listen({ receipts: print }, { clock: { now: () => new Date() } });
    await sell(outbox);
    await once(child.stdout, "data");
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    await outbox.drain();
    assert.deepEqual(
      (await printed()).map(({ who }) => who),
      ["here"],
    );
  });

  it("a connection that is cut at work costs an attempt, and the effect is still there once", async () => {
    let cut = true;
    const outbox = listen({
      receipts: async (event, tx) => {
        await print(event, tx);
        if (cut) await tx.raw("SELECT pg_terminate_backend(pg_backend_pid())");
      },
    });
    await sell(outbox);
    await outbox.drain();
    cut = false;
    clock.advance(2000);
    await outbox.drain();
    assert.equal((await printed()).length, 1);
  });

  it("events written while nobody was running are delivered after the start", async () => {
    await sell(listen({ receipts: print }));
    const bell = gate();
    const later = listen({ receipts: async () => bell.open() });
    later.start();
    await bell.opened;
  });

  it("stopping waits for the listener at work and claims nothing more", async () => {
    const slow = gate();
    const started = gate();
    const outbox = listen({
      receipts: async (event, tx) => {
        started.open();
        await slow.opened;
        await print(event, tx);
      },
    });
    outbox.start();
    await sell(outbox, 1);
    await sell(outbox, 2);
    await started.opened;
    const stopped = outbox.stop();
    slow.open();
    await stopped;
    assert.equal((await printed()).length, 1);
    assert.equal((await outbox.stats()).pending, 1);
  });

  it("a listener that never ends is left behind, and named", async () => {
    const started = gate();
    const never = gate();
    const outbox = listen(
      {
        receipts: async () => {
          started.open();
          await never.opened;
        },
      },
      { stopMs: 1 },
    );
    outbox.start();
    await sell(outbox);
    await started.opened;
    await outbox.stop();
    assert.ok(journal.lines.some(({ handlers }) => JSON.stringify(handlers) === '["pos/receipts"]'));
    never.open();
  });

  it("a listener that was woken by a sale inside a larger transaction hears of it only after the outer commit", async () => {
    let heard = 0;
    const outbox = listen({ one: async () => void heard++ });
    outbox.start();
    await till.shop.db.transaction(async (tx) => {
      await tx.transaction((inner) => outbox.emit(inner, sold, { receipt: 1 }));
      outbox.wake();
      await outbox.drain();
      assert.equal(heard, 0);
    });
    await until(() => heard === 1);
  });

  it("health shows what waits and for how long", async () => {
    const outbox = listen({ receipts: print });
    await sell(outbox);
    clock.advance(90_000);
    assert.deepEqual(await outbox.stats(), { pending: 1, dead: 0, oldestSeconds: 90 });
  });

  it("cleaning keeps what is waiting or dead, and takes the delivered and what only a deleted plugin waits for", async () => {
    const outbox = listen({
      receipts: async ({ payload }) => {
        if (payload.receipt === 13) throw new Error("unlucky");
      },
    });
    await sell(outbox, 1);
    await sell(outbox, 13);
    await outbox.drain();
    await sell(listen({ lottery: async () => {} }), 3);
    clock.advance(31 * 86_400_000);
    await sell(outbox, 4);
    assert.equal(await outbox.clean(30), 2);
    const left = (await till.shop.db.primary("outbox").orderBy("id")).map(({ payload }) => payload.receipt);
    assert.deepEqual(left, [13, 4]);
  });

  it("two listeners of one plugin may not share a name", () => {
    const twin = { plugin: "pos", ...on(sold, "receipts", print) };
    assert.throws(
      () => createOutbox({ db: till.shop.db, log: journal.log, subscriptions: [twin, twin] }),
      /pos\/receipts/,
    );
  });
});
