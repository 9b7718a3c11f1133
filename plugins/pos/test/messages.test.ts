/** Messages: a manager tells a store or a person something, they see it at home until its day, and say that they have read it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

interface Told {
  id: number;
  code?: string;
  errors?: { field: string; code: string }[];
  data: {
    id: number;
    text: string;
    to: string;
    until: string;
    by: string;
    read_at: string | null;
    read_by: string[];
  }[];
}

const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe("messages of a manager", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let admin: ApiClient;
  let north: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    manager = await shop.api("manager");
    employee = await shop.api("employee");
    const made = await admin.post<Told>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    north = made.body.id;
    const given = await admin.put(`/api/v1/users/${await idOf("manager")}/stores`, { store_ids: [1] });
    assert.equal(given.status, 200, given.text);
  });
  after(() => shop?.close());

  const idOf = async (role: "manager" | "employee" | "admin"): Promise<number> =>
    (await shop.db.raw("SELECT id FROM users WHERE username = ?", [people[role].username])).rows[0].id;
  const write = (body: object, client = manager) =>
    client.post<Told>("/api/v1/messages", { text: "Hola", until: dayIn(2), ...body }, { key: randomUUID() });
  const received = async (client = employee) => (await client.get<Told>("/api/v1/messages")).body.data;
  const home = async (role: "employee" | "manager" | "admin") =>
    (await (await shop.browser(role)).get("/")).root.querySelector("[aria-labelledby=home-messages]")?.text ?? "";

  it("is written on the page, stands on the cashier's home page as it was typed, and is gone once read", async () => {
    const page = await (await shop.browser("manager")).get("/messages");
    assert.match(page.text, /No hay mensajes/);
    const empty = await page.submit("#message", { text: "" });
    assert.equal(empty.status, 422);
    assert.match(empty.text, /Falta este dato/);
    const written = await empty.submit("#message", {
      to: "store-1",
      text: "Hoy se cuenta la nevera <b>ya</b>",
      until: dayIn(2),
    });
    assert.match(written.text, /Todos en [\s\S]*Nadie lo ha leído/);
    assert.match(
      await home("employee"),
      /Hoy se cuenta la nevera &lt;b&gt;ya&lt;\/b&gt;|Hoy se cuenta la nevera <b>ya<\/b>/,
    );
    assert.equal(await home("manager"), "", "who wrote it knows");
    assert.match(await home("admin"), /nevera/, "who works in every store works in this one");
    const seen = await (await shop.browser("employee")).get("/");
    assert.equal(seen.root.querySelector("[aria-labelledby=home-messages] b"), null, "it is text");
    const gone = await seen.submit("form[action$='/read']");
    assert.equal(gone.root.querySelector("[aria-labelledby=home-messages]"), null);
    const after = await (await shop.browser("manager")).get("/messages");
    assert.match(after.text, new RegExp(`Leído por ${people.employee.fullName}`));
    const [one] = await received();
    assert.ok(one?.read_at);
    assert.equal((await employee.post(`/api/v1/messages/${one.id}/read`, {})).status, 204, "a second time is nothing");
    const { rows } = await shop.db.raw(
      "SELECT action, user_name FROM audit_log WHERE action LIKE 'message.%' ORDER BY id",
    );
    assert.deepEqual(rows, [
      { action: "message.written", user_name: people.manager.username },
      { action: "message.read", user_name: people.employee.username },
    ]);
  });

  it("to one person is for nobody else, and ends with its day in that store or when it is withdrawn", async () => {
    const mine = await write({ user_id: await idOf("employee"), text: "Pase por la oficina" });
    assert.equal(mine.status, 201, mine.text);
    assert.match(await home("employee"), /oficina/);
    assert.doesNotMatch(await home("admin"), /oficina/);
    assert.equal((await admin.post(`/api/v1/messages/${mine.body.id}/read`, {})).status, 404);
    await shop.db.raw("UPDATE messages SET until_day = current_date - 2 WHERE id = ?", [mine.body.id]);
    assert.equal(await home("employee"), "");
    assert.equal((await employee.post(`/api/v1/messages/${mine.body.id}/read`, {})).status, 404);
    const other = await write({ store_id: 1, text: "Se acabó el pan" });
    assert.match(await home("employee"), /pan/);
    const page = await (await shop.browser("manager")).get("/messages");
    await page.submit(`#message-${other.body.id} form`);
    assert.equal(await home("employee"), "");
    assert.equal((await manager.delete(`/api/v1/messages/${other.body.id}`)).status, 404);
  });

  it("of another store is neither written, seen nor withdrawn by who does not work there", async () => {
    const refused = async (body: object, client = manager) => {
      const answer = await write(body, client);
      return [answer.status, answer.body.code, answer.body.errors?.map(({ field }) => field).join()];
    };
    assert.deepEqual(await refused({ store_id: north }), [422, "VALIDATION", "store_id"]);
    assert.deepEqual(await refused({}), [422, "VALIDATION", "store_id"]);
    assert.deepEqual(await refused({ store_id: 1, user_id: 1 }), [422, "VALIDATION", "store_id"]);
    assert.deepEqual(await refused({ user_id: 999_999 }), [422, "VALIDATION", "user_id"]);
    assert.deepEqual(await refused({ store_id: 1, until: dayIn(-3) }), [422, "VALIDATION", "until"]);
    assert.deepEqual(await refused({ store_id: 1, until: dayIn(900) }), [422, "VALIDATION", "until"]);
    assert.deepEqual(await refused({ store_id: 1, text: "x".repeat(281) }), [422, "VALIDATION", "text"]);
    assert.deepEqual(await refused({ store_id: 1 }, employee), [403, "FORBIDDEN", undefined]);
    const there = await write({ store_id: north, text: "Norte cierra hoy" }, admin);
    assert.equal(there.status, 201);
    assert.doesNotMatch(await home("manager"), /Norte cierra/);
    assert.equal((await manager.delete(`/api/v1/messages/${there.body.id}`)).status, 404);
    const { data } = (await manager.get<Told>("/api/v1/messages/written")).body;
    assert.ok(data.every(({ id }) => id !== there.body.id));
    assert.equal((await admin.delete(`/api/v1/messages/${there.body.id}`)).status, 204);
  });

  it("a store has at most twenty at a time", async () => {
    const { rows } = await shop.db.raw(
      "SELECT count(*)::int AS n FROM messages WHERE store_id = 1 AND withdrawn_at IS NULL",
    );
    await shop.db.raw(
      `INSERT INTO messages (store_id, to_name, body, until_day, user_id, user_name, created_at)
       SELECT 1, 'Principal', 'x', current_date + 9, 1, 'x', now() FROM generate_series(1, cast(:n AS int))`,
      { n: 19 - rows[0].n },
    );
    assert.equal((await write({ store_id: 1 })).status, 201);
    const more = await write({ store_id: 1 });
    assert.deepEqual([more.status, more.body.code], [409, "TOO_MANY_MESSAGES"]);
    await shop.db.raw("UPDATE messages SET until_day = current_date - 100 WHERE store_id = 1");
    await shop.kernel.jobs.runNow("pos", "forget-messages");
    assert.equal((await shop.db.raw("SELECT count(*)::int AS n FROM messages WHERE store_id = 1")).rows[0].n, 0);
  });
});
