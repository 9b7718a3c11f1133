/** A shop's ledgers, from the sale to the operator who looks after them. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { BootError } from "../../kernel/errors.ts";
import type { LedgerColumn } from "../../kernel/ledger.ts";
import { ledgersOf } from "../../kernel/ledgers/declared.ts";
import { handClock } from "../harness/clock.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { tamper } from "../harness/tamper.ts";
import { openSystem } from "./system.ts";

const TABLES = ["sales", "sale_items", "payments", "stock_movements", "audit_log", "ledger_seals"];

describe("the ledgers of a shop", () => {
  let shop: Shop;
  let folder: string;
  before(async () => {
    shop = await openShop();
    folder = await mkdtemp(join(tmpdir(), "pos-odata-ledgers-"));
    const admin = await shop.api("admin");
    const product = await admin.post<{ id: number }>("/api/v1/products", { sku: "PAN", name: "Pan", price: "500" });
    const stock = { product_id: product.body.id, quantity: "100", reason: "received" };
    await admin.post("/api/v1/inventory/adjustments", stock, { key: randomUUID() });
    for (let n = 0; n < 5; n++) {
      const order = { items: [{ code: "PAN", quantity: "2" }], payments: [{ method: "cash", amount: "2000" }] };
      const sale = await admin.post("/api/v1/sales", order, { key: randomUUID() });
      assert.equal(sale.status, 201, sale.text);
    }
    // reports count what was sold, not what is tampered with below
    await shop.kernel.outbox.drain();
    await shop.kernel.ledgers.seal();
  });
  after(async () => {
    await shop?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function verify(...args: string[]) {
    const lines: string[] = [];
    const code = await shop.kernel.ledgers.command.run({ args, print: (line) => lines.push(line) });
    return { code, lines };
  }

  /** Does it, looks, and puts everything back as it was. */
  async function tampered(work: (tx: Knex.Transaction) => Promise<unknown>) {
    await shop.db.transaction(async (tx) => {
      for (const table of TABLES) await tx.raw("CREATE TABLE ?? AS TABLE ??", [`kept_${table}`, table]);
    });
    await tamper(shop.db, TABLES, work);
    const told = await verify();
    await tamper(shop.db, TABLES, async (tx) => {
      for (const table of ["ledger_seals", "audit_log", "stock_movements", "payments", "sale_items", "sales"])
        await tx.raw("DELETE FROM ??", [table]);
      for (const table of TABLES) {
        const { rows } = await tx.raw(
          "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) AS list FROM information_schema.columns WHERE table_name = ? AND table_schema = 'public'",
          [`kept_${table}`],
        );
        await tx.raw(
          `INSERT INTO ${table} (${rows[0].list}) OVERRIDING SYSTEM VALUE SELECT ${rows[0].list} FROM kept_${table}`,
        );
        await tx.raw("DROP TABLE ??", [`kept_${table}`]);
      }
    });
    assert.deepEqual((await verify()).code, 0, "all is as it was");
    return told;
  }

  const told = (lines: string[]) =>
    lines.filter((line) => !/nothing is sealed yet$/.test(line) && !/ head \d+ /.test(line));

  it("one line for each, the heads to keep, and all is well", async () => {
    const { code, lines } = await verify();
    assert.equal(code, 0);
    for (const ledger of ["audit 0", "sales 1", "cash 1", "stock 1"])
      assert.ok(
        lines.some((line) => new RegExp(`^${ledger}: \\d+ rows, 1 seals, head 1 [0-9a-f]{64}$`).test(line)),
        ledger,
      );
    assert.equal(lines.at(-1), "All is well.");
  });

  it("a price on a posted sale, a payment, a movement, a line of the trail: each is named where it belongs", async () => {
    const changes: [string, (tx: Knex.Transaction) => Promise<unknown>, string[]][] = [
      [
        "a line",
        (tx) => tx("sale_items").where({ sale_id: 2 }).update({ name: "Pan duro" }),
        ["sales 1: row 2 was changed (seal 1)"],
      ],
      [
        "a line is gone",
        (tx) => tx("sale_items").where({ sale_id: 3 }).delete(),
        ["sales 1: row 3 was changed (seal 1)"],
      ],
      [
        "a payment",
        (tx) => tx("payments").where({ sale_id: 4 }).update({ method: "card" }),
        ["cash 1: row 4 was changed (seal 1)"],
      ],
      [
        "a payment more",
        (tx) => tx("payments").insert({ sale_id: 4, line: 2, method: "cash", amount_minor: 0 }),
        ["cash 1: row 4 was changed (seal 1)"],
      ],
      [
        "a movement",
        (tx) => tx("stock_movements").where({ id: 2 }).update({ quantity_milli: -1 }),
        ["stock 1: row 2 was changed (seal 1)"],
      ],
      [
        "a line of the trail",
        (tx) => tx("audit_log").where({ id: 2 }).delete(),
        ["audit 0: row 2 was removed (seal 1)"],
      ],
      [
        "a whole sale",
        async (tx) => {
          for (const table of ["payments", "sale_items"]) await tx(table).where({ sale_id: 5 }).delete();
          await tx("sales").where({ id: 5 }).delete();
        },
        ["sales 1: row 5 was removed (seal 1)", "cash 1: row 5 was removed (seal 1)"],
      ],
    ];
    for (const [what, work, expected] of changes) {
      const { code, lines } = await tampered(work);
      assert.equal(code, 1, what);
      // the invariants may have found it too
      const ofLedgers = told(lines).filter((line) => /^[a-z_]+ \d+: /.test(line));
      assert.deepEqual(ofLedgers, expected, what);
      assert.match(lines.at(-1) ?? "", /^[1-9]\d* finding\(s\)\.$/);
    }
  });

  it("what the last verification found is in /health and in the metrics, also after a restart", async () => {
    const health = async () =>
      (
        await (
          await shop.api()
        ).get<{ status: string; checks: Record<string, { status: string; detail?: string }> }>("/health")
      ).body;
    assert.equal((await health()).checks["ledgers"]?.status, "ok");
    await tamper(shop.db, ["audit_log"], (tx) => tx("audit_log").where({ id: 1 }).update({ reason: "x" }));
    await shop.db("ledger_verifications").update({ verified_at: new Date("2026-01-01T08:30:00Z") });
    await shop.kernel.jobs.runNow("kernel", "verify_ledgers");
    await shop.restart();
    const { status, checks } = await health();
    assert.equal(status, "degraded");
    assert.deepEqual(
      { ...checks["ledgers"] },
      {
        status: "degraded",
        detail: "the last verification found something: run the command verify on the server",
        critical: false,
      },
    );
    assert.match((await (await shop.browser("admin")).get("/")).text, /por fuera del programa.*audit.*npm run verify/);
    assert.doesNotMatch((await (await shop.browser("manager")).get("/")).text, /por fuera del programa/);
    const metrics = await shop.kernel.metrics.text();
    assert.match(metrics, /^pos_ledger_findings\{ledger="audit"\} 1$/m);
    assert.match(metrics, /^pos_ledger_findings\{ledger="sales"\} 0$/m);
    assert.match(metrics, /^pos_ledger_verified_timestamp_seconds\{ledger="stock"\} 1\.?\d+/m);
    assert.match(metrics, /^pos_ledger_unsealed_rows\{ledger="cash"\} 0$/m);
    await tamper(shop.db, ["audit_log"], (tx) => tx("audit_log").where({ id: 1 }).update({ reason: null }));
    assert.equal((await verify()).code, 0);
    assert.equal((await health()).checks["ledgers"]?.status, "ok");
  });

  it("a chain that was made anew as a whole is told by the heads that were kept outside", async () => {
    const file = join(folder, "heads");
    await writeFile(file, `\n> pos-odata verify\n\n${(await verify()).lines.join("\n")}\n`);
    const same = await verify("--against", file);
    assert.equal(same.code, 0, same.lines.join("\n"));
    await tamper(shop.db, TABLES, async (tx) => {
      await tx("audit_log").where({ id: 2 }).update({ reason: "nobody will see" });
      for (const table of ["ledger_seals", "ledger_heads", "ledger_marks"])
        await tx(table).where({ ledger: "audit" }).delete();
    });
    await shop.kernel.ledgers.seal();
    assert.equal((await verify()).code, 0, "the database alone cannot know");
    const { code, lines } = await verify("--against", file);
    assert.equal(code, 1);
    assert.ok(
      lines.some((line) => /^audit 0: head \d+ of the saved output is not part of the chain/.test(line)),
      lines.join("\n"),
    );
  });

  it("at night the log gets the heads and each finding; a PC that was off at night catches up, and that once a day", async () => {
    const clock = handClock("2026-03-02T08:30:00Z");
    const system = await openSystem([], { clock });
    try {
      const { kernel, lines } = system;
      const night = async () => {
        const from = lines.length;
        await kernel.jobs.runNow("kernel", "verify_ledgers");
        clock.advance(3_600_000);
        return lines.slice(from).flatMap(({ level, msg }) => (msg.startsWith("ledger: ") ? [{ level, msg }] : []));
      };
      const row = { action: "thing.done", subject: "thing:1" };
      await kernel.db.primary("audit_log").insert([row, row]);
      await kernel.ledgers.seal();
      const [first, ...rest] = await night();
      assert.match(first?.msg ?? "", /^ledger: audit 0: 2 rows, 1 seals, head 1 [0-9a-f]{64}$/);
      assert.deepEqual(rest, []);
      assert.deepEqual(await night(), [], "an hour later it is done");
      await tamper(kernel.db.primary, ["audit_log"], (tx) => tx("audit_log").where({ id: 2 }).delete());
      clock.advance(30 * 3_600_000);
      const [finding, head] = await night();
      assert.deepEqual(finding, { level: 50, msg: "ledger: audit 0: row 2 was removed (seal 1)" });
      assert.equal(head?.msg, first?.msg);
    } finally {
      await system.close();
    }
  });

  it("a file without heads, or none, is refused with the cure", async () => {
    const file = join(folder, "empty");
    await writeFile(file, "nothing\n");
    for (const args of [["--against", file], ["--against", join(folder, "none")], ["--against"], ["--agains", file]])
      await assert.rejects(verify(...args), BootError);
  });

  it("every column of a ledger's tables is sealed, and dates as dates", async () => {
    const nameOf = (column: LedgerColumn) => (typeof column === "string" ? column : column.name);
    const kindOf = (column: LedgerColumn) => (typeof column === "string" ? "plain" : column.kind);
    const KINDS: Record<string, string> = { "timestamp with time zone": "instant", date: "day" };
    const sealed = new Map<string, Set<string>>();
    for (const { table, versions } of ledgersOf(shop.kernel.plugins)()) {
      for (const [name, columns] of [
        [table, versions.at(-1)?.columns ?? []] as const,
        ...(versions.at(-1)?.parts ?? []).map((part) => [part.table, part.columns] as const),
      ]) {
        const types = await shop
          .db("information_schema.columns")
          .where({ table_schema: "public", table_name: name })
          .select("column_name", "data_type");
        for (const column of columns) {
          const type = types.find(({ column_name }) => column_name === nameOf(column))?.data_type;
          assert.ok(type, `${name}.${nameOf(column)} is not there`);
          assert.equal(kindOf(column), KINDS[type] ?? "plain", `${name}.${nameOf(column)} is a ${type}`);
          assert.doesNotMatch(type, /double|real|bytea|interval|money/, "its text depends on the client");
          sealed.set(name, (sealed.get(name) ?? new Set()).add(nameOf(column)));
        }
        sealed.set(`${name} all`, new Set(types.map(({ column_name }) => column_name)));
      }
    }
    assert.ok(sealed.size >= 10);
    for (const [name, columns] of sealed)
      if (!name.endsWith(" all"))
        assert.deepEqual([...columns].sort(), [...(sealed.get(`${name} all`) ?? [])].sort(), name);
  });
});
