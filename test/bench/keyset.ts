/** A page of the product list far behind, against the first: by key, not by counting what to skip. */
import { encodeCursor } from "../../kernel/http/cursor.ts";
import { UNLIMITED } from "./get.ts";
import { stockUp } from "./goods.ts";
import { latenciesOf, startLoad } from "./load/load.ts";
import { openLogging } from "./open.ts";
import { bearer } from "./sale.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

const PRODUCTS = Number(process.env["BENCH_KEYSET_PRODUCTS"] ?? 1_000_000);
const LIMIT = 50;
const FAR = 10_000;
const COUNT = 60;

export async function keyset(): Promise<Figure[]> {
  const shop = await openLogging({ env: UNLIMITED });
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    const headers = await bearer(shop);
    const number = Math.min(FAR, Math.floor(PRODUCTS / LIMIT) - 1);
    const { rows } = await shop.db.raw(
      "SELECT sort_key, id FROM products ORDER BY sort_key, id OFFSET :skipped LIMIT 1",
      { skipped: number * LIMIT - 1 },
    );
    const first = `/api/v1/products?limit=${LIMIT}`;
    const far = `${first}&cursor=${encodeCursor(cursorOf(await firstCursor(shop.url, headers, first), rows[0]))}`;
    const turn = (path: string) => () =>
      load.run({ url: shop.url, headers, asks: [[{ method: "GET", path }]], clients: 1, count: COUNT });
    await turn(first)();
    await turn(far)();
    const [near = [], away = []] = await interleaved(ROUNDS, [turn(first), turn(far)]);
    const medians = [near, away].map((runs) => runs.map(({ samples }) => median(samples)));
    const [ofFirst = [], ofFar = []] = medians;
    const raw = { far: latenciesOf(away), first: latenciesOf(near) };
    const name = `page ${number.toLocaleString("en")} of ${PRODUCTS.toLocaleString("en")} products`;
    return [
      {
        name: `${name}, of the first page's time`,
        value: (100 * median(ofFar)) / median(ofFirst),
        unit: "%",
        beside: `p50 ${median(ofFar).toFixed(1)} ms, p95 ${percentile(raw.far, 0.95).toFixed(1)} ms; first page p50 ${median(ofFirst).toFixed(1)} ms`,
        samples: ofFar,
        peer: ofFirst,
        raw,
        goal: { atMost: 110 },
      },
    ];
  } finally {
    load.close();
    await shop.close();
  }
}

type Values = (string | number)[];

async function firstCursor(url: string, headers: Record<string, string>, path: string): Promise<Values> {
  const answer = (await (await fetch(url + path, { headers })).json()) as { next_cursor: string };
  return JSON.parse(Buffer.from(answer.next_cursor, "base64url").toString());
}

/** The list's own cursor with the place of another row in it. */
function cursorOf(like: Values, row: { sort_key: string; id: number }): Values {
  const place = [...like];
  const key = place.findIndex((value) => typeof value === "string");
  place[key] = row.sort_key;
  place[place.length - 1] = row.id;
  return place;
}
