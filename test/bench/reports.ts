/** Reports of a generated shop of two sizes: the home page, each report of a year and of a day; and what their growth says of ten million sales. */
import process from "node:process";
import { businessDate } from "../../kernel/clock.ts";
import { REPORTS } from "../../plugins/reports/catalogue/index.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { createClient } from "./http.ts";
import { bearer } from "./sale.ts";
import { generate } from "./shop/generate.ts";
import { type Figure, median, percentile, timed } from "./stats.ts";

const SIZES = (process.env["BENCH_REPORTS_SALES"] ?? "2000,20000").split(",").map(Number);
const PRODUCTS = Number(process.env["BENCH_REPORTS_PRODUCTS"] ?? 1000);
const DAYS = Number(process.env["BENCH_REPORTS_DAYS"] ?? 400);
/** one more size: a shop that was generated before */
const GIVEN = process.env["BENCH_REPORTS_DATABASE_URL"];
const REGISTERS = Number(process.env["BENCH_REPORTS_REGISTERS"] ?? 2);
const TIMES = 30;
/** a server that was just started compiles its own code */
const WARM = 5;
const YEAR = 365;
const GOAL_SALES = 10_000_000;
const DAY_MS = 86_400_000;
const PASSWORD = "the shop that never was";

interface Measured {
  name: string;
  atMost: number;
  samples: number[];
}

interface Size {
  sales: number;
  lines: number;
  measured: Measured[];
}

export async function reports(): Promise<Figure[]> {
  const sizes: Size[] = [];
  for (const sales of SIZES) sizes.push(await ofGenerated(sales));
  if (GIVEN) sizes.push(await withShop({ DATABASE_URL: GIVEN }, measureShop));
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) return [];
  return last.measured.map(({ name, atMost, samples }, index) => ({
    name: `${name}, p95`,
    value: percentile(samples, 0.95),
    unit: "ms",
    beside: [
      `${sizeOf(last)}: p50 ${median(samples).toFixed(1)} ms`,
      `${sizeOf(first)}: p50 ${median(first.measured[index]?.samples ?? []).toFixed(1)} ms`,
      ...growthOf(first, last, index),
    ].join("; "),
    samples,
    goal: { atMost },
  }));
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const sizeOf = ({ sales, lines }: Size) => `${short.format(sales)} sales, ${short.format(lines)} lines`;

/** By the slope of the logarithms of both medians, none when a larger shop was no slower: linear is 1. */
function growthOf(first: Size, last: Size, index: number): string[] {
  const [less, more] = [first, last].map(({ measured }) => measured[index]?.samples ?? []) as [number[], number[]];
  if (last.sales <= first.sales) return [];
  const slope = Math.log(median(more) / median(less)) / Math.log(last.sales / first.sales);
  const there = percentile(more, 0.95) * (GOAL_SALES / last.sales) ** Math.max(0, slope);
  return [`slope ${slope.toFixed(2)}, by it ${there.toFixed(0)} ms at ${short.format(GOAL_SALES)} sales`];
}

function ofGenerated(sales: number): Promise<Size> {
  return withShop({}, async (shop) => {
    const until = businessDate(new Date(Date.now() - DAY_MS), "America/Bogota", 0);
    const wanted = { products: PRODUCTS, sales, seed: 1, until, days: DAYS, registers: REGISTERS, password: PASSWORD };
    await generate(shop.kernel.db, wanted, (line) => console.error(line));
    return measureShop(shop);
  });
}

async function withShop<T>(env: Record<string, string>, work: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await openShop({ env: { ...env, RATE_LIMIT_USER: "1000000/m" } });
  try {
    return await work(shop);
  } finally {
    await shop.close();
  }
}

async function measureShop(shop: Shop): Promise<Size> {
  const started = performance.now();
  await shop.kernel.jobs.runNow("reports", "catch-up");
  const { rows } = await shop.db.raw(
    `SELECT (SELECT count(*)::int FROM sales) AS sales, (SELECT count(*)::int FROM sale_items) AS lines,
       (SELECT to_char(max(business_date), 'YYYY-MM-DD') FROM report_hours) AS last`,
  );
  const [{ sales, lines, last }] = rows;
  if (last === null) throw new Error("nothing was counted");
  console.error(`${sales} sales: counted in ${Math.round(performance.now() - started)} ms`);
  await shop.kernel.db.transaction(async (tx) => {
    await tx.raw("SET LOCAL statement_timeout = 0");
    await tx.raw("ANALYZE");
  });
  return { sales, lines, measured: await measureReports(shop, last) };
}

async function measureReports(shop: Shop, last: string): Promise<Measured[]> {
  const client = createClient(shop.url, await bearer(shop));
  const browser = await shop.browser("admin");
  const visit = async () => {
    const { status } = await browser.get("/");
    if (status !== 200) throw new Error(`/ answered ${status}`);
  };
  const ask = (name: string, from: string) => async () => {
    const { status } = await client.send("GET", `/api/v1/reports/${name}?from=${from}&to=${last}`);
    if (status !== 200) throw new Error(`${name} answered ${status}`);
  };
  const measure = async (name: string, atMost: number, work: () => Promise<void>): Promise<Measured> => {
    await timed(1, WARM, work);
    return { name, atMost, samples: await timed(1, TIMES, work) };
  };
  try {
    const first = businessDate(new Date(Date.parse(`${last}T12:00:00Z`) - (YEAR - 1) * DAY_MS), "UTC", 0);
    const measured = [await measure("home page", 100, visit)];
    for (const { name, period } of REPORTS)
      measured.push(await measure(period ? `${name} of a year` : name, 300, ask(name, first)));
    for (const { name, period } of REPORTS)
      if (period) measured.push(await measure(`${name} of a day`, 50, ask(name, last)));
    return measured;
  } finally {
    client.close();
  }
}
