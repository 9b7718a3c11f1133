/** Reports of a generated shop of two sizes: the home page, a year, a day; and what the slope between them says of ten million sales. */
import { businessDate } from "../../kernel/clock.ts";
import { openShop, people } from "../harness/shop.ts";
import { createClient } from "./http.ts";
import { generate } from "./shop/generate.ts";
import { type Figure, percentile, timed } from "./stats.ts";

const SIZES = (process.env["BENCH_REPORTS_SALES"] ?? "1000,4000").split(",").map(Number);
const PRODUCTS = Number(process.env["BENCH_REPORTS_PRODUCTS"] ?? 200);
const DAYS = Number(process.env["BENCH_REPORTS_DAYS"] ?? 365);
const TIMES = 40;
const GOAL_SALES = 10_000_000;
const DAY_MS = 86_400_000;
const PASSWORD = "the shop that never was";

const OF_A_YEAR = [
  "sales-by-day",
  "sales-by-hour",
  "sales-by-product",
  "sales-by-category",
  "sales-by-brand",
  "sales-by-cashier",
  "sales-by-customer",
  "sales-by-tender",
  "sales-by-tax",
  "tax-book",
  "rotation",
  "abc",
];
const OF_A_DAY = ["sales-by-hour", "sales-by-product", "sales-by-cashier"];

interface Measured {
  name: string;
  limit: number;
  samples: number[];
}

export async function reports(): Promise<Figure[]> {
  const sizes: { sales: number; measured: Measured[] }[] = [];
  for (const sales of SIZES) sizes.push({ sales, measured: await ofShop(sales) });
  const last = sizes.at(-1);
  const first = sizes[0];
  if (!last || !first) return [];
  return last.measured.map(({ name, limit, samples }, index) => {
    const value = percentile(samples, 0.95);
    const small = percentile(first.measured[index]?.samples ?? [], 0.95);
    return {
      name: `reports: ${name}, ${last.sales.toLocaleString("en")} sales, p95`,
      value,
      unit: "ms",
      beside: `limit ${limit} ms; ${first.sales.toLocaleString("en")} sales: ${small.toFixed(1)} ms${slope(first.sales, small, last.sales, value)}`,
      samples,
    };
  });
}

/** As if it grew with every sale: sums grow with days, products and tills, and that is less. */
function slope(fewer: number, less: number, more: number, value: number): string {
  if (more <= fewer) return "";
  const perSale = Math.max(0, (value - less) / (more - fewer));
  const there = value + perSale * (GOAL_SALES - more);
  return `; slope ${(perSale * 1_000_000).toFixed(1)} ms for a million sales, ${GOAL_SALES.toLocaleString("en")} by it: ${there.toFixed(0)} ms`;
}

async function ofShop(sales: number): Promise<Measured[]> {
  const shop = await openShop();
  try {
    const until = businessDate(new Date(Date.now() - DAY_MS), "America/Bogota", 0);
    const wanted = { products: PRODUCTS, sales, seed: 1, until, days: DAYS, registers: 2, password: PASSWORD };
    await generate(shop.kernel.db, wanted, console.error);
    const counted = performance.now();
    await shop.kernel.jobs.runNow("reports", "catch-up");
    console.error(`${sales} sales counted in ${Math.round(performance.now() - counted)} ms`);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM report_products");
    if (rows[0].n === 0) throw new Error("nothing was counted");
    await shop.db.raw("ANALYZE");
    const stranger = await shop.api();
    const { username, password } = people.admin;
    await shop.api("admin");
    const { body } = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    const client = createClient(shop.url, { authorization: `Bearer ${body.access_token}` });
    const ask = (path: string) => async () => {
      const answer = await client.send("GET", path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    };
    const measure = async (name: string, limit: number, path: string): Promise<Measured> => {
      await timed(1, 5, ask(path));
      return { name, limit, samples: await timed(1, TIMES, ask(path)) };
    };
    const from = businessDate(new Date(Date.now() - DAYS * DAY_MS), "America/Bogota", 0);
    const measured = [await measure("home page", 100, "/")];
    for (const one of OF_A_YEAR)
      measured.push(await measure(`${one} of ${DAYS} days`, 300, `/api/v1/reports/${one}?from=${from}&to=${until}`));
    for (const one of OF_A_DAY)
      measured.push(await measure(`${one} of a day`, 50, `/api/v1/reports/${one}?from=${until}&to=${until}`));
    client.close();
    return measured;
  } finally {
    await shop.close();
  }
}
