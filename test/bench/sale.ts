/** Sales of five lines through HTTP, against the same statements by pgbench on the same server. */
import type { Knex } from "knex";
import { openShop, type Shop } from "../harness/shop.ts";
import { stockUp } from "./goods.ts";
import { type Load, perSecond, startLoad } from "./load/load.ts";
import { type Answer, type Ask, NEW_KEY } from "./load/protocol.ts";
import { pgbench } from "./pgbench.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

const PRODUCTS = 5000;
const SECONDS = 3;
export const REGISTERS = 8;

export async function sale(): Promise<Figure[]> {
  const shop = await openShop();
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    await openRegisters(shop.db);
    const headers = await bearer(shop);
    const asks = salesOf();
    const url = shop.url;
    // a server that was just started compiles its own code: not what a cashier meets after the first customers
    await load.run({ url, headers, asks, clients: REGISTERS, count: 600 });
    return [...(await against(shop, load, headers, asks, 1)), ...(await against(shop, load, headers, asks, REGISTERS))];
  } finally {
    load.close();
    await shop.close();
  }
}

async function against(
  shop: Shop,
  load: Load,
  headers: Record<string, string>,
  asks: Ask[][],
  clients: number,
): Promise<Figure[]> {
  const database = shop.kernel.config.DATABASE_URL ?? "";
  const [ours = [], peers = []] = await interleaved<Answer | undefined>(ROUNDS, [
    () => load.run({ url: shop.url, headers, asks, clients, seconds: SECONDS }),
    async () => {
      const run = await pgbench(database, clients, SECONDS, SCRIPT);
      return run && { samples: run.samples, seconds: run.samples.length / run.perSecond, failures: {} };
    },
  ]);
  const rates = ours.flatMap((one) => (one ? [perSecond(one)] : []));
  const peerRates = peers.flatMap((one) => (one ? [perSecond(one)] : []));
  const samples = ours.flatMap((one) => one?.samples ?? []);
  const peerSamples = peers.flatMap((one) => one?.samples ?? []);
  const where = `${clients} client(s)`;
  const p99 = percentile(samples, 0.99);
  if (peerRates.length === 0)
    return [
      { name: `sales of 5 lines, ${where}`, value: median(rates), unit: "/s", beside: "no pgbench here", samples },
    ];
  const busy = clients > 1;
  const peerP99 = percentile(peerSamples, 0.99);
  return [
    {
      name: `sales of 5 lines, ${where}, of pgbench`,
      value: (100 * median(rates)) / median(peerRates),
      unit: "%",
      beside: `${median(rates).toFixed(0)}/s, pgbench ${median(peerRates).toFixed(0)}/s`,
      samples: rates,
      peer: peerRates,
      ...(busy ? { goal: { atLeast: 50 } } : {}),
    },
    {
      name: `one sale, ${where}, p99 of pgbench's`,
      value: p99 / peerP99,
      unit: "x",
      beside: `p50 ${median(samples).toFixed(1)}, p95 ${percentile(samples, 0.95).toFixed(1)}, p99 ${p99.toFixed(1)} ms; pgbench p99 ${peerP99.toFixed(1)} ms`,
      samples,
      peer: peerSamples,
      ...(busy ? { goal: { atMost: 4 } } : {}),
    },
  ];
}

export async function bearer(shop: Shop): Promise<Record<string, string>> {
  const login = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
    username: "admin",
    password: "correct horse battery",
  });
  return { authorization: `Bearer ${login.body.access_token}`, "content-type": "application/json" };
}

/** One a client, with ids from 1 on, as each cashier stands at one. */
export async function openRegisters(db: Knex): Promise<void> {
  await db.raw(
    `WITH register AS (
       INSERT INTO registers (store_id, name) SELECT 1, 'Caja ' || n FROM generate_series(2, :registers::int) AS n RETURNING id)
     INSERT INTO number_ranges (register_id, prefix) SELECT id, 'C' || id || '-' FROM register`,
    { registers: REGISTERS },
  );
  const { rows } = await db.raw("SELECT array_agg(id ORDER BY id) AS ids FROM registers");
  const expected = Array.from({ length: REGISTERS }, (_, index) => index + 1);
  if (String(rows[0].ids) !== String(expected)) throw new Error(`the registers are ${rows[0].ids}`);
}

