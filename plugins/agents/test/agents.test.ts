/** The agents in a shop: what they say, of what they are silent, and what becomes of it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Finding, offersDismissal, saying, sayingOverdue } from "./saying.ts";

interface Answer {
  id: number;
  code: string;
}

const key = () => ({ key: randomUUID() });
const DAYS = 170;
/** a number between 0 and 1, always the same for the same day */
const noise = (day: number, salt: number) => ((day * 7919 + salt * 104_729) % 1000) / 1000;

describe("agents that look ahead", () => {
  let shop: Shop;
  let admin: ApiClient;
  let supplier: number;
  let school: number;
  const goods = new Map<string, number>();

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    supplier = (await admin.post<Answer>("/api/v1/suppliers", { name: "Molinos del Sur", lead_time_days: 5 }, key()))
      .body.id;
    school = (await admin.post<Answer>("/api/v1/stores", { name: "Escuela", training: true }, key())).body.id;
    for (const [sku, price, cost] of [
      ["PAN", "1000", "600"],
      ["REPITE", "1000", "600"],
      ["NUEVO", "1000", "600"],
      ["POCO", "1000", "950"],
    ]) {
      const made = await admin.post<Answer>("/api/v1/products", { sku, name: sku, price, cost });
      assert.equal(made.status, 201, made.text);
      goods.set(String(sku), made.body.id);
      const received = { supplier_id: supplier, lines: [{ product_id: made.body.id, quantity: "100000", cost }] };
      assert.equal((await admin.post("/api/v1/purchases/receipts", received, key())).status, 201);
    }
    // the noise changes from week to week, so that repeating the last one is wrong; what repeats exactly is known by it
    await sell("PAN", DAYS, (day) => 4 + (day % 7 === 5 ? 8 : 0) + Math.round(noise(day, 1) * 6));
    await sell("REPITE", DAYS, (day) => 3 + (day % 7));
    await sell("NUEVO", 40, (day) => 3 + Math.round(noise(day, 2) * 5));
    await sell("POCO", 20, () => 2);
    for (const sku of ["PAN", "REPITE", "NUEVO"]) await leave(sku, 20);
  });
  after(() => shop?.close());

  const idOf = (sku: string) => goods.get(sku) ?? assert.fail(sku);

  /** As the ledger of stock would have it by sales on each of so many days before today: `milli` from the running balance. */
  async function sell(sku: string, days: number, units: (day: number) => number, store = 1): Promise<void> {
    const sold = Array.from({ length: days }, (_, day) => units(day) * 1000);
    const bound = { sold, days, store, id: idOf(sku) };
    await shop.db.raw(
      "INSERT INTO inventory (store_id, product_id) VALUES (:store, :id) ON CONFLICT DO NOTHING",
      bound,
    );
    await shop.db.raw(
      `INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id,
         document_number, user_id, user_name, created_at)
       SELECT :store, :id, 'sale', -milli, i.on_hand_milli - sum(milli) OVER (ORDER BY place), 60000, 'sale', 1, 'x', 1, 'x',
         now() - make_interval(days => cast(:days AS int) - place::int + 1)
       FROM unnest(:sold::bigint[]) WITH ORDINALITY AS s (milli, place)
         JOIN inventory i ON i.store_id = :store AND i.product_id = :id WHERE milli > 0`,
      bound,
    );
    await shop.db.raw(
      `UPDATE inventory SET on_hand_milli = on_hand_milli - (SELECT sum(milli) FROM unnest(:sold::bigint[]) milli)
       WHERE store_id = :store AND product_id = :id`,
      bound,
    );
  }

  async function leave(sku: string, units: number): Promise<void> {
    const { rows } = await shop.db.raw(
      "SELECT on_hand_milli / 1000 AS there FROM inventory WHERE store_id = 1 AND product_id = ?",
      [idOf(sku)],
    );
    const body = { product_id: idOf(sku), quantity: String(units - rows[0].there), reason: "damaged" };
    const done = await admin.post("/api/v1/inventory/adjustments", body, key());
    assert.equal(done.status, 201, done.text);
  }

  const run = (name: string) =>
    shop.kernel.jobs.runNow("agents", name === "stock" || name === "reorder" ? "shelves-agents" : `${name}-agent`);
  const says = (which: (one: Finding) => boolean, es: RegExp, en: RegExp) => saying({ shop, admin }, which, es, en);
  const findings = async (query = "", client = admin): Promise<Finding[]> =>
    (await client.get<{ data: Finding[] }>(`/api/v1/agents/findings?limit=200${query}`)).body.data;
  const products = (found: Finding[]) => found.map(({ subject }) => subject).sort();

  it("the stock watch tells what runs out before it could come, with its reasons, in the reader's language", async () => {
    await run("stock");
    const found = await findings("&agent=stock");
    assert.deepEqual(
      products(found),
      [`product:${idOf("PAN")}`],
      "not what repeating the last week knows as well, nor what is new",
    );
    const [one] = found;
    assert.match(
      one?.sentence ?? "",
      /PAN se acaba en \d días y un pedido tarda 5 días: hay 20 un, se espera vender \d/,
    );
    assert.ok(Number(one?.facts["errorMilli"]) < Number(one?.facts["naiveMilli"]));
    assert.ok(Number(one?.facts["errorMilli"]) < Number(one?.facts["seasonalMilli"]));
    const page = await (await shop.browser("manager")).get("/agents");
    assert.match(page.text, /PAN se acaba/);
    assert.match(page.text, /En las últimas cuatro semanas se equivocó en/);
    await says(
      ({ kind }) => kind === "runs_out",
      /^PAN se acaba en \d días y un pedido tarda 5 días: hay 20 un, se espera vender \d+,?\d* un al día\. Pronóstico: [^.]+\. En las últimas cuatro semanas se equivocó en [\d,]+ un por semana; repetir el último día, en [\d,]+; repetir la última semana, en [\d,]+\.$/,
      /^PAN runs out in \d days and an order takes 5 days: 20 un are there, \d+\.?\d* un a day are expected to sell\. Forecast: [^.]+\. In the last four weeks it was off by [\d.]+ un a week; repeating the last day by [\d.]+; repeating the last week by [\d.]+\.$/,
    );
    const agents = await admin.get<{ data: { agent: string; looked: number; able: number }[] }>("/api/v1/agents");
    const own = agents.body.data.find(({ agent }) => agent === "stock");
    assert.ok(own && own.looked >= 4 && own.able === 1, agents.text);
  });

  it("reorder advice has quantity, supplier, cost and how long it lasts, and becomes an order in one click", async () => {
    await run("reorder");
    const [advice, more] = await findings("&agent=reorder");
    assert.ok(advice && !more, JSON.stringify(more));
    assert.deepEqual(
      advice.facts.lines?.map(({ productId }) => productId),
      [idOf("PAN")],
    );
    const [line] = advice.facts.lines ?? [];
    // at five days of delivery and seven of cover, about eight a day
    assert.ok(line && line.quantityMilli > 40_000 && line.quantityMilli < 250_000, JSON.stringify(line));
    assert.ok(line.days >= 5);
    await says(
      ({ kind }) => kind === "order",
      /^Pida a Molinos del Sur un producto por \$\s?[\d.]+: con eso cada uno alcanza para \d+ días o más\. PAN: Pronóstico: /,
      /^Order one product of Molinos del Sur for [^:]*[\d,]+: with it each lasts for \d+ days or more\. PAN: Forecast: /,
    );
    const page = await (await shop.browser("manager")).get("/agents?agent=reorder");
    const order = await page.submit(`#finding-${advice.id} form[action$='/order']`);
    assert.match(order.url, /^\/purchases\/orders\/\d+$/, order.text);
    assert.match(order.text, /Molinos del Sur/);
    const { rows } = await shop.db.raw("SELECT status, supplier_id FROM purchase_orders ORDER BY id");
    assert.deepEqual(rows, [{ status: "draft", supplier_id: supplier }]);
    const again = await admin.post<Answer>(`/api/v1/agents/findings/${advice.id}/order`, {}, key());
    assert.deepEqual([again.status, again.body.code], [409, "FINDING_SETTLED"], again.text);
    const acted = await findings("&state=acted");
    assert.match(acted[0]?.document ?? "", /^purchase_order:\d+$/);
    // it is written down, and advised no more; but nobody was told of it, so the goods run out all the same
    await run("reorder");
    assert.deepEqual(await findings("&agent=reorder"), []);
    const [missed] = await findings("&agent=stock");
    assert.deepEqual([missed?.kind, missed?.facts["onOrderMilli"]], ["runs_out", 0]);
    assert.doesNotMatch(missed?.sentence ?? "", /vienen/);
    // a little of it is sent for: it is said, and that it is not enough
    const lines = [{ product_id: idOf("PAN"), quantity: "2", cost: "600" }];
    const few = await admin.post<Answer>("/api/v1/purchases/orders", { supplier_id: supplier, lines }, key());
    assert.equal(few.status, 201, few.text);
    assert.equal((await admin.post(`/api/v1/purchases/orders/${few.body.id}/send`, {}, key())).status, 200);
    await run("stock");
    await says(
      ({ kind }) => kind === "runs_out",
      /^PAN se acaba en \d días y lo que viene se espera en 5 días: hay 20 un, vienen 2 un, se espera vender /,
      /^PAN runs out in \d days and what is coming is expected in 5 days: 20 un are there, 2 un are coming, /,
    );
    const sent = await admin.post(`/api/v1/purchases/orders/${order.url.split("/").at(-1)}/send`, {}, key());
    assert.equal(sent.status, 200, sent.text);
    await run("stock");
    const [empty] = await findings("&agent=stock");
    assert.ok(Number(empty?.facts["days"]) < 5 && empty?.facts["arrivesDays"] === 5, "it is empty until that comes");
    const sentDaysAgo = async (days: number) => {
      await shop.db.raw("UPDATE purchase_orders SET sent_at = now() - make_interval(days => ?)", [days]);
      await run("stock");
    };
    // seven days late where five are the lead time: nobody counts on it, it is told and advised anew
    await sentDaysAgo(12);
    await sayingOverdue({ shop, admin });
    await sentDaysAgo(4);
    assert.deepEqual(await findings("&agent=stock"), [], "it comes tomorrow");
    assert.equal((await admin.get<{ data: unknown[] }>("/api/v1/audit?action=finding.ordered")).body.data.length, 1);
  });

  it("what is dismissed is not said again while it stays so, and is when it comes back", async () => {
    await run("margin");
    const low = (await findings("&agent=margin")).find(({ kind }) => kind === "low_margin") ?? assert.fail("no margin");
    await says(
      ({ id }) => id === low.id,
      /^POCO deja -?[\d,]+\s?% y usted quiere 15\s?%: se vende a \$\s?1\.000 y cuesta \$\s?950\.$/,
      /^POCO leaves -?[\d.]+\s?% and you want 15\s?%: it sells at \D*1,000\D* and costs \D*950\D*\.$/,
    );
    const page = await (await shop.browser("manager")).get("/agents?agent=margin");
    const seen = await page.submit(`#finding-${low.id} form[action$='/state']:has(input[value=seen])`);
    assert.match(seen.text, /Marcado como visto/);
    const dismissed = await admin.post(`/api/v1/agents/findings/${low.id}/state`, { state: "dismissed" }, key());
    assert.equal(dismissed.status, 200, dismissed.text);
    await run("margin");
    assert.deepEqual(await findings("&agent=margin"), []);
    await admin.patch(`/api/v1/products/${idOf("POCO")}`, { price: "2000" });
    await run("margin");
    await admin.patch(`/api/v1/products/${idOf("POCO")}`, { price: "1000" });
    await run("margin");
    const back = (await findings("&agent=margin")).filter(({ kind }) => kind === "low_margin");
    assert.deepEqual(
      back.map(({ state, subject }) => [state, subject]),
      [["new", low.subject]],
    );
    assert.equal((await admin.post(`/api/v1/agents/findings/${low.id}/state`, { state: "seen" }, key())).status, 409);
    assert.equal((await admin.post(`/api/v1/agents/findings/${low.id}/state`, { state: "acted" }, key())).status, 422);
    assert.equal((await admin.post(`/api/v1/agents/findings/${back[0]?.id}/order`, {}, key())).status, 409);
  });

  it("a cost that rose is told with whom and how much; one that hardly did is not", async () => {
    for (const [sku, cost] of [
      ["PAN", "660"],
      ["REPITE", "610"],
    ]) {
      const lines = [{ product_id: idOf(String(sku)), quantity: "1", cost }];
      assert.equal(
        (await admin.post("/api/v1/purchases/receipts", { supplier_id: supplier, lines }, key())).status,
        201,
      );
    }
    await run("margin");
    const rose = (await findings("&agent=margin")).filter(({ kind }) => kind === "cost_rose");
    assert.deepEqual(products(rose), [`product:${idOf("PAN")}`]);
    await says(
      ({ kind }) => kind === "cost_rose",
      /^PAN costó \$\s?660 en la última entrega de Molinos del Sur; antes costaba \$\s?600 \(\+10\s?%\)\.$/,
      /^PAN cost \D*660 in the last delivery of Molinos del Sur; before it cost \D*600 \(\+10\s?%\)\.$/,
    );
  });

  it("who voids much more than the others is told, to those who may see loss insight", async () => {
    const [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    const ring = async (client: ApiClient) => {
      const body = { items: [{ code: "PAN", quantity: "1" }], payments: [{ method: "cash", amount: "1000" }] };
      const sale = await client.post<Answer>("/api/v1/sales", body, key());
      assert.equal(sale.status, 201, sale.text);
      return sale.body.id;
    };
    for (let time = 0; time < 6; time++) {
      const id = await ring(manager);
      await ring(employee);
      await ring(admin);
      const gone = await manager.post(`/api/v1/sales/${id}/void`, { reason: "error" }, key());
      assert.equal(gone.status, 201, gone.text);
    }
    const cashiers = async () => {
      await run("anomaly");
      return (await findings("&agent=anomaly")).filter(({ kind }) => kind === "cashier");
    };
    assert.deepEqual(await cashiers(), [], "who alone may do it is compared with nobody");
    const once = await admin.post(`/api/v1/sales/${await ring(admin)}/void`, { reason: "error" }, key());
    assert.equal(once.status, 201, once.text);
    const found = await cashiers();
    await says(
      ({ facts }) => facts["measure"] === "void",
      /^Manuela Mora: 6 anulaciones en 6 ventas de los últimos 30 días, mucho más que los demás\. Son 100 por cada 100 ventas; de las personas con alguna, la mitad tiene 14,29 o menos\.$/,
      /^Manuela Mora: 6 voids in 6 sales of the last 30 days, much more than the others\. That is 100 in 100 sales; of the people with any, half have 14\.29 or fewer\.$/,
    );
    await says(
      ({ facts }) => facts["measure"] === "voided",
      /^Manuela Mora: 6 ventas suyas anuladas en 6 ventas /,
      /^Manuela Mora: 6 own sales voided in 6 sales /,
    );
    const kinds = new Set((await findings("", manager)).map(({ kind }) => kind));
    assert.ok(kinds.has("cashier") && kinds.has("low_margin"), "a manager may see both");
    const own = await manager.post(`/api/v1/agents/findings/${found[0]?.id}/state`, { state: "dismissed" }, key());
    assert.equal(own.status, 403, "somebody else says that it is all right");
    assert.equal(await offersDismissal(shop, "manager", found[0]?.id), false);
    assert.equal(await offersDismissal(shop, "admin", found[0]?.id), true);
    assert.equal((await employee.get("/api/v1/agents/findings")).status, 403);
    // a role that may read agents and neither costs nor losses
    const roles = await admin.put("/api/v1/roles/manager", {
      permissions: ["agents.read", "agents.act", "sales.read", "inventory.read"],
    });
    assert.equal(roles.status, 200, roles.text);
    const left = new Set((await findings("", manager)).map(({ kind }) => kind));
    assert.ok(!left.has("cashier") && !left.has("low_margin") && !left.has("cost_rose"), [...left].join());
    const hidden = await manager.post(`/api/v1/agents/findings/${found[0]?.id}/state`, { state: "seen" }, key());
    assert.equal(hidden.status, 404);
    // who may order, but not act on what the agents say
    await admin.put("/api/v1/roles/manager", { permissions: ["agents.read", "inventory.cost", "purchases.order"] });
    assert.equal((await manager.post(`/api/v1/agents/findings/${found[0]?.id}/order`, {}, key())).status, 403);
  });

  it("of a store for training nothing is said", async () => {
    await sell("PAN", DAYS, (day) => 4 + Math.round(noise(day, 1) * 6), school).catch((error: unknown) =>
      assert.fail(String(error)),
    );
    await run("stock");
    assert.deepEqual(
      (await findings()).filter(({ store_id: store }) => store === school),
      [],
    );
  });
});
