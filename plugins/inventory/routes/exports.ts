/** Prices and stock as files, for people and programs. */
import { z } from "zod";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import { SHEET_FORMATS, tableReply } from "../../../kernel/sheets/table.ts";
import { countsBlind } from "../api.ts";
import type { ListExports } from "../export-lists.ts";
import { actorOf, READ, storeAsked } from "./shared.ts";

const stockQuery = (input: Input) =>
  z.strictObject({ store_id: z.union([z.literal("").transform(() => undefined), input.id()]).optional() });

export function exportRoutes(exports: ListExports): Route[] {
  return SHEET_FORMATS.flatMap((format) => [
    route({
      method: "GET",
      path: `/prices/export.${format}`,
      surface: "page",
      access: READ,
      handle: async (request) => {
        const { text, shop } = request;
        const asked = { actor: actorOf(request), format, locale: text.locale };
        const name = text.t("inventory.exports.prices");
        return tableReply(await exports.prices(asked, shop.currency), format, text.locale, name);
      },
    }),
    route({
      method: "GET",
      path: `/inventory/export.${format}`,
      surface: "page",
      access: READ,
      query: stockQuery,
      handle: async (request) => {
        const { text, stores, query } = request;
        const asked = { actor: actorOf(request), format, locale: text.locale };
        const table = await exports.stock(asked, storeAsked(stores, query.store_id), countsBlind(request.can));
        return tableReply(table, format, text.locale, text.t("inventory.exports.stock"));
      },
    }),
    route({
      method: "GET",
      path: `/api/v1/prices/export.${format}`,
      surface: "v1",
      access: READ,
      summary: `Own prices of all products as ${format.toUpperCase()}, as their import reads them; decimal points.`,
      returns: { 200: null },
      handle: async (request) => {
        const asked = { actor: actorOf(request), format, locale: "en" as const };
        return tableReply(await exports.prices(asked, request.shop.currency), format, "en", "prices");
      },
    }),
    route({
      method: "GET",
      path: `/api/v1/inventory/export.${format}`,
      surface: "v1",
      access: READ,
      query: stockQuery,
      summary: `What is on hand in a store as ${format.toUpperCase()}, as the opening stock's import reads it.`,
      returns: { 200: null },
      handle: async (request) => {
        const asked = { actor: actorOf(request), format, locale: "en" as const };
        const table = await exports.stock(
          asked,
          storeAsked(request.stores, request.query.store_id),
          countsBlind(request.can),
        );
        return tableReply(table, format, "en", "stock");
      },
    }),
  ]);
}
