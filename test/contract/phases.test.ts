import assert from "node:assert/strict";
import { request } from "node:http";
import { afterEach, describe, it } from "mocha";
import { BootError } from "../../kernel/errors.ts";
import { json } from "../../kernel/http/reply.ts";
import { route } from "../../kernel/http/route.ts";
import { createUnwinder, withLimit } from "../../kernel/phase.ts";
import { serviceRef } from "../../kernel/service.ts";
import { found, openSystem, plugin, type System } from "./system.ts";

const never = () => new Promise<never>(() => {});

describe("2: phases with a time limit, and the way back", () => {
  const open: System[] = [];
  afterEach(async () => {
    for (const system of open.splice(0)) await system.close();
  });

  it("a step that hangs is named, with what to look at", async () => {
    await assert.rejects(withLimit("starting till", 0.01, never), (error: BootError) => {
      assert.match(error.message, /starting till did not end within 0.01 s/);
      return error instanceof BootError && error.cure !== undefined;
    });
  });

  it("a plugin whose set-up or start hangs stops the start, and what had started is stopped", async () => {
    const told: string[] = [];
    const good = plugin("a", {
      setup: () => ({ start: async () => void told.push("start"), stop: async () => void told.push("stop") }),
    });
    const slow = plugin("slow", { setup: () => ({ start: never }) });
    await assert.rejects(
      openSystem([found(good), found(slow)], { limits: { start: 0.05 } }),
      /starting slow did not end/,
    );
    assert.deepEqual(told, ["start", "stop"]);
    const stuck = plugin("stuck", { setup: never });
    await assert.rejects(openSystem([found(stuck)], { limits: { setUp: 0.05 } }), /setting up stuck did not end/);
  });

  it("plugins start in the order of their needs and stop in reverse", async () => {
    const told: string[] = [];
    const stock = serviceRef<string>("stock");
    const part = (name: string) => ({
      start: async () => void told.push(`start ${name}`),
      stop: async () => void told.push(`stop ${name}`),
    });
    const till = plugin("a-till", { needs: { stock }, setup: () => part("till") });
    const shelf = plugin("z-shelf", { provides: stock, setup: () => ({ ...part("shelf"), service: "there" }) });
    const system = await openSystem([found(till), found(shelf)]);
    await system.close();
    assert.deepEqual(told, ["start shelf", "start till", "stop till", "stop shelf"]);
  });

  it("stopping finishes the request in flight while the database still answers, and takes no new one", async () => {
    let arrived = () => {};
    const inFlight = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    let go = () => {};
    const allowed = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = plugin("till", {
      setup: ({ db }) => ({
        routes: [
          route({
            method: "GET",
            path: "/slow",
            surface: "ops",
            access: "public",
            handle: async () => {
              arrived();
              await allowed;
              const { rows } = await db.primary.raw("SELECT 42 AS answer");
              return json(rows[0]);
            },
          }),
        ],
        stop: async () => void told.push("plugin stopped"),
      }),
    });
    const told: string[] = [];
    const system = await openSystem([found(slow)]);
    const answer = getKeepingAlive(`${system.kernel.url}/slow`).then((text) => {
      told.push("answered");
      return text;
    });
    await inFlight;
    const stopping = system.close().then(() => told.push("stopped"));
    await assert.rejects(fetch(`${system.kernel.url}/health/live`, { headers: { connection: "close" } }));
    go();
    assert.equal(await answer, '{"answer":42}');
    await stopping;
    assert.deepEqual(told, ["answered", "plugin stopped", "stopped"]);
  });

  it("a step that fails or hangs on the way back does not keep the others", async () => {
    const unwinder = createUnwinder(0.05);
    const told: string[] = [];
    unwinder.push("first", () => void told.push("first"));
    unwinder.push("hanging", never);
    unwinder.push("failing", () => {
      throw new Error("no");
    });
    const onError = (name: string) => void told.push(`fault of ${name}`);
    await Promise.all([unwinder.unwind(onError), unwinder.unwind(onError)]);
    assert.deepEqual(told, ["fault of failing", "fault of hanging", "first"]);
  });

  it("a port that is taken is said so, and nothing stays open", async () => {
    const first = await openSystem([]);
    open.push(first);
    await assert.rejects(
      openSystem([], { env: { PORT: String(first.kernel.port) } }),
      /port \d+ is taken by another program\n {2}cure: set PORT to a free one/,
    );
  });
});

/** As a browser asks: the connection stays open after the answer, unless the server closes it. */
function getKeepingAlive(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { connection: "keep-alive" } }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(text));
    });
    asked.on("error", reject);
    asked.end();
  });
}
