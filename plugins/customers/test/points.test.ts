/** Points given and taken by hand: with a reason, in the ledger, never below zero. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../invariants.ts";

interface Answer {
  id: number;
  points: number;
  code: string;
  errors?: { field: string; code: string; message: string }[];
}

interface Ledger {
  points: number;
  data: { kind: string; points: number; balance: number; reason: string | null; note: string | null; by: string }[];
}

describe("points by hand", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
  });
  after(() => shop?.close());
  afterEach(async () => {
    for (const { name, check } of invariants)
      assert.deepEqual(await check(shop.db, { since: undefined, limit: 10 }), [], name);
  });

  const hire = async (name: string): Promise<number> => {
    const made = await manager.post<Answer>("/api/v1/customers", { name }, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    return made.body.id;
  };
  const adjust = (id: number, points: number | string, more: object = {}, client = manager, key?: string) =>
    client.post<Answer>(
      `/api/v1/customers/${id}/points`,
      { points, reason: "goodwill", ...more },
      { key: key ?? randomUUID() },
    );
  const ledger = async (id: number) => (await manager.get<Ledger>(`/api/v1/customers/${id}/points`)).body;

  it("a whole number that is too large is told so, once, typed or sent", async () => {
    const id = await hire("Lola Larga");
    for (const points of ["99999999", 99_999_999, "-10000000", 1e21]) {
      const answer = await adjust(id, points);
      const codes = (answer.body as { errors?: { code: string }[] }).errors?.map(({ code }) => code);
      assert.deepEqual([points, answer.status, codes], [points, 422, ["POINTS_MANY"]], answer.text);
    }
    assert.equal((await ledger(id)).data.length, 0);
  });

  it("are given and taken on the page, with a reason that the ledger and the trail keep", async () => {
    const ana = await hire("Ana Ardila");
    const browser = await shop.browser("manager");
    const page = await browser.get(`/customers/${ana}/points`);
    const wrong = await page.submit("#adjust", { points: "cien", reason: "campaign" });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.fields("#adjust")["points"], "cien");
    assert.match(wrong.text, /número entero de puntos/);
    const given = await wrong.submit("#adjust", { points: "100", reason: "campaign", note: "por su cumpleaños" });
    assert.equal(given.root.querySelector("#points")?.text, "100", given.text);
    assert.match(given.text, /Ajuste a mano: Campaña por su cumpleaños/);
    const much = await given.submit("#adjust", { points: "-101", reason: "correction" });
    assert.equal(much.status, 422);
    assert.match(much.text, /quedan 100 puntos/);
    const taken = await much.submit("#adjust", { points: "-30" });
    assert.equal(taken.root.querySelector("#points")?.text, "70", taken.text);
    const { data } = await ledger(ana);
    assert.deepEqual(
      data.map(({ kind, points, balance, reason, note, by }) => [kind, points, balance, reason, note, by]),
      [
        ["adjust", -30, 70, "correction", null, "Manuela Mora"],
        ["adjust", 100, 100, "campaign", "por su cumpleaños", "Manuela Mora"],
      ],
    );
    const trail = await shop.db.raw(
      "SELECT user_name, after FROM audit_log WHERE action = 'customer.points_adjusted' AND subject = ? ORDER BY id",
      [`customer:${ana}`],
    );
    assert.deepEqual(
      trail.rows.map((row: { after: object }) => row.after),
      [
        { points: 100, why: "campaign" },
        { points: -30, why: "correction" },
      ],
    );
    const audit = await (await shop.browser("admin")).get("/audit");
    assert.match(audit.text, /Puntos ajustados a mano/);
    await assert.rejects(shop.db.raw("UPDATE point_entries SET points = 5"));
  });

  it("not by everybody, not of nobody, not of who was forgotten, and nothing that is no number of points", async () => {
    const bea = await hire("Bea Bueno");
    assert.equal((await adjust(bea, 5, {}, employee)).status, 403);
    const page = await (await shop.browser("employee")).get(`/customers/${bea}/points`);
    assert.equal(page.root.querySelector("#adjust"), null);
    assert.equal((await adjust(999_999, 5)).status, 404);
    for (const points of [0, 1.5, "1e3", "", 1_000_001, -1_000_001, "٣"]) {
      const answer = await adjust(bea, points);
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, "points"], String(points));
    }
    assert.equal((await adjust(bea, 5, { reason: "because" })).status, 422);
    assert.equal((await adjust(bea, 5, { note: "x".repeat(201) })).status, 422);
    assert.deepEqual((await ledger(bea)).data, []);
    assert.equal((await adjust(bea, 5, { note: "llamó la hija de Bea Bueno" })).status, 201);
    const erased = await manager.post(`/api/v1/customers/${bea}/erase`, { reason: "lo pidió" }, { key: randomUUID() });
    assert.equal(erased.status, 204, erased.text);
    assert.deepEqual((await ledger(bea)).data[0]?.note, null);
    const gone = await adjust(bea, 5);
    assert.deepEqual([gone.status, gone.body.code], [409, "CUSTOMER_ERASED"]);
  });

  it("twenty take at once: as many get them as there are; a second click takes nothing", async () => {
    const caro = await hire("Caro Cano");
    const key = randomUUID();
    const twice = await Promise.all([1, 2, 3].map(() => adjust(caro, 100, {}, manager, key)));
    assert.ok(twice.some(({ status }) => status === 201));
    assert.equal((await ledger(caro)).points, 100);
    const answers = await Promise.all(Array.from({ length: 20 }, () => adjust(caro, -15)));
    const refused = answers.filter(({ status }) => status !== 201);
    assert.deepEqual([answers.length - refused.length, (await ledger(caro)).points], [6, 10]);
    assert.ok(refused.every(({ body }) => body.errors?.[0]?.code === "POINTS_BELOW_ZERO"));
  });
});
