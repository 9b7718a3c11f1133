/** A provider takes payments: the till asks, waits, finishes or lets go; money is never lost between the two. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { openTerminal, shopWith, type Terminal } from "./terminal.ts";
import {
  assertBooks,
  digits,
  follow,
  type Goods,
  type ProblemAnswer,
  ring,
  rung,
  type SaleAnswer,
  saleIdOf,
  scan,
  stocked,
} from "./till.ts";

interface Intent extends ProblemAnswer {
  id: string;
  state: string;
  qr: string | null;
}

describe("payments that a provider takes", () => {
  let terminal: Terminal;
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let milk: Goods;
  before(async () => {
    terminal = await openTerminal();
    shop = await shopWith(terminal);
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    milk = await stocked(shop, { sku: "LECHE", name: "Leche", price: "5000", stock: "1000" });
    const browser = await shop.browser("manager");
    const saved = await (await browser.get("/tenders/breb")).submit("#tender", { provider: "fake" });
    assert.equal(saved.status, 200, saved.text);
  });
  after(async () => {
    await shop?.close();
    await terminal?.close();
  });
  afterEach(() => {
    terminal.is("well");
    return assertBooks(shop);
  });

  const begun = async (browser: Browser, register: Page, amount = ""): Promise<{ page: Page; id: string }> => {
    const payment = await follow(browser, register, 'a[href$="/payment"]');
    const page = await payment.submit("#payment", { begin: "breb", amount_breb: amount });
    const [, id] = /\/payments\/([0-9a-f-]{36})$/.exec(page.url) ?? assert.fail(`${page.url}: ${page.text}`);
    return { page, id: id ?? "" };
  };
  const ask = (amount: string, method = "breb") =>
    employee.post<Intent>("/api/v1/payment-intents", { method, amount }, { key: randomUUID() });
  const read = async (id: string) => (await employee.get<Intent>(`/api/v1/payment-intents/${id}`)).body;
  const becomes = (id: string, state: string) => until(async () => (await read(id)).state === state);
  const openShift = async () => {
    const { rows } = await shop.db.raw("SELECT shift_id FROM open_shifts LIMIT 1");
    return rows[0]?.shift_id as number;
  };
  const close = (shiftId: number, counted: string) =>
    manager.post<ProblemAnswer>(
      `/api/v1/shifts/${shiftId}/close`,
      { total: counted, reason: "prueba" },
      { key: randomUUID() },
    );

  it("the customer reads a code, pays, and the cashier finishes the sale; its receipt has the provider's reference", async () => {
    const browser = await shop.browser("employee");
    const { page, id } = await begun(browser, await rung(browser, "LECHE"));
    await becomes(id, "pending");
    const waiting = await browser.get(page.url);
    assert.match(waiting.text, /Esperando al cliente/);
    assert.ok(waiting.root.querySelector("img.qr"));
    terminal.settle(id, "approved");
    await becomes(id, "approved");
    const receipt = await (await browser.get(page.url)).submit("#finish", {});
    assert.match(receipt.url, /receipt$/, receipt.text);
    assert.match(receipt.text, new RegExp(`Bre-B T-${id.slice(0, 4)}`));
    assert.equal((await read(id)).state, "used");
    // the finished page, asked for once more, leads to the receipt
    assert.match((await browser.get(page.url)).text, /Ver el recibo/);
  });

  it("part of it by the provider, the rest in cash; meanwhile nothing else pays, and the cart cannot be paid twice", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "LECHE", "LECHE");
    const { page, id } = await begun(browser, register, "4.000");
    const early = await register.submit("#pay-form", { amount: "" });
    assert.equal(early.status, 409);
    assert.match(early.text, /pago pendiente/);
    terminal.settle(await created(id), "approved");
    await becomes(id, "approved");
    const paid = await browser.get(page.url);
    assert.match(digits(paid.text), /6000/);
    const payment = await follow(browser, paid, 'a.primary[href$="/payment"]');
    assert.match(payment.text, /Pagado/);
    const receipt = await payment.submit("#payment", { amount_cash: "10.000" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    const sale = (await employee.get<SaleAnswer>(`/api/v1/sales/${saleIdOf(receipt)}`)).body;
    assert.deepEqual(
      sale.payments.map(({ method, amount }) => [method, amount]),
      [
        ["breb", "4000.00"],
        ["cash", "10000.00"],
      ],
    );
    assert.equal(sale.change, "4000.00");
  });

  /** waits until the terminal has heard of it */
  async function created(id: string): Promise<string> {
    await until(async () => terminal.payments.has(id));
    return id;
  }

  it("abandoned, the cart stays and is paid in cash; money that comes late is seen, keeps the shift open, and goes back", async () => {
    const browser = await shop.browser("employee");
    const { page, id } = await begun(browser, await rung(browser, "LECHE"));
    await becomes(id, "pending");
    const shiftId = await openShift();
    const refused = await close(shiftId, "0");
    assert.deepEqual([refused.status, refused.body.code], [409, "PAYMENT_PENDING"]);
    const back = await (await browser.get(page.url)).submit("#abandon", {});
    assert.match(back.url, /\/payment$/);
    assert.equal((await read(id)).state, "abandoned");
    const receipt = await back.submit("#payment", { amount_cash: "5.000" });
    assert.match(receipt.url, /receipt$/, receipt.text);

    // the bank was slow: it is asked again a minute later
    terminal.settle(id, "approved");
    await shop.db.raw("UPDATE payment_intents SET next_ask_at = now() WHERE id = ?", [id]);
    await becomes(id, "approved");
    assert.equal((await close(shiftId, "0")).body.code, "PAYMENT_PENDING");
    const list = await (await shop.browser("manager")).get("/payments");
    const sent = await list.submit(".give-back", { reason: "llegó tarde" });
    assert.match(sent.text, /Devuelto/);
    await until(async () => terminal.refunded(id) === 500_000);
    const again = await manager.post<Intent>(
      `/api/v1/payment-intents/${id}/give-back`,
      { reason: "x" },
      { key: randomUUID() },
    );
    assert.deepEqual([again.status, again.body.code], [409, "INTENT_SETTLED"]);
    const closed = await close(shiftId, "0");
    assert.equal(closed.status, 201, closed.text);
  });

  it("whoever abandons what was just paid is told so, and the sale is finished with it", async () => {
    const browser = await shop.browser("employee");
    const { page, id } = await begun(browser, await rung(browser, "LECHE"));
    await becomes(id, "pending");
    const waiting = await browser.get(page.url);
    terminal.settle(id, "approved");
    const told = await waiting.submit("#abandon", {});
    assert.match(told.text, /Pagado/);
    const receipt = await told.submit("#finish", {});
    assert.match(receipt.url, /receipt$/, receipt.text);
  });

  it("declined: the customer pays otherwise", async () => {
    const browser = await shop.browser("employee");
    const { page, id } = await begun(browser, await rung(browser, "LECHE"));
    terminal.settle(await created(id), "declined");
    await becomes(id, "declined");
    const declined = await browser.get(page.url);
    assert.match(declined.text, /Rechazado/);
    const payment = await follow(browser, declined, 'a.primary[href$="/payment"]');
    assert.match((await payment.submit("#payment", { rest: "cash" })).url, /receipt$/);
  });

  it("past its time it is cancelled at the provider", async () => {
    const { id } = (await ask("1000")).body;
    await becomes(id, "pending");
    await shop.db.raw(
      "UPDATE payment_intents SET expires_at = now() - interval '1 minute', next_ask_at = now() WHERE id = ?",
      [id],
    );
    await becomes(id, "expired");
    assert.equal(terminal.payments.get(id)?.state, "cancelled");
  });

  it("a terminal that is silent, or whose answers are lost, is asked again and takes the money once", async () => {
    terminal.is("deaf");
    const { id } = (await ask("5000")).body;
    await until(async () => (terminal.payments.get(id)?.created ?? 0) > 0);
    assert.equal((await read(id)).state, "new");
    terminal.is("silent");
    const { id: second } = (await ask("5000")).body;
    terminal.is("well");
    await shop.db.raw("UPDATE payment_intents SET next_ask_at = now() WHERE state = 'new'");
    await Promise.all([becomes(id, "pending"), becomes(second, "pending")]);
    assert.equal(terminal.payments.size, new Set(terminal.payments.keys()).size);
    // abandoning while it is silent does not wait for it
    terminal.is("silent");
    assert.equal(
      (await employee.post<Intent>(`/api/v1/payment-intents/${second}/abandon`, {})).body.state,
      "abandoned",
    );
    terminal.is("well");
    terminal.settle(id, "approved");
    await becomes(id, "approved");
    const items = [{ product_id: milk.id, quantity: "1" }];
    const sold = await ring(employee, { items, payments: [{ method: "breb", amount: "5000", intent_id: id }] });
    assert.equal(sold.status, 201, sold.text);
  });

  it("a cashier abandons no payment that somebody else's buyer is making; who gives money back may", async () => {
    const asked = { method: "breb", amount: "5000" };
    const theirs = await manager.post<Intent>("/api/v1/payment-intents", asked, { key: randomUUID() });
    assert.equal(theirs.status, 201, theirs.text);
    const refused = await employee.post<Intent>(`/api/v1/payment-intents/${theirs.body.id}/abandon`, {});
    assert.deepEqual([refused.status, refused.body.code], [403, "FORBIDDEN"]);
    const { id } = (await ask("5000")).body;
    for (const one of [id, theirs.body.id])
      assert.equal((await manager.post(`/api/v1/payment-intents/${one}/abandon`, {})).status, 200);
  });

  it("twenty at once use one payment once; another amount, another tender, none at all are refused", async () => {
    const { id } = (await ask("5000")).body;
    terminal.settle(await created(id), "approved");
    await becomes(id, "approved");
    const items = [{ product_id: milk.id, quantity: "1" }];
    const pay = (payment: object) => ring(employee, { items, payments: [payment] });
    const bare = await pay({ method: "breb", amount: "5000", reference: "M1" });
    assert.deepEqual([bare.status, bare.body.code], [422, "PROVIDER_NEEDED"]);
    for (const other of [
      { method: "breb", amount: "4999" },
      { method: "card", amount: "5000" },
    ])
      assert.equal((await pay({ ...other, intent_id: id })).body.errors?.[0]?.field, "payments.0.reference");
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => pay({ method: "breb", amount: "5000", intent_id: id })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
    const nobody = await ask("1000", "card");
    assert.deepEqual([nobody.status, nobody.body.errors?.[0]?.field], [422, "method"]);
  });

  it("a return gives it back through the provider, in parts, also when it was silent at first", async () => {
    const { id } = (await ask("10000")).body;
    terminal.settle(await created(id), "approved");
    await becomes(id, "approved");
    const sale = await ring(employee, {
      items: [{ product_id: milk.id, quantity: "2" }],
      payments: [{ method: "breb", amount: "10000", intent_id: id }],
    });
    terminal.is("deaf");
    const half = { reason: "agria", lines: [{ line: 1, quantity: "1" }] };
    const back = await manager.post<SaleAnswer>(`/api/v1/sales/${sale.body.id}/returns`, half, { key: randomUUID() });
    assert.equal(back.status, 201, back.text);
    await until(async () => (await (await shop.browser("manager")).get("/payments")).text.includes("por confirmar"));
    terminal.is("well");
    const rest = await manager.post<SaleAnswer>(
      `/api/v1/sales/${sale.body.id}/returns`,
      { reason: "todas" },
      { key: randomUUID() },
    );
    assert.equal(rest.status, 201, rest.text);
    await until(async () => terminal.refunded(id) === 1_000_000);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM provider_refunds WHERE intent_id = ?", [id]);
    assert.equal(rows[0].n, 2);
    assert.equal(terminal.payments.get(id)?.refunds.size, 2);
  });

  it("after a restart of the system open payments go on", async () => {
    const browser = await shop.browser("employee");
    const { page, id } = await begun(browser, await rung(browser, "LECHE"));
    await becomes(id, "pending");
    await shop.restart();
    terminal.settle(id, "approved");
    await becomes(id, "approved");
    const more = await scan(await browser.get(page.url.replace(/\/payments\/.*/, "")), "LECHE");
    const grown = await browser.get(page.url);
    assert.match(digits(grown.text), /5000/);
    const receipt = await more.submit("#pay-form", { amount: "" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    const sale = (await employee.get<SaleAnswer>(`/api/v1/sales/${saleIdOf(receipt)}`)).body;
    assert.deepEqual(
      sale.payments.map(({ method }) => method),
      ["breb", "cash"],
    );
  });
});
