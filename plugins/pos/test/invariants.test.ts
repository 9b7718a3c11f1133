/** Books that do not add up are found by day and by night, and told: in the log's command, /health, the metrics, on the home page. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { runCommand } from "../../../kernel/commands.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { assertBooks, cash, type Goods, ring, type SaleAnswer, stocked } from "./till.ts";

describe("the invariants of the books", () => {
  let shop: Shop;
  let manager: ApiClient;
  let goods: Goods;
  let sale: SaleAnswer;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    goods = await stocked(shop, { sku: "PAN", price: "1000" });
    await stocked(shop, { sku: "LECHE", price: "1000" });
    sale = await sell();
    const back = await manager.post(
      `/api/v1/sales/${sale.id}/returns`,
      { lines: [{ line: 1, quantity: "1", restock: false }], reason: "roto" },
      { key: randomUUID() },
    );
    assert.equal(back.status, 201, back.text);
    const shift = `/api/v1/shifts/${sale.shift_id}`;
    await manager.post(
      `${shift}/cash-movements`,
      { kind: "out", amount: "500", reason: "taxi" },
      { key: randomUUID() },
    );
    const closed = await manager.post(`${shift}/close`, { total: "2500" }, { key: randomUUID() });
    assert.equal(closed.status, 201, closed.text);
  });
  after(() => shop?.close());

  const sell = async () => {
    const items = [{ product_id: goods.id, quantity: "4", discount: "100", discount_reason: "x" }];
    const answer = await ring(manager, { items, payments: cash("10000") });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const check = async (scope: "recent" | "whole") => {
    const lines: string[] = [];
    const count = await shop.kernel.invariants.check(scope, (line) => lines.push(line));
    assert.equal(lines.length, count);
    return lines;
  };
  /** As somebody with the database's password does it; and back again. */
  const spoiled = async (tables: string[], sql: string, undo: string, look: () => Promise<void>) => {
    const run = (statement: string) => tamper(shop.db, tables, (tx: Knex.Transaction) => tx.raw(statement));
    await run(sql);
    try {
      await look();
    } finally {
      await run(undo);
    }
    await assertBooks(shop);
  };

  it("hold after sales, a return, cash taken out and a closing", async () => {
    await assertBooks(shop);
    assert.deepEqual(await check("whole"), []);
    assert.deepEqual(await check("recent"), []);
  });

  const ways: [name: string, tables: string[], sql: string, undo: string, recent: boolean][] = [
    [
      "sale_lines",
      ["sale_items"],
      "UPDATE sale_items SET total_minor = total_minor + 1 WHERE sale_id = 1",
      "UPDATE sale_items SET total_minor = total_minor - 1 WHERE sale_id = 1",
      true,
    ],
    [
      "sale_lines",
      ["sale_items"],
      "UPDATE sale_items SET tax_minor = tax_minor + 1 WHERE sale_id = 1",
      "UPDATE sale_items SET tax_minor = tax_minor - 1 WHERE sale_id = 1",
      true,
    ],
    [
      "sale_taxes",
      ["sale_items"],
      "UPDATE sale_items SET tax_rate_bp = 500 WHERE sale_id = 1",
      "UPDATE sale_items SET tax_rate_bp = 1900 WHERE sale_id = 1",
      true,
    ],
    [
      "shift_reports",
      ["shift_closings"],
      "UPDATE shift_closings SET report = jsonb_set(report, '{sales}', '7')",
      "UPDATE shift_closings SET report = jsonb_set(report, '{sales}', '1')",
      true,
    ],
    [
      "sale_payments",
      ["payments"],
      "UPDATE payments SET amount_minor = amount_minor - 100 WHERE sale_id = 1",
      "UPDATE payments SET amount_minor = amount_minor + 100 WHERE sale_id = 1",
      true,
    ],
    [
      "sale_stock",
      ["stock_movements", "sale_items"],
      "UPDATE stock_movements SET document_id = 999 WHERE document_type = 'sale'",
      "UPDATE stock_movements SET document_id = 1 WHERE document_type = 'sale'",
      true,
    ],
    [
      "sale_returns",
      ["sale_items", "sales"],
      "UPDATE sale_items SET quantity_milli = -9000 WHERE sale_id = 2",
      "UPDATE sale_items SET quantity_milli = -1000 WHERE sale_id = 2",
      true,
    ],
    [
      "stock_on_hand",
      ["inventory"],
      "UPDATE inventory SET on_hand_milli = on_hand_milli + 1",
      "UPDATE inventory SET on_hand_milli = on_hand_milli - 1",
      true,
    ],
    [
      "shift_cash",
      ["cash_movements"],
      "UPDATE cash_movements SET amount_minor = amount_minor + 1",
      "UPDATE cash_movements SET amount_minor = amount_minor - 1",
      true,
    ],
    [
      "sale_numbers",
      ["sales"],
      "UPDATE sales SET number = 'C1-999999' WHERE id = 1",
      "UPDATE sales SET number = 'C1-000001' WHERE id = 1",
      false,
    ],
    [
      "sale_stock",
      ["stock_movements"],
      "UPDATE stock_movements SET product_id = 2 WHERE document_type = 'sale'",
      "UPDATE stock_movements SET product_id = 1 WHERE document_type = 'sale'",
      true,
    ],
    [
      "stock_on_hand",
      ["stock_movements"],
      "UPDATE stock_movements SET quantity_milli = quantity_milli - 1 WHERE document_type = 'sale'",
      "UPDATE stock_movements SET quantity_milli = quantity_milli + 1 WHERE document_type = 'sale'",
      true,
    ],
    [
      "sale_numbers",
      ["number_ranges"],
      "UPDATE number_ranges SET next_number = next_number + 1",
      "UPDATE number_ranges SET next_number = next_number - 1",
      false,
    ],
    [
      "shift_numbers",
      ["shift_closings"],
      "UPDATE shift_closings SET z_number = 2",
      "UPDATE shift_closings SET z_number = 1",
      false,
    ],
  ];
  for (const [name, tables, sql, undo, recent] of ways)
    it(`${name}: ${sql.replace(/^UPDATE (\w+) SET (\w+).*/, "$2 of $1")} changed behind the program's back is found`, async () => {
      await spoiled(tables, sql, undo, async () => {
        const found = await check("whole");
        assert.ok(
          found.some((line) => line.startsWith(`${name}: `)),
          found.join("\n"),
        );
        assert.equal(
          (await check("recent")).some((line) => line.startsWith(`${name}: `)),
          recent,
        );
      });
    });

  it("what is found is in /health, in the metrics, in the command and on the owner's home page until it is mended", async () => {
    const health = async () =>
      (await manager.get<{ checks: Record<string, { status: string }> }>("/health")).body.checks;
    const metrics = async () => (await manager.get("/metrics")).text;
    const command = async () => {
      const lines: string[] = [];
      const { PORT: _, ...env } = shop.env;
      const code = await runCommand({ env, words: ["verify"], print: (line) => lines.push(line) });
      return { code, text: lines.join("\n") };
    };
    const admin = await shop.browser("admin");
    const [sql, undo] = [
      "UPDATE inventory SET on_hand_milli = 0 WHERE product_id = 1",
      "UPDATE inventory SET on_hand_milli = 96000 WHERE product_id = 1",
    ];
    await spoiled(["inventory"], sql, undo, async () => {
      await shop.kernel.jobs.runNow("kernel", "check_recent_documents");
      assert.equal((await health())["invariants"]?.status, "degraded");
      assert.match(await metrics(), /pos_invariant_violations\{invariant="stock_on_hand",scope="recent"\} 1/);
      assert.match((await admin.get("/")).text, /Las cuentas no cuadran[\s\S]*stock_on_hand/);
      assert.match(
        await metrics(),
        /pos_invariant_checked_timestamp_seconds\{invariant="sale_lines",scope="recent"\} \d/,
      );
      const { code, text } = await command();
      assert.equal(code, 1);
      assert.match(text, /stock_on_hand: product PAN in store 1: 0 on hand, 96000 by its ledger/);
    });
    await check("recent");
    assert.equal((await health())["invariants"]?.status, "degraded", "new no longer, but not seen to hold either");
    await check("whole");
    assert.equal((await health())["invariants"]?.status, "ok");
    assert.match(await metrics(), /pos_invariant_violations\{invariant="stock_on_hand",scope="recent"\} 0/);
    assert.doesNotMatch((await admin.get("/")).text, /no cuadran/);
  });

  it("one that cannot be asked counts as broken, and the others are asked all the same", async () => {
    await shop.db.raw("ALTER TABLE cash_movements RENAME TO elsewhere");
    const found = await check("whole");
    await shop.db.raw("ALTER TABLE elsewhere RENAME TO cash_movements");
    assert.equal(found.length, 1);
    assert.match(found[0] ?? "", /^shift_cash: cannot be checked/);
    assert.deepEqual(await check("whole"), []);
  });

  it("each night everything is checked once", async () => {
    await shop.db.raw("UPDATE invariant_checks SET checked_at = checked_at - interval '2 days'");
    const times = async () =>
      (await shop.db.raw("SELECT DISTINCT checked_at FROM invariant_checks WHERE scope = 'whole'")).rows;
    const before = await times();
    await shop.kernel.jobs.runNow("kernel", "check_invariants");
    const once = await times();
    assert.notDeepEqual(once, before);
    await shop.kernel.jobs.runNow("kernel", "check_invariants");
    assert.deepEqual(await times(), once);
  });
});
