/** Forecasts of the agents on a generated shop, beside the naive ones that they must beat. */
import { businessDate } from "../../kernel/clock.ts";
import { differenceOfWeeks, errorsOf, judge } from "../../plugins/agents/forecast/backtest.ts";
import { METHODS } from "../../plugins/agents/forecast/methods.ts";
import { historyOf } from "../../plugins/agents/watching/forecasts.ts";
import type { SoldByDay } from "../../plugins/inventory/api.ts";
import { ratesOfSale } from "../../plugins/inventory/queries/rate-of-sale.ts";
import { salesByDay } from "../../plugins/inventory/queries/sales-by-day.ts";
import { openShop } from "../harness/shop.ts";
import { generate } from "./shop/generate.ts";
import { PASSWORD } from "./shop/manager.ts";
import { KINDS, seriesOf } from "./shop/series.ts";
import { type Figure, percentile } from "./stats.ts";

const SALES = Number(process.env["BENCH_FORECAST_SALES"] ?? 6000);
const PRODUCTS = Number(process.env["BENCH_FORECAST_PRODUCTS"] ?? 80);
/** as the agents look back */
const DAYS = 182;
const MADE_DAYS = 189;
const HELD_WEEKS = 4;
/** of each kind whose way is known */
const EACH = 40;
const DAY_MS = 86_400_000;

export async function forecast(): Promise<Figure[]> {
  const shop = await openShop();
  try {
    const timeZone = "America/Bogota";
    const now = new Date();
    const until = businessDate(new Date(now.getTime() - DAY_MS), timeZone, 0);
    const wanted = { products: PRODUCTS, sales: SALES, seed: 1, until, days: MADE_DAYS, registers: 2 };
    await generate(shop.kernel.db, { ...wanted, password: PASSWORD }, console.error);
    const { rows } = await shop.db.raw("SELECT min(store_id) AS id FROM sales");
    const asked = {
      storeId: rows[0].id as number,
      days: DAYS,
      timeZone,
      cutoffHour: 0,
      today: businessDate(now, timeZone, 0),
    };
    const goods = [];
    for await (const page of ratesOfSale(shop.db, asked)) goods.push(...page);
    const sold = await salesByDay(shop.db, { ...asked, productIds: goods.map(({ productId }) => productId) });
    const series = judged([...sold.values()]);
    const spoken = series.filter(({ verdict }) => verdict.beats);
    const kinds = KINDS.flatMap((kind) =>
      byKind(kind.name, judged(seriesOf(kind, { products: EACH, days: DAYS, seed: 1, until }).map(asSold))),
    );
    return [
      ...compared("products that are spoken of", spoken),
      ...compared("all products with enough days", series),
      {
        name: "forecast: products that are spoken of",
        value: spoken.length,
        unit: "products",
        beside: `${series.length} with enough days, of ${goods.length}`,
        samples: [],
      },
      ...(Object.keys(METHODS) as (keyof typeof METHODS)[]).map((name) => ({
        name: `forecast: ${name} alone, all products, error of a week`,
        value: mean(series.map(({ history }) => errorsOf(METHODS[name], history, HELD_WEEKS).week)),
        unit: "units",
        beside: `chosen for ${series.filter(({ verdict }) => verdict.method === name).length}`,
        samples: [],
      })),
      {
        name: "forecast: choosing and judging of one product, p95",
        value: percentile(
          series.map(({ ms }) => ms),
          0.95,
        ),
        unit: "ms",
        beside: `${DAYS} days`,
        samples: series.map(({ ms }) => ms),
      },
      ...kinds,
    ];
  } finally {
    await shop.close();
  }
}

type Judged = { history: number[]; verdict: NonNullable<ReturnType<typeof judge>>; ms: number };

/** Of whole pieces, never sold before the first of the days. */
const asSold = (days: number[]): SoldByDay => ({ milli: days.map((one) => one * 1000), soldBefore: false });

/** As the agents look at them; those with too few days are left out. */
function judged(sold: readonly SoldByDay[]): Judged[] {
  return sold.flatMap((days) => {
    const history = historyOf(days);
    const began = performance.now();
    const verdict = judge(history);
    return verdict ? [{ history, verdict, ms: performance.now() - began }] : [];
  });
}

/** Of invented products of one kind: all that were judged, whether or not they are spoken of. */
function byKind(kind: string, all: readonly Judged[]): Figure[] {
  const [scaled] = compared(`${EACH} products of the kind ${kind}`, all).slice(-1);
  if (!scaled) return [];
  const spoken = all.filter(({ verdict }) => verdict.beats).length;
  return [{ ...scaled, beside: `${scaled.beside}; spoken of ${spoken} of ${all.length}` }];
}

function compared(which: string, judged: readonly Judged[]): Figure[] {
  // the scale is the same for all three, also of a product of which one of them missed nothing
  const scales = judged.map(({ history }) => differenceOfWeeks(history.slice(0, history.length - HELD_WEEKS * 7)));
  const scaled = (by: "errors" | "naive" | "seasonal") =>
    judged.flatMap(({ verdict }, index) => {
      const scale = scales[index] ?? 0;
      return scale > 0 ? [verdict[by].week / scale] : [];
    });
  const flat = scales.filter((scale) => scale === 0).length;
  const figure = (
    what: string,
    unit: string,
    of: (one: Judged, by: "errors" | "naive" | "seasonal") => number,
  ): Figure => {
    const by = (which_: "errors" | "naive" | "seasonal") => judged.map((one) => of(one, which_));
    return {
      name: `forecast: ${what}, ${which}`,
      value: mean(by("errors")),
      unit,
      beside: `naive ${mean(by("naive")).toFixed(2)}, seasonal naive ${mean(by("seasonal")).toFixed(2)}`,
      samples: by("errors"),
    };
  };
  return [
    figure("MAE of a week", "units", ({ verdict }, by) => verdict[by].week),
    figure("MAE of a day", "units", ({ verdict }, by) => verdict[by].day),
    {
      name: `forecast: MASE of a week, ${which}`,
      value: mean(scaled("errors")),
      unit: "",
      beside: `naive ${mean(scaled("naive")).toFixed(2)}, seasonal naive ${mean(scaled("seasonal")).toFixed(2)}${flat > 0 ? `; without ${flat} whose weeks never differed` : ""}`,
      samples: scaled("errors"),
    },
  ];
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
