import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { eventRef, on } from "../../kernel/events/event.ts";
import { json } from "../../kernel/http/reply.ts";
import { route } from "../../kernel/http/route.ts";
import { until } from "../harness/until.ts";
import { found, openSystem, plugin, type System } from "./system.ts";

const sold = eventRef<{ sale: string }>("till.sold");
const secret = eventRef<{ sale: string }>("till.secret");

describe("6: an event is part of the transaction that caused it", () => {
  const heard: string[] = [];
  let system: System;
  before(async () => {
    const till = plugin("till", {
      emits: [sold],
      setup: ({ db, emit }) => ({
        routes: [
          route({
            method: "GET",
            path: "/ring/:sale/:end",
            surface: "ops",
            access: "public",
            params: z.object({ sale: z.string(), end: z.string() }),
            handle: async ({ params: { sale, end } }) => {
              await db.transaction(async (tx) => {
                await emit(tx, end === "secret" ? secret : sold, { sale });
                if (end === "back") throw new Error("the drawer did not open");
              });
              return json({ sale });
            },
          }),
        ],
      }),
    });
    const kitchen = plugin("kitchen", {
      setup: () => ({
        on: [
          on(sold, "print", async ({ payload }, tx) => {
            // what is heard is written by the delivery's own transaction
            await tx.raw("SELECT 1");
            heard.push(payload.sale);
          }),
        ],
      }),
    });
    system = await openSystem([found(till), found(kitchen)]);
  });
  after(() => system.close());

  it("rolled back: never heard; committed: heard once", async () => {
    assert.equal((await system.get("/ring/one/back")).status, 500);
    assert.equal((await system.get("/ring/two/on")).status, 200);
    await until(() => heard.includes("two"));
    // a later one is heard after the first two had their chance
    assert.equal((await system.get("/ring/three/on")).status, 200);
    await until(() => heard.includes("three"));
    assert.deepEqual(heard, ["two", "three"]);
  });

  it("an event that a plugin does not declare is refused with its transaction", async () => {
    assert.equal((await system.get("/ring/four/secret")).status, 500);
    const faults = system.lines.filter(({ msg }) => msg === "unexpected fault").map(({ err }) => JSON.stringify(err));
    assert.ok(faults.some((fault) => fault.includes("emits till.secret without declaring it")));
    const names = await system.kernel.db.primary("outbox").pluck("event");
    assert.ok(names.includes("till.sold"));
    assert.ok(!names.includes("till.secret"));
  });
});
