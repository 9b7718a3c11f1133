/** Loss insight: counts and sums by cashier are those of the books, and what is far from the others is marked. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { LEAST, lossByCashier, TIMES } from "../loss-insight.ts";
import { cash, type ProblemAnswer, ring, rung, saleIdOf, stocked } from "./till.ts";

const person = (userId: number, sales: number, voids: number) => ({
  userId,
  userName: `n${userId}`,
  facts: [
    { kind: "sale" as const, count: sales, amountMinor: sales * 1000 },
    { kind: "void" as const, count: voids, amountMinor: -voids * 1000 },
  ],
});

describe("who is marked", () => {
  it("one who voids far more than the others, from the least count on; alone nobody is", () => {
    const marked = (...all: ReturnType<typeof person>[]) =>
      lossByCashier(all).map(({ figures }) => figures.void.outlier);
    const others = [person(1, 100, 1), person(2, 100, 2), person(3, 100, 1)];
    assert.deepEqual(marked(...others, person(4, 100, LEAST)), [false, false, false, true]);
    assert.deepEqual(marked(...others, person(4, 100, LEAST - 1)), [false, false, false, false]);
    assert.deepEqual(marked(person(4, 100, 90)), [false]);
    assert.deepEqual(marked(person(1, 100, 10), person(2, 100, 12), person(3, 100, 11)), [false, false, false]);
    assert.deepEqual(marked(...others, person(4, 0, LEAST)), [false, false, false, true], "voids without a sale");
  });

  it("what is usual is so among those who have any, where the others may not do it", () => {
    const usual = (...all: ReturnType<typeof person>[]) => lossByCashier(all)[0]?.figures.void.usual;
    const [none, also] = [person(2, 100, 0), person(3, 100, 0)];
    assert.equal(usual(person(1, 100, 10), none, also), 1000, "alone with it");
    assert.equal(usual(person(1, 100, 10), none, also, person(4, 100, 8)), 800);
    assert.equal(usual(none, also), 0);
  });

  it("what needs no permission is set against all who sold: who alone has drawers that do not agree stands out", () => {
    const clean = [person(2, 100, 0), person(3, 100, 0)];
    const difference = { kind: "difference" as const, count: 20, amountMinor: -20_000 };
    const short = { userId: 1, userName: "n1", facts: [...person(1, 100, 0).facts, difference] };
    const [found] = lossByCashier([short, ...clean]);
    assert.deepEqual(
      [found?.figures.difference.outlier, found?.figures.difference.usual, found?.figures.difference.rate],
      [true, 0, 2000],
    );
  });

  it("whoever is marked is above so many times at least half of those who sold", () => {
    const shops = fc.array(fc.record({ sales: fc.integer({ min: 1, max: 500 }), voids: fc.nat(200) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(shops, (all) => {
        const found = lossByCashier(all.map(({ sales, voids }, index) => person(index, sales, voids)));
        const rates = found.map(({ figures }) => figures.void.rate ?? 0);
        for (const { figures } of found.filter((one) => one.figures.void.outlier)) {
          const rate = figures.void.rate ?? 0;
          assert.ok(figures.void.count >= LEAST);
          assert.ok(rates.filter((one) => one * TIMES < rate).length * 2 >= rates.length);
        }
      }),
    );
  });
});

interface Figure {
  count: number;
  amount: string;
  per_100_sales: string | null;
  outlier: boolean;
}
interface Loss {
  data: ({ cashier: { name: string }; sales: number; total: string; discount_share_bp: number } & Record<
    "voids" | "voided_sales" | "returns" | "lowered_prices" | "discounts" | "drawer_openings" | "differences",
    Figure
  >)[];
}

describe("loss insight", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("tells of each cashier what the books hold, on the page as by program, and only to those who may see it", async () => {
    await stocked(shop, { sku: "PAN", price: "1000" });
    const [employee, manager] = [await shop.api("employee"), await shop.api("manager")];
    const key = () => ({ key: randomUUID() });
    const sell = async (client: typeof manager, more: object = {}, paid = "1000") => {
      const sale = await ring(client, { items: [{ code: "PAN", quantity: "1", ...more }], payments: cash(paid) });
      assert.equal(sale.status, 201, sale.text);
      return sale.body.id;
    };
    for (let count = 0; count < 3; count++) await sell(employee);
    await sell(employee, { discount: "50.00", discount_reason: "Golpeado" }, "950");
    const [voided, returned] = [await sell(manager), await sell(manager)];
    const undone = await manager.post(`/api/v1/sales/${voided}/void`, { reason: "Error" }, key());
    assert.equal(undone.status, 201, undone.text);
    const back = await manager.post(`/api/v1/sales/${returned}/returns`, { reason: "Dañado" }, key());
    assert.equal(back.status, 201, back.text);
    const ofEmilio = await sell(employee);
    const taken = await manager.post(`/api/v1/sales/${ofEmilio}/void`, { reason: "Error" }, key());
    assert.equal(taken.status, 201, taken.text);
    const { id } = (await manager.get<{ id: number }>("/api/v1/shifts/current")).body;
    const opened = await manager.post(`/api/v1/shifts/${id}/drawer-openings`, { reason: "Cambio" }, key());
    assert.equal(opened.status, 201, opened.text);
    const closed = await employee.post(`/api/v1/shifts/${id}/close`, { total: "3900.00", reason: "Falta" }, key());
    assert.equal(closed.status, 201, closed.text);

    const { body, status, text } = await manager.get<Loss>("/api/v1/loss");
    assert.equal(status, 200, text);
    const of = (name: string) =>
      body.data.find(({ cashier }) => cashier.name === name) ?? assert.fail(`${name}: ${text}`);
    const [emilio, manuela] = [of(people.employee.fullName), of(people.manager.fullName)];
    assert.deepEqual([emilio.sales, emilio.total, emilio.discount_share_bp], [5, "4950.00", 100]);
    assert.deepEqual(emilio.discounts, { count: 1, amount: "50.00", per_100_sales: "20.00", outlier: false });
    assert.deepEqual([emilio.differences.count, emilio.differences.amount], [1, "-50.00"]);
    assert.equal(emilio.voids.count, 0, "a void is of who did it");
    assert.deepEqual(
      [emilio.voided_sales.count, emilio.voided_sales.amount],
      [1, "-1000.00"],
      "and of whose sale it was",
    );
    assert.deepEqual([manuela.sales, manuela.total], [2, "2000.00"]);
    assert.deepEqual(manuela.voids, { count: 2, amount: "-2000.00", per_100_sales: "100.00", outlier: false });
    assert.equal(manuela.voided_sales.count, 1);
    assert.deepEqual([manuela.returns.count, manuela.returns.amount], [1, "-1000.00"]);
    assert.equal(manuela.drawer_openings.count, 1);

    const page = await (await shop.browser("manager")).get("/loss");
    assert.match(page.root.querySelector("#about")?.text ?? "", /Lo que anuló esta persona, de quien fuera la venta/);
    assert.match(page.text, /Manuela Mora 2/);
    assert.match(page.text, /al menos 5 veces/);
    const past = await (await shop.browser("manager")).get("/loss?from=2020-01-01&to=2020-01-31");
    assert.match(past.text, /Nadie vendió/);
    assert.equal((await (await shop.browser("employee")).get("/loss")).status, 403);
    const refused = await employee.get<ProblemAnswer>("/api/v1/loss");
    assert.equal(refused.status, 403);
    assert.equal((await manager.get("/api/v1/loss?from=yesterday")).status, 422);
  });

  it("a price lowered by hand counts for who sold, at the till as by program: difference by quantity, rounded as money is", async () => {
    await stocked(shop, { sku: "CAFE", price: "1000.01" });
    const manager = await shop.api("manager");
    const before = await lowered(manager);
    // half a cent, away from zero
    const item = { code: "CAFE", quantity: "0.5", unit_price: "1000.00", price_reason: "Roto" };
    const dearer = { code: "CAFE", quantity: "1", unit_price: "2000.00", price_reason: "Otro" };
    const sale = await ring(manager, {
      items: [item, dearer, { code: "CAFE", quantity: "1" }],
      payments: cash("5000"),
    });
    assert.equal(sale.status, 201, sale.text);
    assert.deepEqual(
      sale.body.lines.map((line) => line["list_price"]),
      ["1000.01", "1000.01", null],
    );
    assert.deepEqual(await lowered(manager), { count: before.count + 1, cents: before.cents + 1 });

    const till = await shop.browser("manager");
    const cart = await rung(till, "PAN");
    const link = cart.root.querySelector('.pos-line a[href$="/price"]')?.getAttribute("href") ?? "";
    const changed = await (await till.get(link)).submit("#price", { price: "400", reason: "Golpeado" });
    const more = await changed.submit(".pos-line", { quantity: "3", do: "set" });
    const paid = await more.submit("#pay-form", { amount: "1200" });
    const number = saleIdOf(paid);
    assert.deepEqual(await lowered(manager), { count: before.count + 2, cents: before.cents + 1 + 180_000 });
    assert.match((await till.get(`/sales/${number}`)).text, /precio de lista \$\s?1\.000/);
    const page = await till.get("/loss");
    assert.match(page.text, /Precios bajados/);
    await shop.kernel.ledgers.seal();
  });

  /** of Manuela */
  const lowered = async (manager: ApiClient) => {
    const { data } = (await manager.get<Loss>("/api/v1/loss")).body;
    const own = data.find(({ cashier }) => cashier.name === people.manager.fullName)?.lowered_prices;
    return { count: own?.count ?? 0, cents: Math.round(Number(own?.amount ?? 0) * 100) };
  };
});
