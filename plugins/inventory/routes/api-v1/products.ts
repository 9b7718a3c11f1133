/** Products for programs. */

import type { Tx } from "../../../../kernel/db/database.ts";
import { kernelErrors } from "../../../../kernel/errors.ts";
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../../kernel/sheets/table.ts";
import type { ProductKind, TaxKind } from "../../api.ts";
import {
  categoryListJson,
  productJson,
  productListJson,
  taxRateListJson,
  toProductJson,
  toTaxRateJson,
} from "../../present/products.ts";
import type { ProductChange } from "../../products.ts";
import { byCodeParams, newProductBody, params, productPatch, productQuery, productsQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, COST, eyesOf, MANAGE, productsPage, READ, storeAsked } from "../shared.ts";

export function productsApi({ products, catalogue, exportAll, transaction }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/products",
      surface: "v1",
      access: READ,
      query: productsQuery,
      summary: "Products by name; with `q` the best matches first. Retired ones too, unless `active=true`.",
      returns: { 200: productListJson },
      handle: async (request) => {
        const { rows, next } = await productsPage(catalogue, request.query, request.stores, "all");
        return json({ data: rows.map((product) => toProductJson(product, eyesOf(request))), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/products",
      surface: "v1",
      access: MANAGE,
      idempotent: "optional",
      body: newProductBody,
      summary: "Adds a product. A category or brand that is new is made.",
      returns: { 201: productJson },
      handle: async (request) => {
        const { sku, name, price: priceMinor, ...rest } = request.body;
        const wished = { ...factsOf(rest, request), sku, name, priceMinor };
        const add = (tx: Tx) => products.create(tx, actorOf(request), wished);
        const product = await (request.tx === undefined ? transaction(add) : add(request.tx));
        return json(toProductJson(product, eyesOf(request)), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/products/by-code/:code",
      surface: "v1",
      access: READ,
      params: byCodeParams,
      query: productQuery,
      summary: "The product with exactly this barcode or SKU.",
      returns: { 200: productJson },
      handle: async (request) =>
        json(
          toProductJson(
            await products.getByCode(request.params.code, storeAsked(request.stores, request.query.store_id)),
            eyesOf(request),
          ),
        ),
    }),
    ...SHEET_FORMATS.map((format) =>
      route({
        method: "GET",
        path: `/api/v1/products/export.${format}`,
        surface: "v1",
        access: READ,
        summary: `All products as ${format.toUpperCase()}, in the columns that the import reads; decimal points.`,
        returns: { 200: null },
        handle: async (request) => {
          const storeId = storeAsked(request.stores, undefined);
          const table = await exportAll(actorOf(request), { format, locale: "en", storeId, ...eyesOf(request) });
          return tableReply(table, format, "en", "products");
        },
      }),
    ),
    route({
      method: "GET",
      path: "/api/v1/products/:id",
      surface: "v1",
      access: READ,
      params,
      query: productQuery,
      summary: "One product; what is on hand is the store's.",
      returns: { 200: productJson },
      handle: async (request) =>
        json(
          toProductJson(
            await products.get(request.params.id, storeAsked(request.stores, request.query.store_id)),
            eyesOf(request),
          ),
        ),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/products/:id",
      surface: "v1",
      access: MANAGE,
      params,
      body: productPatch,
      summary: "Changes what is sent; null empties `description`, `category` and `brand`.",
      returns: { 200: productJson },
      handle: async (request) => {
        const { id } = request.params;
        const change = factsOf(request.body, request);
        const product = await transaction((tx) => products.update(tx, actorOf(request), id, change));
        return json(toProductJson(product, eyesOf(request)));
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/products/:id",
      surface: "v1",
      access: MANAGE,
      params,
      summary: "Retires a product: it is not sold any more, its past stays.",
      returns: { 204: null },
      handle: async (request) => {
        const { id } = request.params;
        await transaction((tx) => products.update(tx, actorOf(request), id, { active: false }));
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/categories",
      surface: "v1",
      access: READ,
      summary: "All categories by name.",
      returns: { 200: categoryListJson },
      handle: async () => json({ data: await products.categories() }),
    }),
    route({
      method: "GET",
      path: "/api/v1/tax-rates",
      surface: "v1",
      access: READ,
      summary: "The tax rates a product may have, in basis points.",
      returns: { 200: taxRateListJson },
      handle: async () => json({ data: (await products.taxRates()).map(toTaxRateJson) }),
    }),
  ];
}

interface SentFacts {
  sku?: string | undefined;
  name?: string | undefined;
  price?: number | undefined;
  barcodes?: string[] | undefined;
  description?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
  unit?: string | undefined;
  tax_rate_bp?: number | undefined;
  tax_kind?: TaxKind | undefined;
  cost?: number | undefined;
  reorder_point?: number | undefined;
  active?: boolean | undefined;
  kind?: ProductKind | undefined;
}

const FACTS = {
  sku: "sku",
  name: "name",
  price: "priceMinor",
  barcodes: "barcodes",
  description: "description",
  category: "category",
  brand: "brand",
  unit: "unit",
  tax_rate_bp: "taxRateBp",
  tax_kind: "taxKind",
  cost: "costMinor",
  reorder_point: "reorderPointMilli",
  active: "active",
  kind: "kind",
} as const satisfies Record<keyof SentFacts, keyof ProductChange>;

/** Only what was sent, so that a field left out stays. Throws FORBIDDEN when somebody sets a cost that they may not see. */
function factsOf(sent: SentFacts, { can }: { can(permission: string): boolean }): ProductChange {
  if (sent.cost !== undefined && !can(COST)) throw kernelErrors.FORBIDDEN();
  const entries = Object.entries(sent) as [keyof SentFacts, unknown][];
  return Object.fromEntries(entries.map(([name, value]) => [FACTS[name], value]));
}
