/** Loss insight, for people and for programs: who takes back, discounts, opens and misses how much. */
import { z } from "zod";
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import { json, page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { doingBusiness, type Store } from "../../../kernel/stores/store.ts";
import { SEE_LOSS } from "../api.ts";
import { type CashierLoss, type Figure, LEAST, MEASURES, TIMES } from "../loss-insight.ts";
import { moneyOf } from "../present.ts";
import { lossQuery } from "../schema-loss.ts";
import { businessAsked, storeOptions } from "./at-till.ts";

const access = { permission: SEE_LOSS } as const;
const MONTH_MS = 30 * 24 * 60 * 60 * 1000;

interface Range {
  from: string;
  to: string;
  currency: string;
  storeIds: readonly number[];
}

export interface LossParts {
  clock: Clock;
  load(range: Range): Promise<CashierLoss[]>;
}

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const figureAnswer = z.strictObject({
  count: z.int(),
  amount: decimal,
  per_100_sales: decimal.nullable(),
  outlier: z.boolean(),
});
const answer = z.strictObject({
  from: z.string(),
  to: z.string(),
  currency: z.string(),
  rule: z.strictObject({ least: z.int(), times_median: z.int() }),
  data: z.array(
    z.strictObject({
      cashier: z.strictObject({ id: z.int(), name: z.string() }),
      sales: z.int(),
      total: decimal,
      discount_share_bp: z.int(),
      voids: figureAnswer,
      voided_sales: figureAnswer,
      returns: figureAnswer,
      lowered_prices: figureAnswer,
      discounts: figureAnswer,
      drawer_openings: figureAnswer,
      differences: figureAnswer,
    }),
  ),
});

interface Asked {
  query: { from?: string | undefined; to?: string | undefined; store_id?: number | undefined };
  /** of the store asked for, else the shop as a whole: then only what is in its currency is added up */
  shop: Shop;
  stores: readonly Store[];
}

export function lossRoutes({ clock, load }: LossParts): Route[] {
  /** Without dates the last thirty days. */
  const rangeOf = ({ query, shop, stores }: Asked): Range => {
    const day = (at: Date) => businessDate(at, shop.timeZone, shop.dayCutoffHour);
    const now = clock.now();
    const to = query.to ?? day(now);
    return {
      from: query.from ?? day(new Date(now.getTime() - MONTH_MS)),
      to,
      currency: shop.currency,
      storeIds: businessAsked(stores, query.store_id),
    };
  };
  return [
    route({
      method: "GET",
      path: "/loss",
      surface: "page",
      access,
      query: lossQuery,
      handle: async (request) => {
        const { query, text, shop, stores } = request;
        const range = rangeOf(request);
        return page("pos/loss", {
          title: text.t("pos.loss.title"),
          from: range.from,
          to: range.to,
          store: query.store_id ?? "",
          stores: storeOptions(doingBusiness(stores), text.t("pos.stores.all_of")),
          rule: text.t("pos.loss.rule", { least: LEAST, times: TIMES }),
          about: MEASURES.map((measure) => ({
            name: text.t(`pos.loss.${measure}`),
            text: text.t(`pos.loss.about.${measure}`),
          })),
          heads: MEASURES.map((measure) => text.t(`pos.loss.${measure}`)),
          rows: (await load(range)).map((one) => rowOf(one, text, shop)),
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/loss",
      surface: "v1",
      access,
      query: lossQuery,
      summary:
        "By cashier between two business dates: voids (by who voided), voided_sales (by whose sale it was), returns, lowered_prices (lines below the list by hand), discounts, drawer openings, cash differences",
      returns: { 200: answer },
      handle: async (request) => {
        const range = rangeOf(request);
        const { from, to, currency } = range;
        const money = moneyOf(currency);
        const figure = ({ count, amountMinor, rate, outlier }: Figure) => ({
          count,
          amount: money(amountMinor),
          per_100_sales: rate === undefined ? null : (rate / 100).toFixed(2),
          outlier,
        });
        const data = (await load(range)).map(({ figures, ...one }) => ({
          cashier: { id: one.userId, name: one.userName },
          sales: one.sales,
          total: money(one.salesMinor),
          discount_share_bp: one.discountShareBp,
          voids: figure(figures.void),
          voided_sales: figure(figures.voided),
          returns: figure(figures.return),
          lowered_prices: figure(figures.price),
          discounts: figure(figures.discount),
          drawer_openings: figure(figures.drawer),
          differences: figure(figures.difference),
        }));
        return json({ from, to, currency, rule: { least: LEAST, times_median: TIMES }, data });
      },
    }),
  ];
}

function rowOf({ userName, sales, salesMinor, discountShareBp, figures }: CashierLoss, text: Text, shop: Shop) {
  return {
    name: userName,
    // beside the name as well: on a phone the marked column is off to the side
    marked: MEASURES.filter((measure) => figures[measure].outlier).map((measure) => text.t(`pos.loss.${measure}`)),
    sales: text.integer(sales),
    total: text.money(salesMinor, shop.currency),
    figures: MEASURES.map((measure) => {
      const { count, amountMinor, rate, outlier } = figures[measure];
      return {
        count: text.integer(count),
        amount: count === 0 || measure === "drawer" ? undefined : text.money(amountMinor, shop.currency),
        share: measure === "discount" && count > 0 ? text.rate(discountShareBp) : undefined,
        rate: rate === undefined || count === 0 ? undefined : text.t("pos.loss.rate", { rate: text.rate(rate) }),
        outlier,
      };
    }),
  };
}
