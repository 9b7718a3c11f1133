/** Payments of providers that are somebody else's, or that nobody waits for any more. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { openTerminal, shopWith, type Terminal } from "./terminal.ts";
import { assertBooks, follow, type Goods, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

interface Intent extends ProblemAnswer {
  id: string;
  state: string;
}

describe("payments of providers, astray", () => {
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
    assert.equal((await manager.patch("/api/v1/tenders/breb", { provider: "fake" })).status, 200);
  });
  after(async () => {
    await shop?.close();
    await terminal?.close();
  });
  afterEach(() => {
    terminal.is("well");
    return assertBooks(shop);
  });

  const ask = (amount: string) =>
    employee.post<Intent>("/api/v1/payment-intents", { method: "breb", amount }, { key: randomUUID() });
  const read = async (id: string) => (await employee.get<Intent>(`/api/v1/payment-intents/${id}`)).body;
  const becomes = (id: string, state: string) => until(async () => (await read(id)).state === state);
  const paid = async (id: string) => {
    await until(async () => terminal.payments.has(id));
    terminal.settle(id, "approved");
    await becomes(id, "approved");
  };

  it("what was paid for a cart, or asked for by somebody else, pays no other sale", async () => {
    const browser = await shop.browser("employee");
    const payment = await follow(browser, await rung(browser, "LECHE"), 'a[href$="/payment"]');
    const page = await payment.submit("#payment", { begin: "breb" });
    const id = /[0-9a-f-]{36}$/.exec(page.url)?.[0] ?? assert.fail(page.text);
    await paid(id);
    const own = (await ask("5000")).body.id;
    await paid(own);
    const items = [{ product_id: milk.id, quantity: "1" }];
    const pay = (client: ApiClient, intent: string) =>
      ring(client, { items, payments: [{ method: "breb", amount: "5000", intent_id: intent }] });
    for (const [client, intent] of [
      [employee, id],
      [manager, id],
      [manager, own],
    ] as const) {
      const stolen = await pay(client, intent);
      assert.deepEqual([stolen.status, stolen.body.errors?.[0]?.code], [422, "INTENT_UNFIT"]);
    }
    assert.equal((await pay(employee, own)).status, 201);
    assert.match((await (await browser.get(page.url)).submit("#finish", {})).url, /receipt$/);
  });

  it("an abandoned payment that the provider still waits for is cancelled there when it answers again", async () => {
    const { id } = (await ask("1000")).body;
    await becomes(id, "pending");
    terminal.is("silent");
    await employee.post(`/api/v1/payment-intents/${id}/abandon`, {});
    assert.equal((await read(id)).state, "abandoned");
    assert.equal(terminal.payments.get(id)?.state, "pending");
    terminal.is("well");
    await shop.db.raw("UPDATE payment_intents SET next_ask_at = now() WHERE id = ?", [id]);
    await until(async () => terminal.payments.get(id)?.state === "cancelled");
    assert.equal((await read(id)).state, "abandoned");
  });

  it("what has ended is asked about once a minute, and after a day no more", async () => {
    const { id } = (await ask("1000")).body;
    await until(async () => terminal.payments.has(id));
    terminal.settle(id, "declined");
    await becomes(id, "declined");
    const asked = async () => {
      await shop.db.raw("UPDATE payment_intents SET next_ask_at = now(), tries = 0 WHERE id = ?", [id]);
      const row = async () =>
        (
          await shop.db.raw(
            "SELECT tries, next_ask_at - now() > interval '30 seconds' AS later, next_ask_at FROM payment_intents WHERE id = ?",
            [id],
          )
        ).rows[0];
      await until(async () => (await row()).tries === 1 && ((await row()).later || (await row()).next_ask_at === null));
      return (await row()).later;
    };
    assert.equal(await asked(), true);
    await shop.db.raw("UPDATE payment_intents SET created_at = now() - interval '2 days' WHERE id = ?", [id]);
    assert.equal(await asked(), null);
  });
});
