/**
 * Reports of generated shops: the home page, each report of a year and of a day, and each with sums as full as more sales can make them. Reports
 * read sums, which are bounded by what they are kept by (products and days, not sales), so that no slope of two sizes says how it goes on: a
 * shop that is filled to the brim does.
 */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { businessDate, plusDays } from "../../kernel/clock.ts";
import { REPORTS } from "../../plugins/reports/catalogue/index.ts";
import type { Shop } from "../harness/shop.ts";
import { UNLIMITED } from "./get.ts";
import { createClient } from "./http.ts";
import { openLogging } from "./open.ts";
import { fillToTheBrim } from "./shop/brim.ts";
import { generate } from "./shop/generate.ts";
import { analyze, managerIn, managersToken, PASSWORD } from "./shop/manager.ts";
import { type Figure, median, percentile, timed } from "./stats.ts";

const SIZES = (process.env["BENCH_REPORTS_SALES"] ?? "2000,20000").split(",").filter(Boolean).map(Number);
const PRODUCTS = Number(process.env["BENCH_REPORTS_PRODUCTS"] ?? 1000);
const DAYS = Number(process.env["BENCH_REPORTS_DAYS"] ?? 400);
/** one more size: a shop that was generated before, as a copy that may be spoilt: it is filled to the brim */
const GIVEN = process.env["BENCH_REPORTS_DATABASE_URL"];
const REGISTERS = Number(process.env["BENCH_REPORTS_REGISTERS"] ?? 2);
const TIMES = 30;
/** a server that was just started compiles its own code */
const WARM = 5;
const YEAR = 365;
const DAY_MS = 86_400_000;
const BEHIND_MS = 200;

interface Measured {
  name: string;
  atMost: number;
  samples: number[];
}

interface Size {
  sales: number;
  lines: number;
  measured: Measured[];
  /** of the last shop alone: again, when its sums could not be fuller */
  brim?: Measured[];
}

/** What the work of a report is bounded by, in each store and currency; everything else by the keys of its sums and the days it names. */
const BOUNDS: Readonly<Record<string, string>> = {
  "home page": "open shifts, products to reorder, nine days of hours",
  "sales-by-day": "days",
  "sales-by-weekday": "days",
  "sales-by-hour": "hours x registers x cashiers x (months + 30 days)",
  "sales-by-cashier": "hours x registers x cashiers x (months + 30 days)",
  "sales-by-register": "hours x registers x cashiers x (months + 30 days)",
  "care-by-cashier": "hours x registers x cashiers x (months + 30 days), shifts",
  "sales-by-product": "products x (months + 30 days)",
  "sales-by-category": "products x (months + 30 days)",
  "sales-by-brand": "products x (months + 30 days)",
  abc: "products x (months + 30 days)",
  rotation: "products x (months + 30 days)",
  "sales-by-store": "ranges x (months + 30 days)",
  "sales-by-customer": "customers x (months + 30 days)",
  "sales-by-tender": "tenders x (months + 30 days)",
  "sales-by-tax": "ranges x rates x (months + 30 days)",
  "tax-book": "ranges x rates x (months + 30 days)",
  "number-ranges": "ranges x days",
  collections: "collections",
  "z-list": "shifts",
  "stock-value": "products on the shelf",
  "stock-value-by-category": "products on the shelf",
  "dead-stock": "products on the shelf",
  expiry: "lots on the shelf",
  "purchases-by-supplier": "deliveries",
  "receivables-aging": "open debts",
};
const boundOf = (name: string) => BOUNDS[name.replace(/ of a (year|day)$/, "")] ?? "unknown";

export async function reports(): Promise<Figure[]> {
  const sizes: Size[] = [];
  const shops: (() => Promise<Shop>)[] = [...SIZES.map((sales) => () => generated(sales)), ...(GIVEN ? [given] : [])];
  for (const [index, open] of shops.entries()) sizes.push(await measureShop(open, index === shops.length - 1));
  const last = sizes.at(-1);
  if (!last) return [];
  const usual = last.measured.map(({ name, atMost, samples }, index): Figure => {
    const medians = sizes.map(
      (size) => `${sizeOf(size)}: p50 ${median(size.measured[index]?.samples ?? []).toFixed(1)} ms`,
    );
    return figureOf(`${name}, p95`, samples, atMost, [...medians, `bounded by ${boundOf(name)}`]);
  });
  const full = (last.brim ?? []).map(({ name, atMost, samples }) =>
    figureOf(`to the brim: ${name}, p95`, samples, atMost, [`p50 ${median(samples).toFixed(1)} ms`]),
  );
  return [...usual, ...full];
}

const figureOf = (name: string, samples: number[], atMost: number, beside: string[]): Figure => ({
  name,
  value: percentile(samples, 0.95),
  unit: "ms",
  beside: beside.join("; "),
  samples,
  goal: { atMost },
});

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const sizeOf = ({ sales, lines }: Size) => `${short.format(sales)} sales, ${short.format(lines)} lines`;

const given = () => openLogging({ env: { DATABASE_URL: GIVEN ?? "", ...UNLIMITED } });

async function generated(sales: number): Promise<Shop> {
  const shop = await openLogging({ env: UNLIMITED });
  const until = businessDate(new Date(Date.now() - DAY_MS), "America/Bogota", 0);
  const wanted = { products: PRODUCTS, sales, seed: 1, until, days: DAYS, registers: REGISTERS, password: PASSWORD };
  await generate(shop.kernel.db, wanted, (line) => console.error(line));
  return shop;
}

async function measureShop(open: () => Promise<Shop>, isLast: boolean): Promise<Size> {
  const shop = await open();
  try {
    await counted(shop);
    await analyze(shop);
    const { rows } = await shop.db.raw(
      `SELECT (SELECT count(*)::int FROM sales) AS sales, (SELECT count(*)::int FROM sale_items) AS lines,
         (SELECT to_char(max(business_date), 'YYYY-MM-DD') FROM report_hours) AS last`,
    );
    const [{ sales, lines, last }] = rows;
    if (last === null) throw new Error("nothing was counted");
    const measured = await measureReports(shop, last);
    if (!isLast) return { sales, lines, measured };
    console.error(`${await fillToTheBrim(shop, yearBefore(last), last)} sums of products and goods were added`);
    await analyze(shop);
    return { sales, lines, measured, brim: await measureReports(shop, last) };
  } finally {
    await shop.close();
  }
}

/** Until every document is in the sums: what was there before the start is counted beside it. */
async function counted(shop: Shop): Promise<void> {
  const started = performance.now();
  const left = async () => {
    const { rows } = await shop.db.raw(
      `SELECT count(*)::int AS count FROM sales WHERE id > (SELECT counted_to FROM report_progress)
         AND NOT EXISTS (SELECT FROM report_counted WHERE sale_id = id)`,
    );
    return rows[0].count as number;
  };
  const before = await left();
  // generated into a running shop, which has counted its past, or still at it from the start on
  await shop.kernel.jobs.runNow("reports", "catch-up");
  while ((await left()) > 0) await pause(BEHIND_MS);
  console.error(`${before} sales counted in ${Math.round(performance.now() - started)} ms`);
}

const yearBefore = (last: string) => plusDays(last, 1 - YEAR);

async function measureReports(shop: Shop, last: string): Promise<Measured[]> {
  const client = createClient(shop.url, await managersToken(shop));
  const browser = await managerIn(shop);
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
    const first = yearBefore(last);
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