/** For each register a list of sales: of a product of each of `items` parts of the catalogue, or all of one `same` product. */
export function salesOf({ items = 5, same }: { items?: number; same?: number } = {}): Ask[][] {
  let turn = 0;
  return Array.from({ length: REGISTERS }, (_, index) =>
    Array.from({ length: 200 }, () => {
      turn++;
      const lines = Array.from({ length: items }, (_, part) => ({
        product_id: same ?? part * 1000 + 1 + ((turn * 7919 + part * 13) % 1000),
        quantity: "1",
      }));
      const payments = [{ method: "cash", amount: "999999" }];
      const body = JSON.stringify({ register_id: index + 1, items: lines, payments });
      return { method: "POST", path: "/api/v1/sales", body, status: 201, headers: { "idempotency-key": NEW_KEY } };
    }),
  );
}

/** What kernel/http/idempotency.ts, plugins/pos and plugins/inventory do for one sale, in their order. */
export const SCRIPT = `
\\set p1 random(1, 1000)
\\set p2 random(1001, 2000)
\\set p3 random(2001, 3000)
\\set p4 random(3001, 4000)
\\set p5 random(4001, 5000)
\\set key random(1, 1000000000000000)
\\set register :client_id + 1
BEGIN;
INSERT INTO idempotency_keys (scope, key, request_hash) VALUES ('bench', :key::bigint::text, 'x');
SELECT id, store_id, name FROM registers WHERE id = :register AND active;
SELECT p.id, p.sku, p.name, p.price_minor, p.tax_rate_bp, i.on_hand_milli FROM products p JOIN inventory i ON i.product_id = p.id AND i.store_id = 1 WHERE p.id IN (:p1, :p2, :p3, :p4, :p5);
SELECT id, name, kind FROM promotions WHERE ended_at IS NULL AND starts_on <= current_date AND (ends_on IS NULL OR ends_on >= current_date);
SELECT shift_id FROM open_shifts WHERE register_id = :register FOR KEY SHARE;
UPDATE number_ranges SET next_number = next_number + 1 WHERE register_id = :register RETURNING prefix || next_number || random() AS number, nextval(pg_get_serial_sequence('sales', 'id')) AS id \\gset
SELECT id, kind FROM products WHERE id IN (:p1, :p2, :p3, :p4, :p5) AND kind IN ('kit', 'service');
SELECT p.id, i.on_hand_milli, i.counted FROM inventory i JOIN products p ON p.id = i.product_id WHERE i.store_id = 1 AND i.product_id IN (:p1, :p2, :p3, :p4, :p5) ORDER BY i.product_id FOR UPDATE OF i;
WITH moved AS (UPDATE inventory SET on_hand_milli = on_hand_milli - 1000 WHERE store_id = 1 AND product_id IN (:p1, :p2, :p3, :p4, :p5) AND on_hand_milli >= 1000 RETURNING product_id, on_hand_milli) INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id, document_number, user_id, user_name, created_at) SELECT 1, product_id, 'sale', -1000, on_hand_milli, 50000, 'sale', :id, 'bench', 1, 'bench', now() FROM moved;
WITH sale AS (INSERT INTO sales (id, number, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor, paid_minor, change_minor, business_date, created_at) OVERRIDING SYSTEM VALUE VALUES (:id, 'B' || :id, 1, :register, 1, 'bench', 'COP', 500000, 0, 500000, 500000, 0, current_date, now())), items AS (INSERT INTO sale_items (sale_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor, tax_rate_bp, tax_minor, total_minor, cost_minor) SELECT :id, row_number() OVER (), id, sku, name, unit, 1000, 100000, 0, 0, 100000, 50000 FROM products WHERE id IN (:p1, :p2, :p3, :p4, :p5)) INSERT INTO payments (sale_id, line, method, amount_minor) VALUES (:id, 1, 'cash', 500000);
INSERT INTO outbox (event, payload) VALUES ('bench', '{}');
INSERT INTO outbox (event, payload) VALUES ('bench', '{}');
UPDATE idempotency_keys SET status = 201, reply = '{"body": {}}' WHERE scope = 'bench' AND key = :key::bigint::text;
COMMIT;
`;
