/** A process that stood still for a while does not take what was answered meanwhile for late. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { after, before, describe, it } from "mocha";
import { createPatience } from "../../kernel/cache/patience.ts";
import { createHealthRegistry } from "../../kernel/health/registry.ts";
import { createMetrics } from "../../kernel/metrics.ts";

const LIMIT_MS = 20;

describe("an answer that lay unread while this process was busy", () => {
  let server: Server;
  let asking: Socket;
  let answering: Socket;
  before(async () => {
    server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const connected = once(server, "connection");
    asking = connect((server.address() as AddressInfo).port, "127.0.0.1");
    [answering] = (await connected) as [Socket];
  });
  after(async () => {
    asking.destroy();
    answering.destroy();
    await once(server.close(), "close");
  });

  /** what is written is in the hands of the system at once, and read when the event loop comes to it */
  const ask = async () => {
    const heard = once(asking, "data");
    answering.write("7");
    const [data] = await heard;
    return Number(data);
  };
  function busyAnd<T>(begun: Promise<T>): Promise<T> {
    const started = performance.now();
    while (performance.now() - started < 5 * LIMIT_MS);
    return begun;
  }

  it("brings no part down", async () => {
    const health = createHealthRegistry({ limitMs: LIMIT_MS });
    health.register("part", async () => ({ status: (await ask()) === 7 ? "ok" : "down" }));
    assert.deepEqual((await busyAnd(health.run())).checks["part"], { status: "ok", critical: false });
  });

  it("leaves no figure out", async () => {
    const metrics = createMetrics({ collectMs: LIMIT_MS });
    metrics.figures(ask, [{ name: "pos_one", help: "one", of: (told) => told }]);
    assert.match(await busyAnd(metrics.text()), /^pos_one 7$/m);
  });

  it("does not count as a Redis that hangs", async () => {
    assert.equal(await busyAnd(createPatience({ times: LIMIT_MS / 90 }).wait(ask)), 7);
  });
});
