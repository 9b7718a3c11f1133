/** One id leads from the proxy through every line of the log to the statements in the database's own log, and back. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { eventRef, on } from "../../kernel/events/event.ts";
import { createOutbox } from "../../kernel/events/outbox.ts";
import { json } from "../../kernel/http/reply.ts";
import { type Route, route } from "../../kernel/http/route.ts";
import type { Host } from "../../kernel/plugin.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { found, openSystem, plugin, type System } from "../contract/system.ts";
import { hasPostgres15, type Server15, server15 } from "../harness/postgres15.ts";
import { until } from "../harness/until.ts";

const OWN = "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()";
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** A till that tells which statement the database says it runs. */
const till = plugin("till", {
  setup: ({ db, log }: Host<unknown, unknown>) => {
    const get = (path: string, handle: Route["handle"]): Route =>
      route({ method: "GET", path, surface: "v1", access: "public", handle });
    return {
      routes: [
        get("/api/v1/own", async ({ id }) => {
          const alone = await db.primary.raw(OWN);
          log.warn("a line of a service that knows of no request");
          const together = await db.transaction(async (tx) => {
            await tx.raw("SELECT pg_sleep(0.002)");
            return tx.transaction((nested) => nested.raw(OWN));
          });
          return json({ id, statements: [alone.rows[0].query, together.rows[0].query] });
        }),
        get("/api/v1/wrong", async () => json(await db.primary.raw("SELECT * FROM no_such_table"))),
      ],
    };
  },
});

describe("the id of a request", () => {
  let server: Server15 | undefined;
  let system: System;
  before(async () => {
    if (hasPostgres15) {
      server = await server15();
      await server.start();
    }
    const url = server?.url();
    const env = { DATABASE_POOL_MAX: "5", TRUST_PROXY: "loopback" };
    system = await openSystem([found(till)], { env, ...(url === undefined ? {} : { url }) });
  });
  after(async () => {
    await system?.close();
    await server?.remove();
  });
  interface Own {
    id: string;
    statements: string[];
  }
  const own = async (given?: string): Promise<Own> => {
    const { text, status } = await system.get("/api/v1/own", given === undefined ? {} : { "X-Request-Id": given });
    assert.equal(status, 200, text);
    return JSON.parse(text);
  };

  it("that the proxy made stands in every line and in front of every statement, also inside of transactions", async () => {
    const { id, statements } = await own("edge-4711-abcdef");
    assert.equal(id, "edge-4711-abcdef");
    assert.deepEqual(statements, [`/* request ${id} */ ${OWN}`, `/* request ${id} */ ${OWN}`]);
    const lines = system.lines.filter(({ request }) => request === id);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ["a line of a service that knows of no request", "request"],
    );
    assert.ok(!/"request":.*"request":/.test(JSON.stringify(lines[0])));
  });

  it("stands in a line that has nothing of what was typed, which nobody would look for secrets in", async () => {
    await system.get("/api/v1/own?token=hunter2", { "X-Request-Id": "edge-with-a-secret" });
    const line = system.lines.find(({ request, msg }) => request === "edge-with-a-secret" && msg === "request");
    const names = Object.keys(line ?? {}).filter((name) => !["time", "level", "pid", "hostname"].includes(name));
    assert.deepEqual(names.sort(), ["method", "ms", "msg", "request", "route", "status"]);
    assert.equal(line?.["route"], "/api/v1/own");
  });

  it("is made where none came, or one that could break out of a comment", async () => {
    for (const wrong of [undefined, "short", "x */ DROP TABLE sales; --", "x".repeat(65), "with space in it"]) {
      const { id, statements } = await own(wrong);
      assert.match(id, UUID);
      assert.ok(statements.every((one) => one === `/* request ${id} */ ${OWN}`));
    }
  });

  it("stays with its request when forty of them take turns on five connections", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, index) => own(`request-number-${index}`)));
    for (const { id, statements } of all) for (const one of statements) assert.equal(one, `/* request ${id} */ ${OWN}`);
    assert.equal(new Set(all.map(({ id }) => id)).size, 40);
  });

  it("is on no statement of nobody's, and what a request woke up does not carry it on", async () => {
    const { db, log } = system.kernel;
    const bare = await db.primary.raw(OWN);
    assert.equal(bare.rows[0].query, OWN);
    let seen: string | undefined;
    const rung = eventRef<object>("till.rung");
    const look = on(rung, "look", async (_, tx) => {
      seen = (await tx.raw(OWN)).rows[0].query;
    });
    const outbox = createOutbox({ db, log, pollMs: 3_600_000, subscriptions: [{ plugin: "till", ...look }] });
    outbox.start();
    await onBehalfOf("request-that-rings", () =>
      db.transaction(async (tx) => {
        assert.match((await tx.raw(OWN)).rows[0].query, /request-that-rings/);
        await outbox.emit(tx, rung, {});
      }),
    );
    await until(() => seen !== undefined);
    await outbox.stop();
    assert.equal(seen, OWN);
  });

  it("a prepared statement keeps its text, so that the next request runs the same plan", async () => {
    const { db } = system.kernel;
    await db.transaction(async (tx) => {
      const ask = (id: string) =>
        onBehalfOf(id, () => tx.raw("SELECT ?::int AS n", [1]).options({ name: "one_plan" } as never));
      for (const id of ["request-the-first", "request-the-second"]) assert.equal((await ask(id)).rows[0].n, 1);
      const { rows } = await tx.raw("SELECT statement FROM pg_prepared_statements WHERE name = 'one_plan'");
      assert.deepEqual(rows, [{ statement: "SELECT $1::int AS n" }]);
    });
  });

  it("leads from a fault in the log to the statement in the server's own log", async function () {
    if (server === undefined) {
      process.stderr.write("      no PostgreSQL 15 on this machine: its own log is not read\n");
      return this.skip();
    }
    const { status } = await system.get("/api/v1/wrong", { "X-Request-Id": "edge-that-fails" });
    assert.equal(status, 500);
    assert.ok(system.lines.some(({ request, msg }) => request === "edge-that-fails" && msg === "unexpected fault"));
    const said = await readFile(join(server.home, "log"), "utf8");
    assert.match(said, /STATEMENT: +\/\* request edge-that-fails \*\/ SELECT \* FROM no_such_table/);
  });
}).timeout(60_000);
