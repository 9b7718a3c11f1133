/** How old debts are when goods come back: what is returned takes off the charge of its own sale, wherever it is told. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import * as refunded from "../../customers/migrations/0033_refunded.ts";
import { addCustomer, brokenAccounts } from "../../pos/test/accounts.ts";
import { ring, stocked } from "../../pos/test/till.ts";
import { report } from "./figures.ts";

const AGES = ["d30", "d60", "d90", "older"] as const;
const key = () => ({ key: randomUUID() });

describe("how old debts are of which goods came back", () => {
  let shop: Shop;
  let manager: ApiClient;
  const clock = handClock("2026-01-02T15:00:00Z");
  const at = async (day: string) => {
    clock.advance(Date.parse(`${day}T15:00:00Z`) - clock.now().getTime());
    const { username, password } = people.manager;
    const stranger = await shop.api();
    const { body } = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    manager = createApiClient(() => shop.url, body.access_token);
  };

  let ana = 0;
  let beto = 0;
  let twin = 0;
  before(async () => {
    shop = await openShop({ clock });
    await shop.api("manager");
    await at("2026-01-02");
    await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
    const hire = (name: string) => addCustomer(manager, name, { credit_limit: "1000000" });
    [ana, beto, twin] = [await hire("Ana"), await hire("Beto"), await hire("Beto, otra ficha")];
    await lend(ana, 10);
    await lend(beto, 4);
    await at("2026-05-01");
    const voided = await manager.post(`/api/v1/sales/${await lend(ana, 5)}/void`, { reason: "error" }, key());
    assert.equal(voided.status, 201, voided.text);
    const later = await lend(twin, 6);
    const merged = await manager.post(`/api/v1/customers/${beto}/merge`, { from_id: twin }, key());
    assert.ok(merged.status < 300, merged.text);
    await at("2026-05-03");
    const paid = await manager.post(`/api/v1/customers/${beto}/payments`, { amount: "30000", method: "cash" }, key());
    assert.equal(paid.status, 201, paid.text);
    const lines = [{ line: 1, quantity: "2" }];
    const back = await manager.post(`/api/v1/sales/${later}/returns`, { lines, reason: "partido" }, key());
    assert.equal(back.status, 201, back.text);
    await at("2026-05-10");
  });
  after(() => shop?.close());

  /** So many of 10,000. */
  const lend = async (customer: number, units: number) => {
    const sale = await ring(manager, {
      items: [{ code: "ARROZ", quantity: String(units) }],
      payments: [{ method: "customer_credit", amount: String(units * 10_000) }],
      customer_id: customer,
    });
    assert.equal(sale.status, 201, sale.text);
    return sale.body.id;
  };
  const EXPECTED: Record<string, (string | number)[]> = {
    // 2 January, 128 days ago; what was voided on 1 May never was owed
    Ana: ["0.00", "0.00", "0.00", "100000.00", "100000.00", 128],
    // of 60,000 of May 20,000 came back: 40,000 are fresh, and 30,000 paid all but 10,000 of January
    Beto: ["40000.00", "0.00", "0.00", "10000.00", "50000.00", 128],
  };

  it("the report, the page of receivables and who is reminded say the same, though two were merged", async () => {
    const { data } = await report(shop, manager, "receivables-aging");
    const told = data.map((one) => [one.name, [...AGES, "owed", "oldest"].map((member) => one[member])]);
    assert.deepEqual(Object.fromEntries(told), EXPECTED);
    const own = await manager.get<{ data: Record<string, string | number>[] }>("/api/v1/receivables");
    const here = own.body.data.map((one) => [
      one["name"],
      [...AGES, "total", "oldest_days"].map((member) => one[member]),
    ]);
    assert.deepEqual(Object.fromEntries(here), EXPECTED);
    assert.deepEqual(await brokenAccounts(shop), []);
  });

  it("what came back before the shop knew of which charge is found when it is brought up to date", async () => {
    const links = async () => (await shop.db.raw("SELECT * FROM customer_refunded ORDER BY entry_id, charge_id")).rows;
    const before = await links();
    assert.deepEqual(
      before.map((one: { amount_minor: number }) => Number(one.amount_minor)),
      [5_000_000, 2_000_000],
    );
    await refunded.down(shop.db);
    await refunded.up(shop.db);
    assert.deepEqual(await links(), before);
  });
});
