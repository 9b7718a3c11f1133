/** What is on hand, and the ledger. */
import { page, stream } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { ledgerReasonOptions, toMovementRow, toOnHandRow } from "../../present/stock.ts";
import { movementsExportQuery, movementsQuery, onHandPageQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import {
  actorOf,
  COST,
  eyesOf,
  IMPORT,
  ledgerFilter,
  linkTo,
  movementsPage,
  nextLink,
  onHandPage,
  READ,
  storeAsked,
  storeOptions,
} from "../shared.ts";

export function stockPages({ stock, products, exportLedger }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/inventory",
      surface: "page",
      access: READ,
      query: onHandPageQuery,
      handle: async (request) => {
        const { query, text, stores, can } = request;
        const low = query.low === "1";
        const eyes = eyesOf(request);
        const { rows, next } = await onHandPage(stock, { low, notCounting: low && eyes.blind }, stores, query);
        return page("inventory/on-hand", {
          title: text.t(low ? "inventory.on_hand.title_low" : "inventory.on_hand.title"),
          low,
          store: String(storeAsked(stores, query.store_id) ?? ""),
          stores: storeOptions(stores),
          links: {
            all: linkTo("/inventory", { store_id: query.store_id }),
            low: linkTo("/inventory", { low: "1", store_id: query.store_id }),
            csv: linkTo("/inventory/export.csv", { store_id: query.store_id }),
            xlsx: linkTo("/inventory/export.xlsx", { store_id: query.store_id }),
          },
          rows: rows.map((product) => toOnHandRow(product, text, eyes)),
          next: nextLink("/inventory", query, next),
          mayImport: can(IMPORT.permission),
        });
      },
    }),
    route({
      method: "GET",
      path: "/inventory/movements",
      surface: "page",
      access: READ,
      query: movementsQuery,
      handle: async (request) => {
        const { query, text, shop, stores } = request;
        const { rows, next } = await movementsPage(stock, request, query);
        const product = query.product_id === undefined ? undefined : await products.get(query.product_id);
        const { cursor: _, limit: __, ...filter } = query;
        return page("inventory/movements", {
          title: product
            ? text.t("inventory.movements.title_of", { name: product.name })
            : text.t("inventory.movements.title"),
          product: product && { href: `/products/${product.id}`, name: product.name },
          filter: { ...filter, store_id: String(query.store_id ?? "") },
          reasons: ledgerReasonOptions(text, query.reason),
          stores: storeOptions(stores),
          exportHref: linkTo("/inventory/movements.csv", filter),
          rows: rows.map((movement) => toMovementRow(movement, text, shop, eyesOf(request))),
          costs: request.can(COST),
          blind: eyesOf(request).blind,
          next: nextLink("/inventory/movements", query, next),
        });
      },
    }),
    route({
      method: "GET",
      path: "/inventory/movements.csv",
      surface: "page",
      access: READ,
      query: movementsExportQuery,
      handle: async (request) => {
        const { text, shop } = request;
        const how = { text, locale: text.locale, timeZone: shop.timeZone, ...eyesOf(request) };
        const body = await exportLedger(actorOf(request), ledgerFilter(request, request.query), how);
        return stream("text/csv; charset=utf-8", body, text.t("inventory.movements.file"));
      },
    }),
  ];
}
