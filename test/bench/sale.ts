/** Sales of five lines through HTTP, against the same statements by pgbench on the same server. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openShop } from "../harness/shop.ts";
import { stockUp } from "./goods.ts";
import { createClient } from "./http.ts";
import { type Figure, percentile, timed } from "./stats.ts";

const PRODUCTS = 5000;
const SECONDS = 5;

export async function sale(): Promise<Figure[]> {
  const shop = await openShop();
  try {
    await stockUp(shop.db, PRODUCTS);
    const login = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
      username: "admin",
      password: "correct horse battery",
    });
    const headers = { authorization: `Bearer ${login.body.access_token}`, "content-type": "application/json" };
    const client = createClient(shop.url, headers);
    let turn = 0;
    const ring = async () => {
      const items = [0, 1, 2, 3, 4].map((part) => ({
        product_id: part * 1000 + 1 + ((turn * 7919 + part * 13) % 1000),
        quantity: "1",
      }));
      turn++;
      const body = JSON.stringify({ items, payments: [{ method: "cash", amount: "999999" }] });
      const answer = await client.send("POST", "/api/v1/sales", body, { "idempotency-key": randomUUID() });
      if (answer.status !== 201) throw new Error(`a sale answered ${answer.status}: ${answer.body}`);
    };
    await timed(8, 40, ring);
    const figures: Figure[] = [];
    for (const clients of [1, 8]) {
      const started = performance.now();
      const samples = await timed(clients, 320 / clients, ring);
      const perSecond = samples.length / ((performance.now() - started) / 1000);
      const peer = await pgbench(shop.kernel.config.DATABASE_URL ?? "", clients);
      const beside =
        peer === undefined
          ? "pgbench is not installed"
          : `pgbench ${peer.toFixed(0)}/s, ratio ${(perSecond / peer).toFixed(2)}`;
      figures.push({ name: `sales of 5 lines, ${clients} client(s)`, value: perSecond, unit: "/s", beside, samples });
      figures.push({
        name: `one sale, ${clients} client(s), p95`,
        value: percentile(samples, 0.95),
        unit: "ms",
        beside: "",
        samples,
      });
    }
    client.close();
    return figures;
  } finally {
    await shop.close();
  }
}

/** Transactions a second of the sale's statements; undefined where there is no pgbench. */
async function pgbench(url: string, clients: number): Promise<number | undefined> {
  const program = findPgbench();
  if (!program) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-pgbench-"));
  try {
    await writeFile(join(folder, "sale.sql"), SCRIPT);
    const run = promisify(execFile);
    const options = [
      "-n",
      "-f",
      join(folder, "sale.sql"),
      "-c",
      String(clients),
      "-j",
      "2",
      "-T",
      String(SECONDS),
      "-M",
      "prepared",
    ];
    const { stdout } = await run(program, [...options, url]);
    return Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function findPgbench(): string | undefined {
  const root = "/usr/lib/postgresql";
  const found = existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin/pgbench")) : [];
  return found.filter(existsSync).at(-1);
}

/** What kernel/http/idempotency.ts, plugins/pos and plugins/inventory do for one sale, in their order. */
const SCRIPT = `
\\set p1 random(1, 1000)
\\set p2 random(1001, 2000)
\\set p3 random(2001, 3000)
\\set p4 random(3001, 4000)
\\set p5 random(4001, 5000)
\\set key random(1, 1000000000000000)
BEGIN;
INSERT INTO idempotency_keys (scope, key, request_hash) VALUES ('bench', :key::bigint::text, 'x');
SELECT p.id, p.sku, p.name, p.price_minor, p.tax_rate_bp, i.on_hand_milli FROM products p JOIN inventory i ON i.product_id = p.id AND i.store_id = 1 WHERE p.id IN (:p1, :p2, :p3, :p4, :p5);
UPDATE number_ranges SET next_number = next_number + 1 WHERE register_id = 1 RETURNING prefix || next_number || random() AS number, nextval(pg_get_serial_sequence('sales', 'id')) AS id \\gset
SELECT p.id, i.on_hand_milli, i.counted FROM inventory i JOIN products p ON p.id = i.product_id WHERE i.store_id = 1 AND i.product_id IN (:p1, :p2, :p3, :p4, :p5) ORDER BY i.product_id FOR UPDATE OF i;
WITH moved AS (UPDATE inventory SET on_hand_milli = on_hand_milli - 1000 WHERE store_id = 1 AND product_id IN (:p1, :p2, :p3, :p4, :p5) AND on_hand_milli >= 1000 RETURNING product_id, on_hand_milli) INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id, document_number, user_id, user_name, created_at) SELECT 1, product_id, 'sale', -1000, on_hand_milli, 50000, 'sale', :id, 'bench', 1, 'bench', now() FROM moved;
WITH sale AS (INSERT INTO sales (id, number, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor, paid_minor, change_minor, business_date, created_at) OVERRIDING SYSTEM VALUE VALUES (:id, 'B' || :id, 1, 1, 1, 'bench', 'COP', 500000, 0, 500000, 500000, 0, current_date, now())), items AS (INSERT INTO sale_items (sale_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor, tax_rate_bp, tax_minor, total_minor, cost_minor) SELECT :id, row_number() OVER (), id, sku, name, unit, 1000, 100000, 0, 0, 100000, 50000 FROM products WHERE id IN (:p1, :p2, :p3, :p4, :p5)) INSERT INTO payments (sale_id, line, method, amount_minor) VALUES (:id, 1, 'cash', 500000);
INSERT INTO outbox (event, payload) VALUES ('bench', '{}');
INSERT INTO outbox (event, payload) VALUES ('bench', '{}');
UPDATE idempotency_keys SET status = 201, reply = '{"body": {}}' WHERE scope = 'bench' AND key = :key::bigint::text;
COMMIT;
`;
