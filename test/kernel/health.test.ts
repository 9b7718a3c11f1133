import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createHealthRegistry } from "../../kernel/health/registry.ts";
import { isOperator } from "../../kernel/shell/operator.ts";

describe("the state of the parts", () => {
  const ok = async () => ({ status: "ok" as const });
  const down = async () => ({ status: "down" as const, detail: "no rows" });

  it("all is well when every part is", async () => {
    const health = createHealthRegistry();
    health.register("database", ok, { critical: true });
    assert.deepEqual(await health.run(), { status: "ok", checks: { database: { status: "ok", critical: true } } });
  });

  it("without the search the till goes on selling, without the database it does not", async () => {
    const health = createHealthRegistry();
    health.register("search", down);
    health.register("database", ok, { critical: true });
    assert.equal((await health.run()).status, "degraded");
    health.register("register", down, { critical: true });
    assert.equal((await health.run()).status, "down");
  });

  it("a part that hangs is down, holds up nobody, and is not asked again while it hangs", async () => {
    const health = createHealthRegistry({ limitMs: 1 });
    let asked = 0;
    let answer = (_: { status: "ok" }) => {};
    health.register("replica", () => {
      asked++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    assert.match((await health.run()).checks["replica"]?.detail ?? "", /no answer within 1 ms/);
    await health.run();
    assert.equal(asked, 1);
    answer({ status: "ok" });
    await new Promise(setImmediate);
    health.run();
    assert.equal(asked, 2);
  });

  it("while nobody can say whose session it is, it is nobody's, and nobody waits for it", async () => {
    const asking = { address: "203.0.113.9", direct: true, origin: "http://localhost:3000", bearer: "x" };
    const hangs = () => new Promise<undefined>(() => {});
    assert.equal(await isOperator({ roster: [] }, { ...asking, whoAsks: hangs }), false);
    const breaks = () => Promise.reject(new Error("the database is away"));
    assert.equal(await isOperator({ roster: [] }, { ...asking, whoAsks: breaks }), false);
    const here = { ...asking, address: "::ffff:127.0.0.1", whoAsks: hangs };
    assert.equal(await isOperator({ roster: [] }, here), true);
    assert.equal(await isOperator({ roster: [] }, { ...here, direct: false }), false);
    assert.equal(await isOperator({ roster: [] }, { ...here, origin: "http://evil.test:3000" }), false);
  });

  it("a fault of a check tells its code and no secret", async () => {
    const health = createHealthRegistry();
    health.register("database", async () => {
      throw Object.assign(new Error("connect to 10.0.0.7 as shop with hunter2"), { code: "ECONNREFUSED" });
    });
    assert.equal((await health.run()).checks["database"]?.detail, "the check failed (ECONNREFUSED)");
  });
});
