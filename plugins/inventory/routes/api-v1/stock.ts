/** Quantities and movements for programs. */
import { json, stream } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { ADJUSTMENT_REASONS, type AdjustmentReason } from "../../domain.ts";
import { movementJson, movementListJson, onHandListJson, toMovementJson, toOnHandJson } from "../../present/stock.ts";
import { adjustmentBody, movementsExportQuery, movementsQuery, onHandQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { ADJUST, actorOf, eyesOf, ledgerFilter, movementsPage, onHandPage, READ, storeToChange } from "../shared.ts";

export function stockApi({ stock, exportLedger }: Pick<RouteParts, "stock" | "exportLedger">): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/inventory",
      surface: "v1",
      access: READ,
      query: onHandQuery,
      summary: "What is on hand in a store of the active products, by name; without store_id in the first one.",
      returns: { 200: onHandListJson },
      handle: async (request) => {
        const { rows, next } = await onHandPage(stock, {}, request.stores, request.query);
        return json({ data: rows.map((row) => toOnHandJson(row, eyesOf(request))), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/inventory/low-stock",
      surface: "v1",
      access: READ,
      query: onHandQuery,
      summary: "Active products at or under their reorder point in a store, by name.",
      returns: { 200: onHandListJson },
      handle: async (request) => {
        const eyes = eyesOf(request);
        const which = { low: true, notCounting: eyes.blind };
        const { rows, next } = await onHandPage(stock, which, request.stores, request.query);
        return json({ data: rows.map((row) => toOnHandJson(row, eyes)), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/inventory/movements",
      surface: "v1",
      access: READ,
      query: movementsQuery,
      summary:
        "The stock ledger with the balance after each movement, newest first. from and to are days in the shop's time zone.",
      returns: { 200: movementListJson },
      handle: async (request) => {
        const { rows, next } = await movementsPage(stock, request, request.query);
        return json({ data: rows.map((row) => toMovementJson(row, eyesOf(request))), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/inventory/movements.csv",
      surface: "v1",
      access: READ,
      query: movementsExportQuery,
      summary: "The stock ledger as CSV, oldest first: every movement that the filter lets through.",
      returns: { 200: null },
      handle: async (request) => {
        const how = { text: request.text, locale: "en" as const, timeZone: request.shop.timeZone, ...eyesOf(request) };
        const body = await exportLedger(actorOf(request), ledgerFilter(request, request.query), how);
        return stream("text/csv; charset=utf-8", body, "movements.csv");
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/inventory/adjustments",
      surface: "v1",
      access: ADJUST,
      body: adjustmentBody,
      idempotent: true,
      summary: "Changes a quantity by a signed difference, with a reason: a word of the list or one's own.",
      returns: { 201: movementJson, 200: movementJson },
      handle: async (request) => {
        const {
          product_id: productId,
          quantity: quantityMilli,
          reason,
          store_id: asked,
          lot,
          expires_on,
        } = request.body;
        const movement = await stock.adjust(request.tx, actorOf(request), {
          storeId: storeToChange(request.stores, asked),
          productId,
          quantityMilli,
          ...reasonOf(reason),
          lot: lot === undefined ? undefined : { code: lot, expiresOn: expires_on },
        });
        return json(toMovementJson(movement, eyesOf(request)), 201);
      },
    }),
  ];
}

/** One's own words are kept as the note of an `adjustment`. */
function reasonOf(said: string): { reason: AdjustmentReason; note?: string } {
  const listed = ADJUSTMENT_REASONS.find((reason) => reason === said);
  return listed ? { reason: listed } : { reason: "adjustment", note: said };
}
