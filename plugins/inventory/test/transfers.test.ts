import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addStocked, assertSound, inventoryOf, type ProblemAnswer } from "./shelf.ts";

interface TransferAnswer extends ProblemAnswer {
  id: number;
  number: string;
  state: string;
  lines: {
    product_id: number;
    requested: string;
    sent: string;
    received: string;
    lost: string;
    in_transit: string;
    cost: string | null;
    lost_value: string | null;
  }[];
}

describe("transfers between stores", () => {
  let shop: Shop;
  let admin: ApiClient;
  let centre: number;
  let north: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    const { rows } = await shop.db.raw("SELECT min(id) AS id FROM stores");
    centre = rows[0].id;
    const made = await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    north = made.body.id;
  });
  after(() => shop.close());
  afterEach(() => assertSound(shop));

  const request = (lines: [number, string][], more: object = {}) =>
    admin.post<TransferAnswer>(
      "/api/v1/transfers",
      {
        from_store_id: centre,
        to_store_id: north,
        lines: lines.map(([product_id, quantity]) => ({ product_id, quantity })),
        ...more,
      },
      { key: randomUUID() },
    );
  const act = (client: ApiClient, id: number, what: string, body: object | undefined, key: string = randomUUID()) =>
    client.post<TransferAnswer>(`/api/v1/transfers/${id}/${what}`, body, { key });
  const came = (product_id: number, quantity: string, rest?: string) => ({
    lines: [{ product_id, quantity }],
    ...(rest === undefined ? {} : { rest }),
  });
  const onHand = async (id: number) =>
    Promise.all(
      [centre, north].map(async (store) => {
        const { rows } = await shop.db.raw(
          "SELECT coalesce(sum(on_hand_milli), 0)::int AS milli FROM inventory WHERE product_id = ? AND store_id = ?",
          [id, store],
        );
        return rows[0].milli / 1000;
      }),
    );

  it("goods leave one shelf, are on the way, and come onto the other; what is missing comes later or is lost", async () => {
    const rice = await addStocked(admin, { sku: "ARROZ", cost: "1500" }, "20");
    const asked = await request([[rice.id, "12"]]);
    assert.equal(asked.status, 201, asked.text);
    const { id } = asked.body;
    assert.deepEqual(await onHand(rice.id), [20, 0]);
    const sent = await act(admin, id, "send", came(rice.id, "10"));
    assert.equal(sent.status, 200, sent.text);
    assert.deepEqual(await onHand(rice.id), [10, 0]);
    const [line] = sent.body.lines;
    assert.deepEqual([line?.requested, line?.sent, line?.in_transit], ["12.000", "10.000", "10.000"]);
    const first = await act(admin, id, "receive", came(rice.id, "6"));
    assert.deepEqual([first.body.state, first.body.lines[0]?.in_transit], ["sent", "4.000"]);
    assert.deepEqual(await onHand(rice.id), [10, 6]);
    const last = await act(admin, id, "receive", came(rice.id, "3.5", "lost"));
    assert.equal(last.body.state, "received", last.text);
    assert.deepEqual(
      [last.body.lines[0]?.received, last.body.lines[0]?.lost, last.body.lines[0]?.in_transit],
      ["9.500", "0.500", "0.000"],
    );
    assert.deepEqual(await onHand(rice.id), [10, 9.5]);
    const { rows } = await shop.db.raw(
      "SELECT kind, quantity_milli::int AS milli, balance_milli::int AS balance, cost_minor::int AS cost FROM transit_entries WHERE transfer_id = ? ORDER BY id",
      [id],
    );
    assert.deepEqual(rows, [
      { kind: "sent", milli: 10000, balance: 10000, cost: 150000 },
      { kind: "received", milli: -6000, balance: 4000, cost: 150000 },
      { kind: "received", milli: -3500, balance: 500, cost: 150000 },
      { kind: "lost", milli: -500, balance: 0, cost: 150000 },
    ]);
  });

  it("what goods cost goes with them into the other store's average; what is lost is told in money, to who may know", async () => {
    const oil = await addStocked(admin, { sku: "ACEITE-1", price: "3000", cost: "2000" }, "40");
    const buy = (storeId: number, quantityMilli: number, costMinor: number, id: number) =>
      shop.kernel.db.transaction((tx) =>
        inventoryOf(shop).receive(tx, {
          storeId,
          document: { type: "purchase", id, number: `R-${id}` },
          bought: true,
          user: { id: 1, username: "admin" },
          lines: [{ productId: oil.id, quantityMilli, costMinor, damaged: false }],
        }),
      );
    const costs = async () =>
      Promise.all(
        [centre, north].map(async (store) => {
          const { body } = await admin.get<{ average_cost: string }>(`/api/v1/products/${oil.id}?store_id=${store}`);
          return body.average_cost;
        }),
      );
    await buy(north, 10_000, 100_000, 801);
    assert.deepEqual(await costs(), ["2000.00", "1000.00"]);
    const { id } = (await request([[oil.id, "30"]])).body;
    await act(admin, id, "send", {});
    // what the sender pays afterwards is no matter of what is on the way
    await buy(centre, 10_000, 900_000, 802);
    await act(admin, id, "receive", came(oil.id, "10"));
    assert.deepEqual(await costs(), ["5500.00", "1500.00"]);
    const last = await act(admin, id, "receive", came(oil.id, "12", "lost"));
    assert.deepEqual(await costs(), ["5500.00", "1687.50"]);
    const [line] = last.body.lines;
    assert.deepEqual([line?.cost, line?.lost, line?.lost_value], ["2000.00", "8.000", "16000.00"]);
    // 40 x 2000 + 10 x 1000 + 10 x 9000 is what stands in both stores and what was lost
    const { rows } = await shop.db.raw(
      "SELECT sum(on_hand_milli * cost_minor / 100000)::int AS value FROM inventory WHERE product_id = ?",
      [oil.id],
    );
    assert.equal(rows[0].value + 16_000, 180_000);
    const ledger = await admin.get<{ data: { reason: string; quantity: string; cost: string }[] }>(
      `/api/v1/inventory/movements?product_id=${oil.id}&store_id=${north}`,
    );
    assert.deepEqual(
      ledger.body.data.map((one) => `${one.reason} ${one.quantity} ${one.cost}`),
      ["transfer 12.000 2000.00", "transfer 10.000 2000.00", "purchase 10.000 1000.00"],
    );
    const page = await (await shop.browser("admin")).get(`/transfers/${id}`);
    assert.match(page.text, /16\.000/);
    const one = await shop.kernel.db.transaction((tx) =>
      inventoryOf(shop).issue(tx, {
        storeId: north,
        document: { type: "sale", id: 70_000, number: "V-1" },
        user: { id: 1, username: "admin" },
        lines: [{ productId: oil.id, quantityMilli: 1000 }],
      }),
    );
    assert.ok(one.ok && one.costs.get(oil.id) === 168_750, "the sale in the other store costs what the goods there do");
  });

  it("nonsense is refused with its reason, and nothing moves", async () => {
    const salt = await addStocked(admin, { sku: "SAL" }, "5");
    const fault = async (answer: Promise<{ status: number; body: TransferAnswer }>) => {
      const { status, body } = await answer;
      return [status, body.errors?.[0]?.field, body.errors?.[0]?.code ?? body.code];
    };
    assert.deepEqual(await fault(request([[salt.id, "1"]], { to_store_id: centre })), [
      422,
      "to_store_id",
      "SAME_STORE",
    ]);
    assert.deepEqual(await fault(request([[salt.id, "1"]], { to_store_id: 9999 })), [
      422,
      "to_store_id",
      "STORE_UNKNOWN",
    ]);
    assert.equal((await fault(request([[999_999, "1"]])))[2], "PRODUCT_UNKNOWN");
    assert.equal(
      (
        await fault(
          request([
            [salt.id, "1"],
            [salt.id, "2"],
          ]),
        )
      )[2],
      "PRODUCT_TWICE",
    );
    assert.equal((await request([[salt.id, "0"]])).status, 422);
    const { id } = (await request([[salt.id, "7"]])).body;
    assert.deepEqual(await fault(act(admin, id, "send", {})), [409, undefined, "TRANSFER_SHORT"]);
    assert.deepEqual(await fault(act(admin, id, "receive", came(salt.id, "1"))), [409, undefined, "TRANSFER_STATE"]);
    assert.equal((await fault(act(admin, id, "send", came(salt.id, "0"))))[2], "TRANSFER_EMPTY");
    assert.deepEqual(await onHand(salt.id), [5, 0]);
    assert.equal((await act(admin, id, "send", came(salt.id, "4"))).status, 200);
    assert.deepEqual(await fault(act(admin, id, "receive", came(salt.id, "4.001"))), [
      422,
      "lines.0.quantity",
      "MORE_THAN_SENT",
    ]);
    assert.equal((await fault(act(admin, id, "cancel", undefined)))[2], "TRANSFER_STATE");
    assert.deepEqual(await onHand(salt.id), [1, 0]);
    const given = await request([[salt.id, "1"]]);
    assert.equal((await act(admin, given.body.id, "cancel", undefined)).body.state, "cancelled");
    assert.equal((await fault(act(admin, given.body.id, "send", {})))[2], "TRANSFER_STATE");
  });

  it("twenty hands on one transfer: it is sent once and received once", async () => {
    const beans = await addStocked(admin, { sku: "FRIJOL" }, "100");
    const { id } = (await request([[beans.id, "5"]])).body;
    const key = randomUUID();
    const sends = await Promise.all(
      Array.from({ length: 20 }, (_, n) => act(admin, id, "send", {}, n < 10 ? key : randomUUID())),
    );
    // the first key's ten are one; of all others nobody sends again
    const ok = sends.filter(({ status }) => status === 200).length;
    assert.ok(ok === 10 || ok === 1, `${ok} were sent`);
    assert.deepEqual(await onHand(beans.id), [95, 0]);
    const receipts = await Promise.all(
      Array.from({ length: 20 }, () => act(admin, id, "receive", came(beans.id, "5"))),
    );
    assert.equal(receipts.filter(({ status }) => status === 200).length, 1);
    assert.deepEqual(await onHand(beans.id), [95, 5]);
  });

  it("the sender sends and the receiver receives; who works in neither store sees nothing", async () => {
    const manager = await shop.api("manager");
    const sugar = await addStocked(admin, { sku: "AZUCAR" }, "5");
    const south = (await admin.post<{ id: number }>("/api/v1/stores", { name: "Sur" }, { key: randomUUID() })).body.id;
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = 'manuela'");
    const works = (...stores: number[]) => admin.put(`/api/v1/users/${rows[0].id}/stores`, { store_ids: stores });
    const { id } = (await request([[sugar.id, "2"]])).body;
    await works(south);
    assert.equal((await manager.get(`/api/v1/transfers/${id}`)).status, 403);
    assert.deepEqual((await manager.get<{ data: unknown[] }>("/api/v1/transfers")).body.data, []);
    await works(north);
    assert.equal((await act(manager, id, "send", {})).body.code, "STORE_NOT_YOURS");
    assert.equal((await act(admin, id, "send", {})).status, 200);
    assert.equal((await act(manager, id, "receive", came(sugar.id, "2"))).status, 200);
    await works();
    assert.equal((await (await shop.api("employee")).get("/api/v1/transfers")).status, 403);
  });

  it("entries are final", async () => {
    await assert.rejects(shop.db.raw("UPDATE transit_entries SET quantity_milli = 1"));
    await assert.rejects(shop.db.raw("DELETE FROM transit_entries"));
  });

  it("on pages without scripts: ask, send, receive with a difference", async () => {
    const oil = await addStocked(admin, { sku: "ACEITE", name: "Aceite" }, "9");
    const browser = await shop.browser("admin");
    const list = await browser.get("/transfers");
    const chosen = list.root.querySelectorAll("#transfer-new option[selected]").map((one) => one.getAttribute("value"));
    assert.notEqual(chosen[0], chosen[1], "from one store to another, as it stands");
    assert.equal(chosen.length, 2);
    const same = await list.submit("#transfer-new", { from_store_id: String(centre), to_store_id: String(centre) });
    assert.match(same.text, /Un traslado va de una tienda a otra distinta/);
    const made = await same.submit("#transfer-new", { from_store_id: String(centre), to_store_id: String(north) });
    assert.match(made.text, /quedó pedido/);
    const wrong = await made.submit("#transfer-line", { code: "NADIE", quantity: "3" });
    assert.match(wrong.text, /Ningún producto tiene el código NADIE/);
    const put = await wrong.submit("#transfer-line", { code: "ACEITE", quantity: "4,5" });
    assert.match(put.text, /Aceite ACEITE 4,5 un/);
    const sent = await put.submit("#transfer-send");
    assert.match(sent.text, /está en camino/);
    const field = `q${oil.id}`;
    const more = await sent.submit("#transfer-receive", { [field]: "5" });
    assert.match(more.text, /No puede llegar más/);
    const received = await more.submit("#transfer-receive", { [field]: "4", rest: "lost" });
    assert.match(received.text, /Lo que llegó está en la tienda/);
    assert.match(received.text, /Perdido -0,5 0/);
    assert.deepEqual(await onHand(oil.id), [4.5, 4]);
    const { text } = await browser.get("/inventory/movements?reason=transfer");
    assert.match(text, /Traslado TR-\d+/);
  });
});
