import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { addressKey } from "../../kernel/http/address-key.ts";
import { accountKey } from "../../kernel/http/limits.ts";
import { createMemoryCount } from "../../kernel/http/windows.ts";
import { handClock } from "../harness/clock.ts";

const SPECIFIED = [
  { max: 10, seconds: 60 },
  { max: 50, seconds: 3600 },
  { max: 200, seconds: 86_400 },
];

describe("the windows of a rate limit, in one process", () => {
  it("of forty at once ten pass, and the answer tells of the minute", async () => {
    const { count } = createMemoryCount({ clock: handClock() });
    const verdicts = await Promise.all(Array.from({ length: 40 }, () => count("a", SPECIFIED)));
    assert.equal(verdicts.filter(({ allowed }) => allowed).length, 10);
    assert.deepEqual(verdicts[0], { allowed: true, limit: 10, left: 9, seconds: 60 });
    assert.deepEqual(verdicts[39], { allowed: false, limit: 10, left: 0, seconds: 60 });
  });

  it("a visitor who keeps asking has 10 a minute, 50 an hour, 200 a day, and what was refused does not count", async () => {
    const clock = handClock();
    const { count } = createMemoryCount({ clock });
    const passedIn = async (minutes: number) => {
      let passed = 0;
      for (let minute = 0; minute < minutes; minute++) {
        for (let turn = 0; turn < 15; turn++) if ((await count("a", SPECIFIED)).allowed) passed += 1;
        clock.advance(60_000);
      }
      return passed;
    };
    assert.equal(await passedIn(1), 10);
    assert.equal(await passedIn(59), 40);
    assert.equal(await passedIn(60), 50);
    assert.equal(await passedIn(22 * 60), 100);
    assert.equal(await passedIn(1), 10, "the next day");
  });

  it("the window that refuses for longest says how long to wait", async () => {
    const clock = handClock();
    const { count } = createMemoryCount({ clock });
    const windows = [
      { max: 2, seconds: 60 },
      { max: 2, seconds: 3600 },
    ];
    await count("a", windows);
    await count("a", windows);
    clock.advance(10_000);
    assert.deepEqual(await count("a", windows), { allowed: false, limit: 2, left: 0, seconds: 3590 });
  });

  it("memory is bounded, and what is over is forgotten", async () => {
    const clock = handClock();
    const memory = createMemoryCount({ clock, capacity: 100 });
    const windows = [{ max: 1, seconds: 60 }];
    for (let visitor = 0; visitor < 1000; visitor++) await memory.count(`v${visitor}`, windows);
    assert.equal(memory.size(), 100);
    assert.equal((await memory.count("v999", windows)).allowed, false, "the newest are kept");
    clock.advance(61_000);
    await memory.count("another", windows);
    assert.equal(memory.size(), 1);
  });

  it("a clock that was five hours ahead keeps nobody out once it is put right", async () => {
    const clock = handClock();
    const { count } = createMemoryCount({ clock });
    const windows = [{ max: 1, seconds: 60 }];
    await count("a", windows);
    assert.equal((await count("a", windows)).allowed, false);
    clock.advance(-5 * 3_600_000);
    assert.deepEqual(await count("a", windows), { allowed: true, limit: 1, left: 0, seconds: 60 });
    assert.equal((await count("a", windows)).allowed, false);
  });
});

describe("whom a limit counts", () => {
  it("the same account however its name is written", () => {
    for (const name of ["ana", "ANA", "Ana ", "ána", "a\u0301na"]) assert.equal(accountKey(name), "ANA");
    assert.equal(accountKey("İD"), accountKey("id"), "the database's lower() knows the Turkish I too");
    assert.equal(accountKey("GROẞΣ"), accountKey("großσ"));
    const name = fc.string({ unit: "grapheme", maxLength: 30 });
    fc.assert(
      fc.property(name, (text) => {
        assert.equal(accountKey(text.normalize("NFC")), accountKey(text.normalize("NFD")));
        assert.equal(accountKey(accountKey(text)), accountKey(text));
      }),
    );
  });

  it("an IPv6 network as one visitor, an IPv4 address as one", () => {
    assert.equal(addressKey("203.0.113.9"), "203.0.113.9");
    assert.equal(addressKey("::ffff:203.0.113.9"), "::ffff:203.0.113.9");
    assert.equal(addressKey("2001:db8::1"), "2001:db8:0:0::/64");
    assert.equal(addressKey("2001:db8:0:0:ffff:ffff:ffff:ffff"), "2001:db8:0:0::/64");
    assert.equal(addressKey("2001:db8:0:1::"), "2001:db8:0:1::/64");
    assert.equal(addressKey("::1"), "0:0:0:0::/64");
    assert.equal(addressKey("fe80::1%eth0"), "fe80:0:0:0::/64");
  });
});
