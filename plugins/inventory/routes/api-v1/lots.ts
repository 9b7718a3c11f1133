/** Lots for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../../kernel/sheets/table.ts";
import { countsBlind } from "../../api.ts";
import type { LotExports } from "../../lots/export.ts";
import { daysAfter } from "../../lots/lot.ts";
import type { Lots } from "../../lots/lots.ts";
import { toBuyersJson, toLotJson, toLotMovementJson, toLotsJson } from "../../lots/present.ts";
import {
  buyersJson,
  lotJson,
  lotMovementsJson,
  lotParams,
  lotsExport,
  lotsJson,
  lotsQuery,
  partsQuery,
  tracksBody,
  tracksJson,
} from "../../lots/schema.ts";
import type { Products } from "../../products.ts";
import { buyersPage, everywhere, lotMovementsPage, lotsPage, mustReadSales, READ_SALES, storesAsked } from "../lots.ts";
import type { Transaction } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";

const FIRST = { limit: 50 };

type Eyes = { stores: Parameters<typeof storesAsked>[0]; can(permission: string): boolean };

interface Asked {
  product_id?: number | undefined;
  store_id?: number | undefined;
  within_days?: number | undefined;
  code?: string | undefined;
}

export function lotsApi(parts: {
  lots: Lots;
  lotExports: LotExports;
  products: Pick<Products, "get">;
  transaction: Transaction;
}): Route[] {
  const { lots, lotExports, products, transaction } = parts;

  const filterOf = async (asked: Asked, { stores, can }: Eyes) => {
    const { product_id: productId, store_id, within_days: days, code } = asked;
    const horizon = await lots.horizon();
    const until = days === undefined ? undefined : daysAfter(horizon.day, days);
    return {
      horizon,
      filter: { storeIds: storesAsked(stores, store_id), productId, until, code, notCounting: countsBlind(can) },
    };
  };

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
      handle: async (request) => {
        const { filter, horizon } = await filterOf(request.query, request);
        const { rows, next } = await lotsPage(lots, filter, request.query);
        return json({ data: rows.map((lot) => toLotsJson(lot, horizon)), next_cursor: next });
      },
    }),
    ...SHEET_FORMATS.flatMap((format) => [
      route({
        method: "GET",
        path: `/api/v1/lots/export.${format}`,
        surface: "v1",
        access: READ,
        query: lotsExport,
        summary: `Lots by the filter of their list as ${format.toUpperCase()}.`,
        returns: { 200: null },
        handle: async (request) => {
          const { filter } = await filterOf(request.query, request);
          return tableReply(
            await lotExports.list(actorOf(request), format, filter, request.text),
            format,
            "en",
            "lots",
          );
        },
      }),
      route({
        method: "GET",
        path: `/api/v1/lots/:id/buyers.${format}`,
        surface: "v1",
        access: READ,
        params: lotParams,
        summary: `Who bought of a lot as ${format.toUpperCase()}, for its recall; customers for who may export them.`,
        returns: { 200: null },
        handle: async (request) => {
          mustReadSales(request);
          const lot = await lots.find(request.params.id);
          const storeIds = storesAsked(request.stores, undefined);
          const named = lots.names(request.can, "takeNames");
          const how = { text: request.text, timeZone: request.shop.timeZone };
          return tableReply(
            await lotExports.buyers(actorOf(request), format, { lot, storeIds, named }, how),
            format,
            "en",
            `lot-${lot.id}`,
          );
        },
      }),
    ]),
    route({
      method: "GET",
      path: "/api/v1/lots/:id",
      surface: "v1",
      access: READ,
      params: lotParams,
      summary:
        "A lot, its newest movements, and for a recall the newest sales that took of it, with their customers for who may see them.",
      returns: { 200: lotJson },
      handle: async ({ params, stores, can }) => {
        const lot = await lots.find(params.id);
        const shelves = await lots.shownIn(lot, everywhere(stores), can);
        const storeIds = storesAsked(stores, undefined);
        const buyers = can(READ_SALES) ? await buyersPage(lots, lot.id, storeIds, FIRST, can) : undefined;
        return json(toLotJson(lot, await lotMovementsPage(lots, lot.id, shelves, FIRST), buyers));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/lots/:id/movements",
      surface: "v1",
      access: READ,
      params: lotParams,
      query: partsQuery,
      summary: "What came into a lot and left it, newest first.",
      returns: { 200: lotMovementsJson },
      handle: async ({ params, query, stores, can }) => {
        const lot = await lots.find(params.id);
        const shelves = await lots.shownIn(lot, everywhere(stores), can);
        const { rows, next } = await lotMovementsPage(lots, lot.id, shelves, query);
        return json({ data: rows.map(toLotMovementJson), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/lots/:id/buyers",
      surface: "v1",
      access: READ,
      params: lotParams,
      query: partsQuery,
      summary:
        "The recall of a lot: the sales that took of it, what came back, and their customers for who may see them; newest first. owed: what had gone before it came, of which no sale can be named.",
      returns: { 200: buyersJson },
      handle: async (request) => {
        mustReadSales(request);
        const { params, query, stores, can } = request;
        const { id } = await lots.find(params.id);
        return json(toBuyersJson(await buyersPage(lots, id, storesAsked(stores, undefined), query, can)));
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
