/** A store in which people learn the till: everything works there, and nothing of it counts anywhere. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { until } from "../../../test/harness/until.ts";
import { addCustomer, brokenAccounts } from "./accounts.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import {
  assertBooks,
  cash,
  digits,
  type Goods,
  type ProblemAnswer,
  ring,
  rung,
  type SaleAnswer,
  stocked,
} from "./till.ts";
import { openStore, sellAt, standing } from "./two-stores.ts";

const key = () => ({ key: randomUUID() });

describe("a store for training", () => {
  let shop: Shop;
  let admin: ApiClient;
  let mailbox: Mailbox;
  let bread: Goods;
  let school: { store: number; register: number };
  let lesson: SaleAnswer;
  let ana: number;

  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({ env: { SMTP_URL: mailbox.url, SMTP_FROM: "Tienda <caja@tienda.example>" } });
    admin = await shop.api("admin");
    bread = await stocked(shop, { sku: "PAN", price: "1000", cost: "600", reorder_point: "90" });
    ana = await addCustomer(admin, "Ana Ardila", { credit_limit: "50000" });
    const settings = await (await shop.browser("admin")).get("/settings");
    const saved = await settings.submit("#settings", {
      "customers.points_earn": "1000",
      "customers.points_value": "10",
    });
    assert.equal(saved.status, 200, saved.text);
  });
  after(async () => {
    await shop?.close();
    await mailbox?.close();
  });
  afterEach(async () => {
    await assertBooks(shop);
    assert.deepEqual(await brokenAccounts(shop), []);
  });

  const range = async () => (await shop.db.raw("SELECT sum(next_number)::int AS next FROM number_ranges")).rows[0].next;
  const code = (answer: { body: ProblemAnswer; text: string }) => answer.body.code ?? answer.text;

  it("is marked so when it is opened, on its page or by a program", async () => {
    const page = await shop.browser("admin");
    const made = await (await page.get("/stores/new")).submit("#store", { name: "Escuela", training: "on" });
    assert.match(made.text, /Escuela.*De entrenamiento/);
    const { body } = await admin.get<{ data: { id: number; name: string; training: boolean }[] }>("/api/v1/stores");
    const own = body.data.find(({ name }) => name === "Escuela") ?? assert.fail(JSON.stringify(body));
    assert.equal(own.training, true);
    assert.ok((await page.get(`/stores/${own.id}`)).root.querySelector("#training[checked]"));
    // nothing happened there: it may still become one that sells, and back
    for (const training of [false, true])
      assert.equal((await admin.patch(`/api/v1/stores/${own.id}`, { training })).status, 200);
    school = await openStore(admin, { name: "Taller", training: true }, bread.id);
    const trail = await admin.get<{ data: { after: { training?: boolean } }[] }>("/api/v1/audit?action=store.created");
    assert.equal(trail.body.data[0]?.after.training, true);
  });

  it("the last store that really sells stays so", async () => {
    const refused = await admin.patch<ProblemAnswer>("/api/v1/stores/1", { active: false });
    assert.deepEqual([refused.status, code(refused)], [409, "LAST_STORE"]);
    assert.equal(code(await admin.patch<ProblemAnswer>("/api/v1/stores/1", { training: true })), "LAST_STORE");
  });

  it("goods on its shelves make it final; so do sales, whatever program asks the database", async () => {
    const stays = await admin.patch<ProblemAnswer>(`/api/v1/stores/${school.store}`, { training: false });
    assert.deepEqual([stays.status, code(stays)], [409, "TRAINING_FIXED"]);
    const page = await (await shop.browser("admin")).get(`/stores/${school.store}`);
    const drawn = await page.submit("#store", { training: [] });
    assert.equal(drawn.status, 409);
    assert.match(drawn.text, /En esta tienda ya pasó algo/);
    const real = await sellAt(admin, 1, "1000");
    assert.equal(real.body.number, "C1-000001");
    await assert.rejects(
      shop.db.raw("UPDATE stores SET training = true WHERE id = 1"),
      /it stays for training, or not/,
    );
  });

  it("its sales are numbered in a series of their own, and take no number of a range", async () => {
    const before = await range();
    const first = await ring(admin, {
      items: [{ code: "PAN", quantity: "2" }],
      payments: cash("2000"),
      register_id: school.register,
      customer_id: ana,
    });
    assert.equal(first.status, 201, first.text);
    assert.equal(first.body.number, `ENTRENAMIENTO-${school.store}-000001`);
    lesson = (await sellAt(admin, school.register, "1000")).body;
    assert.equal(lesson.number, `ENTRENAMIENTO-${school.store}-000002`);
    const back = await admin.post<SaleAnswer>(
      `/api/v1/sales/${first.body.id}/returns`,
      { reason: "no era", lines: [{ line: 1, quantity: "1" }] },
      key(),
    );
    assert.equal(back.body.number, `ENTRENAMIENTO-${school.store}-000003`, back.text);
    assert.equal(await range(), before);
    const tries = await Promise.all(Array.from({ length: 5 }, () => sellAt(admin, school.register, "1000")));
    assert.deepEqual(new Set(tries.map(({ body }) => body.number)).size, 5);
  });

  it("every page of it says so, and so do the receipt, its PDF and bytes, the letter and the reports of the shift", async () => {
    const page = await standing(await shop.browser("manager"), school.register);
    const till = await page.get("/pos/new");
    assert.match(till.root.querySelector(".training")?.text ?? "", /ENTRENAMIENTO/);
    const sold = await (await rung(page, "PAN")).submit("#pay-form", { amount: "1000" });
    assert.match(sold.text, /ENTRENAMIENTO No es un comprobante de venta/);
    for (const path of [`/sales/${lesson.id}`, `/shifts/${lesson.shift_id}`])
      assert.match((await page.get(path)).root.querySelector(".training")?.text ?? "", /ENTRENAMIENTO/, path);
    for (const width of [58, 80]) {
      const shown = await page.get(`/sales/${lesson.id}/receipt?width=${width}`);
      assert.match(shown.text, /ENTRENAMIENTO No es un comprobante/);
    }
    for (const width of [58, 80]) {
      const lines = await admin.get(`/api/v1/sales/${lesson.id}/receipt?format=text&width=${width}`);
      assert.match(lines.text, /\*\*\* ENTRENAMIENTO \*\*\*\n/);
      const printed = await admin.get(`/api/v1/sales/${lesson.id}/receipt?format=escpos&width=${width}`);
      assert.ok(printed.bytes.includes("*** ENTRENAMIENTO ***"), printed.text);
    }
    assert.match((await page.get(`/shifts/${lesson.shift_id}/sheet`)).text, /ENTRENAMIENTO/);
    const sent = await admin.post(`/api/v1/sales/${lesson.id}/email`, { to: "ana@cliente.example" }, key());
    assert.ok(sent.status < 300, sent.text);
    await until(() => mailbox.mails.length === 1);
    assert.match(mailbox.mails[0]?.raw ?? "", /Subject: ENTRENAMIENTO: /);
    // the shop's own pages do not
    const other = await standing(await shop.browser("manager"), 1);
    assert.equal((await other.get("/pos/new")).root.querySelector(".training"), null);
    const real = await (await rung(other, "PAN")).submit("#pay-form", { amount: "1000" });
    assert.doesNotMatch(real.text, /ENTRENAMIENTO/);
  });

  it("debts, points, cards and payments of real people are not touched there, and what is refused says so", async () => {
    const onCredit = {
      items: [{ code: "PAN", quantity: "1" }],
      payments: [{ method: "customer_credit", amount: "1000" }],
    };
    assert.equal((await ring(admin, { ...onCredit, register_id: 1, customer_id: ana })).status, 201);
    const card = await admin.post<{ gift_card: { id: number; code: string } }>(
      "/api/v1/gift-cards",
      { amount: "20000", method: "cash" },
      key(),
    );
    assert.equal(card.status, 201, card.text);
    const buy = (method: string, reference?: string) =>
      ring(admin, {
        items: [{ code: "PAN", quantity: "1" }],
        payments: [{ method, amount: "1000", reference }],
        register_id: school.register,
        customer_id: ana,
      });
    const before = await range();
    const tries: [string, { status: number; text: string; body: ProblemAnswer }][] = [
      ["credit", await buy("customer_credit")],
      ["points", await buy("points")],
      ["card", await buy("gift_card", card.body.gift_card.code)],
      [
        "a new card",
        await admin.post("/api/v1/gift-cards", { amount: "1000", method: "cash", register_id: school.register }, key()),
      ],
      [
        "a provider",
        await admin.post(
          "/api/v1/payment-intents",
          { method: "breb", amount: "1000", register_id: school.register },
          key(),
        ),
      ],
    ];
    for (const [what, answer] of tries)
      assert.deepEqual([answer.status, answer.body.code], [409, "TRAINING_STORE"], `${what}: ${answer.text}`);
    const page = await standing(await shop.browser("manager"), school.register);
    const debt = await (await page.get(`/customers/${ana}/payment`)).submit("#debt", {
      amount: "1000",
      method: "cash",
    });
    assert.equal(debt.status, 409);
    assert.match(debt.text, /tienda de entrenamiento/);
    const blocked = await (await page.get(`/vouchers/${card.body.gift_card.id}`)).submit("#block", {
      reason: "prueba",
    });
    assert.equal(blocked.status, 409);
    const known = await admin.get<{ balance: string; points: number }>(`/api/v1/customers/${ana}`);
    assert.deepEqual([known.body.balance, known.body.points], ["1000.00", 1]);
    assert.equal(await range(), before);
  });

  it("no figure counts it: the day's total, the customer's purchases, loss insight, what sells and what goes together", async () => {
    const home = await (await shop.browser("manager")).get("/");
    assert.match(digits(home.root.querySelector(".total")?.text ?? ""), /^3000$/);
    assert.doesNotMatch(home.text, /Taller/);
    const history = await admin.get<{ sales: number }>(`/api/v1/customers/${ana}/history`);
    assert.equal(history.body.sales, 1, "the one on credit");
    for (const query of ["", `?store_id=${school.store}`]) {
      const loss = await admin.get<{ data: { sales: number }[] }>(`/api/v1/loss${query}`);
      assert.equal(
        loss.body.data.reduce((sum, { sales }) => sum + sales, 0),
        query === "" ? 3 : 0,
        loss.text,
      );
    }
    const { rows } = await shop.db.raw("SELECT count(*)::int AS all FROM sales WHERE store_id = ?", [school.store]);
    assert.ok(rows[0].all > 5);
    const demand = await import("../../inventory/queries/demand.ts");
    const sold = await demand.demandSince(shop.db, new Date(0), new Date(), 30);
    assert.deepEqual(
      sold.map(({ sales }) => sales),
      [3],
    );
  });

  it("lists leave it out until it is asked for; who works only there sees it", async () => {
    const numbers = async (query: string) =>
      (await admin.get<{ data: { number: string }[] }>(`/api/v1/sales${query}`)).body.data.map(({ number }) => number);
    assert.ok((await numbers("?limit=100")).every((number) => number.startsWith("C")));
    assert.ok(
      (await numbers(`?limit=100&store_id=${school.store}`)).every((number) => number.startsWith("ENTRENAMIENTO")),
    );
    const employee = await shop.api("employee");
    const users = await admin.get<{ data: { id: number; username: string }[] }>("/api/v1/users");
    const id = users.body.data.find(({ username }) => username === "emilio")?.id;
    assert.equal((await admin.put(`/api/v1/users/${id}/stores`, { store_ids: [school.store] })).status, 200);
    const seen = await employee.get<{ data: { number: string }[] }>("/api/v1/sales?limit=100");
    assert.ok(seen.body.data.length > 5, seen.text);
    const page = await (await shop.browser("employee")).get("/");
    assert.match(page.root.querySelector(".training")?.text ?? "", /ENTRENAMIENTO/);
  });

  it("nothing is transferred from it or to it, and nothing is bought for it", async () => {
    const other = await admin.post<{ id: number }>("/api/v1/stores", { name: "Sur" }, key());
    for (const [from, to] of [
      [school.store, 1],
      [other.body.id, school.store],
    ]) {
      const body = { from_store_id: from, to_store_id: to, lines: [{ product_id: bread.id, quantity: "1" }] };
      const refused = await admin.post<ProblemAnswer>("/api/v1/transfers", body, key());
      assert.deepEqual([refused.status, refused.body.errors?.[0]?.code], [422, "TRAINING_STORE"], refused.text);
    }
    const options = (await (await shop.browser("admin")).get("/transfers")).root.querySelectorAll(
      "#from_store_id option",
    );
    assert.deepEqual(
      options.map((one) => one.text.trim()),
      ["Tienda principal", "Sur"],
    );
    const supplier = await admin.post<{ id: number }>("/api/v1/suppliers", { name: "Molinos" }, key());
    const lines = [{ product_id: bread.id, quantity: "1", cost: "600" }];
    const wanted = { supplier_id: supplier.body.id, store_id: school.store, lines };
    for (const path of ["/api/v1/purchases/orders", "/api/v1/purchases/receipts"]) {
      const refused = await admin.post<ProblemAnswer>(path, wanted, key());
      assert.deepEqual([refused.status, refused.body.code], [409, "TRAINING_STORE"], `${path}: ${refused.text}`);
    }
    const suggested = await admin.get<ProblemAnswer>(`/api/v1/purchases/suggestions?store_id=${school.store}`);
    assert.equal(suggested.body.code, "TRAINING_STORE", suggested.text);
  });

  it("what counts there all the same is found", async () => {
    const { trainingThatCounts, numbersMissing } = await import("../queries/invariants.ts");
    const all = { since: undefined, limit: 10 };
    await tamper(shop.db, ["stores"], (tx) =>
      tx.raw("UPDATE stores SET training = false WHERE id = ?", [school.store]),
    );
    assert.match((await trainingThatCounts(shop.db, all)).join(), /training and number do not fit/);
    await tamper(shop.db, ["stores"], (tx) => tx.raw("UPDATE stores SET training = true WHERE id = ?", [school.store]));
    assert.deepEqual(await trainingThatCounts(shop.db, all), []);
    await shop.db.raw("UPDATE training_numbers SET next_number = next_number + 1");
    assert.match((await numbersMissing(shop.db, all)).join(), /range of training: no sale has the number/);
    await shop.db.raw("UPDATE training_numbers SET next_number = next_number - 1");
  });
});
