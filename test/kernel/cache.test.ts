import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCache } from "../../kernel/cache/index.ts";
import { createMemoryStore } from "../../kernel/cache/memory.ts";
import { createCacheOver } from "../../kernel/cache/remember.ts";
import { handClock } from "../harness/clock.ts";
import { memoryLog } from "../harness/log.ts";

describe("the cache of one process", () => {
  const clock = handClock();
  const open = () => createCache({ log: memoryLog().log, clock });

  it("forgets a value when its time is over", async () => {
    const cache = await open();
    await cache.set("price:1", { minor: 4500 }, 60);
    assert.deepEqual(await cache.get("price:1"), { minor: 4500 });
    clock.advance(60_000);
    assert.equal(await cache.get("price:1"), undefined);
    assert.equal(cache.state(), "memory");
  });

  it("whoever changes what he read does not change what others read", async () => {
    const cache = await open();
    await cache.set("cart", { lines: [1] }, 60);
    (await cache.get<{ lines: number[] }>("cart"))?.lines.push(2);
    assert.deepEqual(await cache.get("cart"), { lines: [1] });
  });

  it("keeps null, zero and the empty text, but not undefined", async () => {
    const cache = await open();
    for (const value of [null, 0, "", false]) {
      await cache.set("x", value, 60);
      assert.equal(await cache.get("x"), value);
    }
    await cache.set("x", undefined, 60);
    assert.equal(await cache.get("x"), undefined);
  });

  it("stays within its size by forgetting what was used longest ago", async () => {
    const cache = createCacheOver(createMemoryStore({ clock, capacity: 330 }), () => true);
    for (const key of ["a", "b", "c"]) await cache.set(key, 1, 60);
    await cache.get("a");
    await cache.set("d", 1, 60);
    assert.deepEqual(await Promise.all(["a", "b", "c", "d"].map((key) => cache.get(key))), [1, undefined, 1, 1]);
    await cache.set("larger than all", "x".repeat(400), 60);
    assert.equal(await cache.get("larger than all"), undefined);
    assert.equal(await cache.get("a"), 1, "and it was not emptied for it");
  });

  it("keeps nothing for longer because the clock was ahead and was put right", async () => {
    const cache = createCacheOver(createMemoryStore({ clock }), () => true);
    await cache.set("session", 1, 10);
    clock.advance(-3_600_000);
    assert.equal(await cache.get("session"), undefined);
    assert.equal(await cache.add("session", 2, 10), true);
    clock.advance(3_600_000);
  });

  it("a hundred terminals that ask for an expired report make it once", async () => {
    const cache = await open();
    let made = 0;
    const report = async () => ({ number: ++made });
    const all = await Promise.all(Array.from({ length: 100 }, () => cache.remember("report", 60, report)));
    assert.ok(all.every(({ number }) => number === 1));
    assert.deepEqual(await cache.remember("report", 60, report), { number: 1 });
  });

  it("what was deleted while it was being loaded is not kept", async () => {
    const cache = await open();
    let deliver = (_name: string) => {};
    const load = () =>
      new Promise<string>((resolve) => {
        deliver = resolve;
      });
    const early = cache.remember("shop", 60, load);
    // the cache is asked first, the loading starts after it
    await cache.get("shop");
    await cache.delete("shop");
    deliver("old name");
    assert.equal(await early, "old name");
    assert.equal(await cache.get("shop"), undefined);
  });

  it("a failed loading is not kept and is told", async () => {
    const cache = await open();
    await assert.rejects(
      cache.remember("x", 60, () => Promise.reject(new Error("database down"))),
      /database down/,
    );
    assert.equal(await cache.remember("x", 60, async () => 7), 7);
  });

  it("the first reader gets the same shape as all after him", async () => {
    const cache = await open();
    const first: unknown = await cache.remember("day", 60, async () => ({ at: clock.now() }));
    assert.deepEqual(first, await cache.get("day"));
  });
});
