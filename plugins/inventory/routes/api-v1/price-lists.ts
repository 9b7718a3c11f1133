/** Price lists for programs. */

import { formatDecimal } from "../../../../kernel/decimal.ts";
import { pageOf, readCursor } from "../../../../kernel/http/cursor.ts";
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { jsonInput } from "../../../../kernel/input.ts";
import { currencyDigits } from "../../../../kernel/money.ts";
import type { PriceLists } from "../../price-lists.ts";
import {
  listJson,
  listParams,
  listPatch,
  listsJson,
  newListBody,
  pricesBody,
  pricesJson,
  pricesQuery,
} from "../../schema-price-lists.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";
import { readPrices } from "../typed-prices.ts";

type List = Awaited<ReturnType<PriceLists["find"]>>;

export function priceListsApi({ priceLists, transaction }: RouteParts): Route[] {
  const shown = ({ id, name, currency, storeIds }: List) => ({ id, name, currency, store_ids: storeIds });
  return [
    route({
      method: "GET",
      path: "/api/v1/price-lists",
      surface: "v1",
      access: READ,
      summary: "The price lists, and the stores that go by them",
      returns: { 200: listsJson },
      handle: async () => json({ data: (await priceLists.list()).map(shown) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/price-lists",
      surface: "v1",
      access: MANAGE,
      idempotent: true,
      body: newListBody,
      summary: "Makes a price list; its currency stays",
      returns: { 201: listJson },
      handle: async (request) => {
        const { name, currency = request.shop.currency } = request.body;
        const id = await priceLists.create(request.tx, actorOf(request), name, currency);
        return json(shown({ id, name, currency, storeIds: [] }), 201);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/price-lists/:id",
      surface: "v1",
      access: MANAGE,
      params: listParams,
      body: listPatch,
      summary: "Renames a price list or gives it to stores of its currency; a store goes by one list",
      returns: { 200: listJson },
      handle: async (request) => {
        const { params, body, stores } = request;
        const wanted = { name: body.name, storeIds: body.store_ids, among: stores };
        await transaction((tx) => priceLists.update(tx, actorOf(request), params.id, wanted));
        return json(shown(await priceLists.find(params.id)));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/price-lists/:id/prices",
      surface: "v1",
      access: READ,
      params: listParams,
      query: pricesQuery.omit({ q: true }),
      summary: "The prices of a list, by name of the product",
      returns: { 200: pricesJson },
      handle: async ({ params, query }) => {
        const { currency } = await priceLists.find(params.id);
        const [sortKey, id] = readCursor(query.cursor, ["string", "number"]) ?? [];
        const after = sortKey === undefined || id === undefined ? undefined : { sortKey, id };
        const found = await priceLists.prices(params.id, after, query.limit + 1);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.sortKey, one.productId]);
        const data = rows.map(({ productId, sku, name, priceMinor }) => ({
          product_id: productId,
          sku,
          name,
          price: formatDecimal(priceMinor, currencyDigits(currency)),
        }));
        return json({ data, next_cursor: next });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/price-lists/:id/prices",
      surface: "v1",
      access: MANAGE,
      params: listParams,
      body: pricesBody,
      summary:
        "Sets prices of products in a list, in its currency; null takes one away, and the product's own price holds",
      returns: { 204: null },
      handle: async (request) => {
        const { params, body } = request;
        const { currency } = await priceLists.find(params.id);
        const sent = body.prices.map((one, index) => ({
          productId: one.product_id,
          field: `prices.${index}.price`,
          typed: one.price,
        }));
        const prices = readPrices(sent, jsonInput(currency));
        await transaction((tx) => priceLists.price(tx, actorOf(request), params.id, prices));
        return empty();
      },
    }),
  ];
}
