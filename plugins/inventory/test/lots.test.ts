import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { daysAfter, freshness } from "../lots/lot.ts";
import { addProduct, assertSound, inventoryOf, type ProblemAnswer, sell } from "./shelf.ts";

interface LotRow {
  id: number;
  code: string;
  expires_on: string | null;
  on_hand: string;
  store_id: number;
  freshness: string | null;
}

const today = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Bogota" }).format(new Date());
const inDays = (days: number) => daysAfter(today, days);

describe("lots and expiry", () => {
  let shop: Shop;
  let manager: ApiClient;
  let documents = 5000;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop.close());
  afterEach(() => assertSound(shop));

  const tracked = async (sku: string) => {
    const product = await addProduct(manager, { sku });
    const answer = await manager.put(`/api/v1/products/${product.id}/lots`, { tracks_lots: true });
    assert.equal(answer.status, 200, answer.text);
    return product;
  };
  const move = (productId: number, quantity: string, lot?: string, expires_on?: string, more: object = {}) =>
    manager.post<ProblemAnswer>(
      "/api/v1/inventory/adjustments",
      {
        product_id: productId,
        quantity,
        reason: "received",
        ...(lot && { lot }),
        ...(expires_on && { expires_on }),
        ...more,
      },
      { key: randomUUID() },
    );
  const lots = async (productId: number, more = "") =>
    (await manager.get<{ data: LotRow[] }>(`/api/v1/lots?product_id=${productId}${more}`)).body.data;
  const left = async (productId: number) => (await lots(productId)).map(({ code, on_hand }) => `${code} ${on_hand}`);
  const sold = (productId: number, quantityMilli: number) => sell(shop, ++documents, [{ productId, quantityMilli }]);

  it("what expires first is sold first, across lots; what has no lot goes last", async () => {
    const milk = await tracked("LECHE");
    for (const [quantity, lot, expires] of [
      ["5", "L-TARDE", inDays(90)],
      ["5", "L-PRONTO", inDays(10)],
      ["5", "L-SIN", undefined],
    ] as const)
      assert.equal((await move(milk.id, quantity, lot, expires)).status, 201);
    assert.equal((await move(milk.id, "3", undefined, undefined, { reason: "other" })).status, 201);
    await sold(milk.id, 7000);
    assert.deepEqual(await left(milk.id), ["L-TARDE 3.000", "L-SIN 5.000"]);
    await sold(milk.id, 9000);
    assert.deepEqual(await left(milk.id), []);
    await sold(milk.id, 2000);
    assert.equal((await sold(milk.id, 1)).ok, false);
    const { rows } = await shop.db.raw(
      `SELECT l.code, lm.quantity_milli::int AS milli FROM lot_movements lm JOIN lots l ON l.id = lm.lot_id
       JOIN stock_movements m ON m.id = lm.movement_id WHERE m.reason = 'sale' AND m.product_id = ? ORDER BY lm.id`,
      [milk.id],
    );
    assert.deepEqual(rows.map((row: { code: string; milli: number }) => `${row.code} ${row.milli}`).sort(), [
      "L-PRONTO -5000",
      "L-SIN -5000",
      "L-TARDE -2000",
      "L-TARDE -3000",
    ]);
  });

  it("twenty buyers at once take each lot to its last unit and no further", async () => {
    const yoghurt = await tracked("YOGUR");
    await move(yoghurt.id, "6", "Y1", inDays(5));
    await move(yoghurt.id, "9", "Y2", inDays(6));
    const results = await Promise.all(Array.from({ length: 20 }, () => sold(yoghurt.id, 1000)));
    assert.equal(results.filter(({ ok }) => ok).length, 15);
    assert.deepEqual(await left(yoghurt.id), []);
  });

  it("receiving asks for the lot; an expiry that is past and other nonsense is refused, and nothing moves", async () => {
    const pill = await tracked("PASTILLA");
    const plain = await addProduct(manager, { sku: "CLAVO" });
    const fault = async (answer: Promise<{ status: number; body: ProblemAnswer }>) => {
      const { status, body } = await answer;
      return [status, body.errors?.[0]?.field, body.errors?.[0]?.code ?? body.code];
    };
    assert.deepEqual(await fault(move(pill.id, "5")), [409, undefined, "LOT_REQUIRED"]);
    assert.deepEqual(await fault(move(pill.id, "5", "P1", inDays(-1))), [422, "expires_on", "EXPIRED"]);
    assert.equal((await move(pill.id, "5", "P1", today)).status, 201, "its last day is a good one");
    assert.deepEqual(await fault(move(pill.id, "5", "P1", inDays(9))), [422, "expires_on", "LOT_OTHER_EXPIRY"]);
    assert.deepEqual(await fault(move(pill.id, "-6", "P1", undefined, { reason: "damaged" })), [
      409,
      undefined,
      "STOCK_INSUFFICIENT",
    ]);
    await move(pill.id, "5", "P2");
    assert.deepEqual(await fault(move(pill.id, "-6", "P1", undefined, { reason: "damaged" })), [
      422,
      "lot",
      "LOT_SHORT",
    ]);
    assert.deepEqual(await fault(move(plain.id, "5", "X")), [422, "lot", "LOT_NOT_TRACKED"]);
    assert.equal((await move(pill.id, "5", "P3", "2026-02-30")).status, 422);
    assert.deepEqual(await left(pill.id), ["P1 5.000", "P2 5.000"]);
    await move(pill.id, "-2", "P2", undefined, { reason: "damaged" });
    assert.deepEqual(await left(pill.id), ["P1 5.000", "P2 3.000"]);
  });

  it("a document that must say lots says them by the line, or brings nothing", async () => {
    const syrup = await tracked("JARABE");
    const inventory = inventoryOf(shop);
    const { id: storeId } = await inventory.defaultStore();
    const line = { productId: syrup.id, quantityMilli: 4000, costMinor: 100, damaged: false };
    const receive = (lines: object[]) =>
      shop.kernel.db.transaction((tx) =>
        inventory.receive(tx, {
          storeId,
          document: { type: "purchase", id: ++documents, number: `R-${documents}` },
          bought: true,
          asksLots: true,
          user: { id: 1, username: "admin" },
          lines: lines as [typeof line],
        }),
      );
    await assert.rejects(receive([line]), { code: "LOT_REQUIRED" });
    const lotFields = { lot: "lines.0.lot", expiresOn: "lines.0.expires_on" };
    await assert.rejects(
      receive([{ ...line, lot: { code: "J1", expiresOn: inDays(-3) }, lotFields }]),
      (error: unknown) => {
        const { details } = error as { details: { fields: { path: string; code: string }[] } };
        assert.deepEqual(
          details.fields.map(({ path, code }) => [path, code]),
          [["lines.0.expires_on", "EXPIRED"]],
        );
        return true;
      },
    );
    await receive([
      { ...line, lot: { code: "J1", expiresOn: inDays(40) } },
      { ...line, quantityMilli: 1000, lot: { code: "J2", expiresOn: inDays(20) } },
    ]);
    assert.deepEqual(await left(syrup.id), ["J2 1.000", "J1 4.000"]);
    assert.equal(await inventory.asksLots(), true);
  });

  it("a transfer takes its lots along; a count takes what is missing off the first to expire", async () => {
    const admin = await shop.api("admin");
    const cheese = await tracked("QUESO");
    await move(cheese.id, "5", "Q1", inDays(10));
    await move(cheese.id, "5", "Q2", inDays(20));
    const north = (await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() })).body
      .id;
    const { rows } = await shop.db.raw("SELECT min(id) AS id FROM stores");
    const body = { from_store_id: rows[0].id, to_store_id: north, lines: [{ product_id: cheese.id, quantity: "7" }] };
    const made = await admin.post<{ id: number }>("/api/v1/transfers", body, { key: randomUUID() });
    const act = async (what: string, sent: object) => {
      const answer = await admin.post(`/api/v1/transfers/${made.body.id}/${what}`, sent, { key: randomUUID() });
      assert.equal(answer.status, 200, answer.text);
    };
    await act("send", {});
    assert.deepEqual(await left(cheese.id), ["Q2 3.000"]);
    await act("receive", { lines: [{ product_id: cheese.id, quantity: "4" }], rest: "later" });
    assert.deepEqual(await left(cheese.id), ["Q1 4.000", "Q2 3.000"]);
    await act("receive", { lines: [{ product_id: cheese.id, quantity: "2" }], rest: "lost" });
    assert.deepEqual(
      (await lots(cheese.id, `&store_id=${north}`)).map(({ code, on_hand }) => `${code} ${on_hand}`),
      ["Q1 5.000", "Q2 1.000"],
    );
    const count = await admin.post<{ id: number }>("/api/v1/counts", { store_id: north }, { key: randomUUID() });
    const at = `/api/v1/counts/${count.body.id}`;
    await admin.post(`${at}/entries`, { lines: [{ product_id: cheese.id, quantity: "3.5" }] }, { key: randomUUID() });
    assert.equal((await admin.post(`${at}/post`, {}, { key: randomUUID() })).status, 200);
    assert.deepEqual(
      (await lots(cheese.id, `&store_id=${north}`)).map(({ code, on_hand }) => `${code} ${on_hand}`),
      ["Q1 2.500", "Q2 1.000"],
    );
  });

  it("the shop is told days before, on the home page and in the list; pages without scripts", async () => {
    const ham = await tracked("JAMON");
    const browser = await shop.browser("manager");
    const page = await browser.get(`/products/${ham.id}`);
    const link = page.root.querySelector(`a[href="/products/${ham.id}/lots"]`);
    assert.ok(link, page.text);
    const own = await browser.get(`/products/${ham.id}/lots`);
    const past = await own.submit("#lot-adjust", { lot: "H1", quantity: "4", expires_on: inDays(-2) });
    assert.match(past.text, /Ese vencimiento ya pasó/);
    const good = await past.submit("#lot-adjust", { expires_on: inDays(29) });
    assert.match(good.text, /Ahora hay 4 un de JAMON/);
    assert.match(good.text, /vence pronto/);
    assert.match((await browser.get("/")).text, /Vencimientos/);
    const soon = await (await browser.get("/lots")).submit("#lot-filter", { soon: "1" });
    assert.match(soon.text, /H1/);
    const found = await browser.get(`/lots?code=h1`);
    const lot = await browser.get(found.root.querySelector("tbody th a")?.getAttribute("href") ?? "");
    assert.match(lot.text, /Lote H1/);
    assert.match(lot.text, /Nadie ha comprado de este lote/);
    const still = await good.submit("#lot-tracking", { tracks: [] });
    assert.match(still.text, /hay existencias/);
    await still.submit("#lot-adjust", { lot: "H1", quantity: "-4", reason: "damaged", expires_on: "" });
    const off = await (await browser.get(`/products/${ham.id}/lots`)).submit("#lot-tracking", { tracks: [] });
    assert.ok(off.root.querySelector("#lot-adjust") === null);
    assert.equal(
      (await (await shop.browser("employee")).get(`/products/${ham.id}/lots`)).root.querySelector("form#lot-tracking"),
      null,
    );
  });

  it("whoever watches from afar is told too: lots that are bad and that go bad soon, by store", async () => {
    const cream = await tracked("CREMA");
    const gauge = async (state: string) => {
      const text = await shop.kernel.metrics.text();
      return Number(
        new RegExp(`^pos_lots_expiring{store="1",state="${state}"} (\\d+)$`, "m").exec(text)?.[1] ?? assert.fail(text),
      );
    };
    const [soon, expired] = [await gauge("soon"), await gauge("expired")];
    await move(cream.id, "1", "K1", inDays(3));
    await move(cream.id, "1", "K2", inDays(300));
    assert.deepEqual([await gauge("soon"), await gauge("expired")], [soon + 1, expired]);
    await shop.db.raw("UPDATE lots SET expires_on = current_date - 9 WHERE code = 'K1'");
    assert.deepEqual([await gauge("soon"), await gauge("expired")], [soon, expired + 1]);
  });

  it("fresh, soon, expired: by days, its last day included", () => {
    assert.equal(freshness("2026-03-10", "2026-03-10", "2026-04-09"), "soon");
    assert.equal(freshness("2026-03-09", "2026-03-10", "2026-04-09"), "expired");
    assert.equal(freshness("2026-04-09", "2026-03-10", "2026-04-09"), "soon");
    assert.equal(freshness("2026-04-10", "2026-03-10", "2026-04-09"), undefined);
    assert.equal(freshness(null, "2026-03-10", "2026-04-09"), undefined);
    assert.equal(daysAfter("2026-12-31", 60), "2027-03-01");
  });

  it("movements of lots are final", async () => {
    await assert.rejects(shop.db.raw("UPDATE lot_movements SET quantity_milli = 1"));
    await assert.rejects(shop.db.raw("DELETE FROM lot_movements"));
  });
});
