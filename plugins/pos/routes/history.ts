/** What a customer bought, for programs. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Customers } from "../../customers/api.ts";
import type { History } from "../history.ts";
import { moneyOf } from "../present.ts";
import { saleParams } from "../schema.ts";

const decimal = z.string();
const answer = z.strictObject({
  sales: z.int(),
  totals: z.array(z.strictObject({ currency: z.string(), total: decimal })),
  last_sale_at: z.string().nullable(),
  favourites: z.array(
    z.strictObject({
      product_id: z.int(),
      sku: z.string(),
      name: z.string(),
      unit: z.string(),
      times: z.int(),
      quantity: decimal,
    }),
  ),
});

export function historyRoutes({
  history,
  customers,
}: {
  history: History;
  customers: Pick<Customers, "card">;
}): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/customers/:id/history",
      surface: "v1",
      access: { permission: "sales.read" },
      params: saleParams,
      summary: "What a customer bought in the stores one works in: how often, for how much, and the favourite products",
      returns: { 200: answer },
      handle: async ({ params, stores }) => {
        const card = await customers.card(params.id);
        if (!card) throw kernelErrors.NOT_FOUND();
        const bought = await history.of(card.id, stores);
        return json({
          sales: bought.sales,
          totals: bought.totals.map(({ currency, totalMinor }) => ({ currency, total: moneyOf(currency)(totalMinor) })),
          last_sale_at: bought.lastAt?.toISOString() ?? null,
          favourites: bought.favourites.map(({ productId, quantityMilli, ...one }) => ({
            product_id: productId,
            ...one,
            quantity: formatDecimal(quantityMilli, QUANTITY_SCALE),
          })),
        });
      },
    }),
  ];
}
