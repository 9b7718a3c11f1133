/** What customers owe: statements that add up, and how old the debt is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { AGES, ageOf, agingOf } from "../../customers/accounts/aging.ts";
import { whatsappNumber } from "../../customers/accounts/reminder.ts";
import { addCustomer, bookEntry } from "./accounts.ts";
import { digits, type ProblemAnswer } from "./till.ts";

interface Statement extends ProblemAnswer {
  opening: string;
  closing: string;
  aging: Record<string, unknown>;
  entries: { kind: string; amount: string; balance: string }[];
}

interface Receivables {
  data: ({ customer_id: number; reminder: string } & Record<string, unknown>)[];
  totals: Record<string, unknown>[];
  next_cursor: string | null;
}

describe("what customers owe", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const hire = (name: string, more: object = {}) => addCustomer(manager, name, more);
  const book = (id: number, kind: string, minor: number, days: number) => bookEntry(shop, id, kind, minor, days);
  const dayBefore = (days: number) => {
    const at = new Date();
    at.setUTCDate(at.getUTCDate() - days);
    return at.toISOString().slice(0, 10);
  };

  it("a debt is as old as its oldest purchase that no payment reached: page, API and totals say the same", async () => {
    const rosa = await hire("Rosa Rey", { phone: "300 123 45 67", email: "rosa@correo.co" });
    await book(rosa, "charge", 1_000_000, 120);
    await book(rosa, "charge", 2_000_000, 70);
    await book(rosa, "charge", 4_000_000, 40);
    await book(rosa, "payment", -1_500_000, 35);
    await book(rosa, "charge", 8_000_000, 3);
    const saul = await hire("Saúl Sanz");
    await book(saul, "charge", 500_000, 100);
    await book(await hire("Tito sin deuda"), "refund", -100_000, 1);
    const { body } = await manager.get<Receivables>("/api/v1/receivables");
    const [first, second] = body.data;
    assert.deepEqual([first?.customer_id, second?.customer_id, body.data.length], [rosa, saul, 2]);
    assert.deepEqual(
      [first?.["d30"], first?.["d60"], first?.["d90"], first?.["older"], first?.["total"], first?.["oldest_days"]],
      ["80000.00", "40000.00", "15000.00", "0.00", "135000.00", 70],
    );
    assert.deepEqual(
      [body.totals[0]?.["customers"], body.totals[0]?.["older"], body.totals[0]?.["total"]],
      [2, "5000.00", "140000.00"],
    );
    assert.match(first?.reminder ?? "", /Rosa Rey.*70/);
    const one = await manager.get<Receivables>("/api/v1/receivables?limit=1");
    const two = await manager.get<Receivables>(`/api/v1/receivables?limit=1&cursor=${one.body.next_cursor}`);
    assert.deepEqual([two.body.data[0]?.customer_id, two.body.next_cursor], [saul, null]);

    const browser = await shop.browser("employee");
    const page = await browser.get("/receivables");
    assert.match(digits(page.root.querySelector("#receivables tfoot")?.text ?? ""), /140000/);
    const links = page.root.querySelectorAll("#receivables a").map((link) => link.getAttribute("href") ?? "");
    assert.ok(
      links.some((link) => link.startsWith("https://wa.me/573001234567?text=Hola")),
      links.join("\n"),
    );
    assert.ok(links.some((link) => link.startsWith("mailto:rosa%40correo.co?subject=")));
  });

  it("a statement opens with what was owed before, closes with what is owed after, and comes as a table", async () => {
    const uma = await hire("Uma Uribe");
    await book(uma, "charge", 3_000_000, 50);
    await book(uma, "payment", -1_000_000, 20);
    await book(uma, "charge", 500_050, 10);
    await book(uma, "payment", -100_000, 1);
    const path = `/customers/${uma}/statement`;
    const period = `from=${dayBefore(30)}&to=${dayBefore(5)}`;
    const { body } = await manager.get<Statement>(`/api/v1${path}?${period}`);
    assert.deepEqual(
      [body.opening, body.closing, body.entries.map(({ balance }) => balance)],
      ["30000.00", "25000.50", ["20000.00", "25000.50"]],
    );
    assert.equal(body.aging["total"], "24000.50");
    const browser = await shop.browser("employee");
    const page = await browser.get(`${path}?${period}`);
    assert.equal(digits(page.root.querySelector("#opening")?.text ?? ""), "30000");
    assert.equal(page.root.querySelector("a.shop")?.text, "Mi tienda", "the shop's name stays above");
    const days = await browser.get(`${path}?from=2026-01-05&to=2026-02-09`);
    assert.match(days.text, /Del 5\/01\/2026 al 9\/02\/2026/);
    assert.equal(digits(page.root.querySelector("#closing")?.text ?? ""), "2500050");
    const next = await page.submit("#statement-period", { to: dayBefore(0) });
    assert.equal(digits(next.root.querySelector("#closing")?.text ?? ""), "2400050");
    const table = await browser.get(`${path}.csv?${period}`);
    assert.match(table.headers.get("content-disposition") ?? "", /estado-de-cuenta-\d+-.*\.csv/);
    const lines = table.html.trim().split("\r\n");
    assert.equal(lines.length, 5);
    assert.match(lines[1] ?? "", /;Saldo inicial;;;30000,00$/);
    assert.match(lines[4] ?? "", /;Saldo final;;;25000,50$/);
    const wrong = await manager.get<Statement>(`/api/v1${path}?from=${dayBefore(1)}&to=${dayBefore(2)}`);
    assert.deepEqual([wrong.status, wrong.body.errors?.[0]?.field], [422, "from"]);
    const noDay = await manager.get<Statement>(`/api/v1${path}?from=ayer`);
    assert.deepEqual([noDay.status, noDay.body.errors?.[0]?.field], [422, "from"]);
    assert.equal((await manager.get(`/api/v1/customers/999999/statement`)).status, 404);
  });
});

describe("the age of a debt", () => {
  /** Charges wait in a line, oldest first; each payment takes from its head, what is paid ahead waits for the next charge. */
  const inLine = (entries: readonly { amountMinor: number; days: number }[]) => {
    const line: { left: number; days: number }[] = [];
    let ahead = 0;
    for (const { amountMinor, days } of entries) {
      if (amountMinor > 0) line.push({ left: amountMinor, days });
      else ahead -= amountMinor;
      for (let head = line[0]; head && ahead > 0; head = line[0]) {
        const paid = Math.min(ahead, head.left);
        head.left -= paid;
        ahead -= paid;
        if (head.left === 0) line.shift();
      }
    }
    return line;
  };

  it("is what is left when payments take the oldest charge first, whatever was bought and paid", () => {
    const entry = fc.record({ amountMinor: fc.integer({ min: -5000, max: 5000 }), gap: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (made) => {
        const real = made.filter(({ amountMinor }) => amountMinor !== 0);
        const entries = real.map(({ amountMinor }, index) => ({
          amountMinor,
          days: real.slice(index).reduce((total, { gap }) => total + gap, 0),
        }));
        const balance = entries.reduce((total, { amountMinor }) => total + amountMinor, 0);
        const charges = entries.filter(({ amountMinor }) => amountMinor > 0).reverse();
        const aging = agingOf(balance, charges);
        const left = inLine(entries);
        for (const age of AGES) {
          const expected = left.filter(({ days }) => ageOf(days) === age).reduce((total, one) => total + one.left, 0);
          assert.equal(aging.parts[age], expected, age);
        }
        assert.equal(aging.totalMinor, Math.max(balance, 0));
        assert.equal(aging.oldestDays, left[0]?.days ?? 0);
      }),
    );
  });

  it("telephones that a message can be sent to", () => {
    for (const [typed, number] of [
      ["300 123 45 67", "573001234567"],
      ["+57 300 1234567", "573001234567"],
      ["0034 600 11 22 33", "34600112233"],
      ["601 234 56", undefined],
      [undefined, undefined],
    ] as const)
      assert.equal(whatsappNumber(typed), number, typed);
  });
});
