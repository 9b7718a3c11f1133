/** What a product cost its buyers, and since when: a page, and for programs. */

import { z } from "zod";
import { listQuery, pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { priceChangesJson, toPriceChangeJson, toPriceChangeRow } from "../present/price-history.ts";
import type { Products } from "../products.ts";
import { params } from "../schema.ts";
import { nextLink, READ } from "./shared.ts";

const query = z.strictObject(listQuery);

export function priceHistoryRoutes({ products }: { products: Pick<Products, "get" | "priceChanges"> }): Route[] {
  const found = async (id: number, { cursor, limit }: z.output<typeof query>) => {
    const product = await products.get(id);
    const [before] = readCursor(cursor, ["number"]) ?? [];
    return { product, ...pageOf(await products.priceChanges(id, before, limit + 1), limit, (row) => [row.id]) };
  };
  return [
    route({
      method: "GET",
      path: "/products/:id/prices",
      surface: "page",
      access: READ,
      params,
      query,
      handle: async (request) => {
        const { text, shop } = request;
        const { product, rows, next } = await found(request.params.id, request.query);
        const href = `/products/${product.id}`;
        return page("inventory/price-history", {
          title: text.t("inventory.price_history.title", { name: product.name }),
          product: { href, name: product.name },
          rows: rows.map((one) => toPriceChangeRow(one, text, shop)),
          next: nextLink(`${href}/prices`, request.query, next),
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/products/:id/prices",
      surface: "v1",
      access: READ,
      params,
      query,
      summary: "What a product cost its buyers, by itself and in price lists: each change, newest first.",
      returns: { 200: priceChangesJson },
      handle: async (request) => {
        const { rows, next } = await found(request.params.id, request.query);
        return json({ data: rows.map((one) => toPriceChangeJson(one, request.shop.currency)), next_cursor: next });
      },
    }),
  ];
}
