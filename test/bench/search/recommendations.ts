/** Leave one out of a basket, and see who names it: the shop's own way, in its own SQL, beside popularity, cosine and lift. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import knex from "knex";
import { partnersOf } from "../../../plugins/ai-search/queries/together.ts";
import { boughtTogetherSince } from "../../../plugins/inventory/queries/demand.ts";
import { testDatabase } from "../../harness/postgres.ts";
import { createRandom } from "../shop/random.ts";
import type { Figure } from "../stats.ts";

const NAMED = 10;
const KEPT = 20;
/** every fifth basket is asked about, the others are known */
const ASKED = 5;

interface Ask {
  cart: number[];
  left: number;
}

const OF_POPULARITY = 1.2;

export async function recommendations(folder: string): Promise<Figure[]> {
  const file = join(folder, "groceries_baskets.csv");
  if (!existsSync(file)) return [];
  const { known, asks, items } = read(file);
  const counts = countsOf(known, items);
  const ways: [name: string, score: (cart: readonly number[], item: number) => number][] = [
    ["popularity", (_, item) => counts.alone[item] ?? 0],
    [
      "cosine",
      (cart, item) => sum(cart, (one) => counts.pair(one, item) / Math.sqrt(counts.of(one) * counts.of(item))),
    ],
    [
      "lift",
      (cart, item) => sum(cart, (one) => (counts.pair(one, item) * known.length) / (counts.of(one) * counts.of(item))),
    ],
  ];
  const hits = new Map<string, number>();
  for (const [name, score] of ways) {
    const found = asks.filter(({ cart, left }) => {
      const others = [...Array(items).keys()].filter((item) => !cart.includes(item));
      const ranked = others.map((item) => ({ item, score: score(cart, item) })).sort((a, b) => b.score - a.score);
      return ranked.slice(0, NAMED).some(({ item }) => item === left);
    });
    hits.set(name, found.length / asks.length);
  }
  const own = await ownHits(known, asks);
  const [popularity = 1, cosine = 1, lift = 1] = [...hits.values()];
  const beside = [
    `popularity ${(popularity * 100).toFixed(1)}, of which the goal is ${OF_POPULARITY} x and it is ${(own / popularity).toFixed(2)} x`,
    `and cosine ${(cosine * 100).toFixed(1)}`,
    `lift ${(lift * 100).toFixed(1)}`,
  ].join("; ");
  return [
    {
      name: `recommendations, hit@10, ${asks.length} baskets`,
      value: own * 100,
      unit: "%",
      beside,
      samples: [own],
      goal: { atLeast: Number((OF_POPULARITY * popularity * 100).toFixed(1)) },
    },
  ];
}

function sum(list: readonly number[], of: (one: number) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}

function read(file: string): { known: number[][]; asks: Ask[]; items: number } {
  const ids = new Map<string, number>();
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size;
    ids.set(name, id);
    return id;
  };
  const baskets = readFileSync(file, "utf8")
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) =>
      [
        ...new Set(
          line
            .split(",")
            .map((name) => name.trim())
            .filter(Boolean),
        ),
      ].map(idOf),
    );
  const random = createRandom(7);
  const asks: Ask[] = [];
  const known = baskets.filter((basket, at) => {
    if (at % ASKED !== 0 || basket.length < 2) return true;
    const out = random.int(0, basket.length - 1);
    asks.push({ cart: basket.filter((_, place) => place !== out), left: basket[out] ?? 0 });
    return false;
  });
  return { known, asks, items: ids.size };
}

function countsOf(baskets: readonly number[][], items: number) {
  const alone = new Float64Array(items);
  const pairs = new Float64Array(items * items);
  for (const basket of baskets)
    for (const one of basket) {
      alone[one] = (alone[one] ?? 0) + 1;
      for (const other of basket) pairs[one * items + other] = (pairs[one * items + other] ?? 0) + 1;
    }
  return {
    alone,
    of: (item: number) => Math.max(1, alone[item] ?? 0),
    pair: (one: number, other: number) => pairs[one * items + other] ?? 0,
  };
}

/** The baskets as a ledger of sales, read by the queries of the shop. Ids are one more: 0 is none. */
async function ownHits(known: readonly number[][], asks: readonly Ask[]): Promise<number> {
  const database = await testDatabase();
  const db = knex({ client: "pg", connection: database.url });
  try {
    await db.raw(`CREATE TABLE stores (id bigint, training boolean);
      INSERT INTO stores VALUES (1, false);
      CREATE TABLE stock_movements (document_type text DEFAULT 'sale', document_id bigint, product_id bigint,
      store_id bigint DEFAULT 1, quantity_milli bigint DEFAULT -1000, created_at timestamptz DEFAULT now());
      CREATE TABLE bought_together (product_id bigint, other_id bigint, together int, sales int, score float8)`);
    const lines = known.flatMap((basket, at) => basket.map((item) => ({ document_id: at, product_id: item + 1 })));
    await db.raw(
      `INSERT INTO stock_movements (document_id, product_id)
       SELECT document_id, product_id FROM jsonb_to_recordset(:lines::jsonb) AS line (document_id bigint, product_id bigint)`,
      { lines: JSON.stringify(lines) },
    );
    const together = await boughtTogetherSince(db, { since: new Date(0), most: KEPT, some: undefined, gone: [] });
    await db.raw(
      `INSERT INTO bought_together SELECT * FROM jsonb_to_recordset(:together::jsonb)
         AS pair ("productId" bigint, "otherId" bigint, together int, sales int, score float8)`,
      { together: JSON.stringify(together) },
    );
    let hits = 0;
    for (const { cart, left } of asks) {
      const partners = await partnersOf(
        db,
        cart.map((item) => item + 1),
        NAMED,
      );
      if (partners.some(({ otherId }) => Number(otherId) === left + 1)) hits += 1;
    }
    return hits / asks.length;
  } finally {
    await db.destroy();
    await database.drop();
  }
}
