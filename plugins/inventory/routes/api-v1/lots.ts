/** Lots for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { daysAfter } from "../../lots/lot.ts";
import type { Lots } from "../../lots/lots.ts";
import { toLotJson, toLotsJson } from "../../lots/present.ts";
import { lotJson, lotParams, lotsJson, lotsQuery, tracksBody, tracksJson } from "../../lots/schema.ts";
import type { Products } from "../../products.ts";
import type { Transaction } from "../parts.ts";
import { actorOf, MANAGE, READ, storeToChange } from "../shared.ts";

/** of the plugin that writes sales; who may not read them does not see who bought */
export const READ_SALES = "sales.read";
const MOVEMENTS = 500;

export function lotsApi(parts: { lots: Lots; products: Pick<Products, "get">; transaction: Transaction }): Route[] {
  const { lots, products, transaction } = parts;
  return [
    route({
      method: "GET",
      path: "/api/v1/lots",
      surface: "v1",
      access: READ,
      query: lotsQuery,
      summary:
        "Lots of which something is left, what goes bad first before the others; within_days: only those; code: that lot, even when nothing of it is left.",
      returns: { 200: lotsJson },
      handle: async ({ query, stores }) => {
        const { product_id: productId, store_id: asked, within_days: days, code, limit } = query;
        const storeIds = asked === undefined ? stores.map(({ id }) => id) : [storeToChange(stores, asked)];
        const horizon = await lots.horizon();
        const until = days === undefined ? undefined : daysAfter(horizon.day, days);
        const found = await lots.list({ storeIds, productId, until, code }, limit);
        return json({ data: found.map((lot) => toLotsJson(lot, horizon)) });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/lots/:id",
      surface: "v1",
      access: READ,
      params: lotParams,
      summary: "A lot, its movements, and for a recall the sales that took of it, with their customers.",
      returns: { 200: lotJson },
      handle: async ({ params, stores, can }) => {
        const lot = await lots.find(params.id);
        const storeIds = stores.map(({ id }) => id);
        const buyers = can(READ_SALES) ? await lots.buyers(lot.id, storeIds) : undefined;
        return json(toLotJson(lot, await lots.movements(lot.id, storeIds, MOVEMENTS), buyers));
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/products/:id/lots",
      surface: "v1",
      access: MANAGE,
      params: lotParams,
      body: tracksBody,
      summary: "Whether a product asks for lots: at receiving and adjustments; sales then take what goes bad first.",
      returns: { 200: tracksJson },
      handle: async (request) => {
        const { tracks_lots } = request.body;
        const { id } = await products.get(request.params.id);
        await transaction((tx) => lots.setTracks(tx, actorOf(request), id, tracks_lots));
        return json({ tracks_lots });
      },
    }),
  ];
}
