/** Deliveries, returns to suppliers and what was paid, for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { documentAnswer, documentsAnswer, pricesAnswer } from "../answers.ts";
import { documentHeadJson, documentJson, priceJson } from "../present.ts";
import { idParams } from "../schema.ts";
import { documentsQuery, pricesQuery, receiptBody, returnBody, sentField } from "../schema-lines.ts";
import type { BuyingRoutes } from "./parts.ts";
import { actorOf, mine, READ, RECEIVE, storeAsked, storesAsked } from "./shared.ts";

export function deliveriesApi({ deliveries }: Pick<BuyingRoutes, "deliveries">): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/purchases/documents",
      surface: "v1",
      access: READ,
      query: documentsQuery,
      summary: "Deliveries and returns to suppliers, newest first; a return is below zero",
      returns: { 200: documentsAnswer },
      handle: async ({ query, stores }) => {
        const { limit, supplier_id: supplierId, order_id: orderId, kind } = query;
        const storeIds = storesAsked(stores, query.store_id);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await deliveries.list({ storeIds, supplierId, orderId, kind, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        return json({ data: rows.map(documentHeadJson), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/purchases/documents/:id",
      surface: "v1",
      access: READ,
      params: idParams,
      summary: "One delivery or return with its lines",
      returns: { 200: documentAnswer },
      handle: async ({ params, stores, text }) =>
        json(documentJson(mine(stores, await deliveries.get(params.id)), text)),
    }),
    route({
      method: "POST",
      path: "/api/v1/purchases/receipts",
      surface: "v1",
      access: RECEIVE,
      idempotent: true,
      body: receiptBody,
      summary: "Goods came without an order: all lines or none",
      returns: { 201: documentAnswer },
      handle: async (request) => {
        const { supplier_id: supplierId, store_id: asked, delivery_note: deliveryNote, note, lines } = request.body;
        const from = { storeId: storeAsked(request.stores, asked), supplierId };
        const wanted = { from, deliveryNote, note, lines, field: sentField };
        const id = await deliveries.receive(request.tx, actorOf(request), wanted, request.shop.currency);
        return json(documentJson(await deliveries.get(id, request.tx), request.text), 201);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/purchases/returns",
      surface: "v1",
      access: RECEIVE,
      idempotent: true,
      body: returnBody,
      summary: "Goods go back to the supplier: all lines or none",
      returns: { 201: documentAnswer },
      handle: async (request) => {
        const { supplier_id: supplierId, store_id: asked, note, lines } = request.body;
        const storeId = storeAsked(request.stores, asked);
        const wanted = { storeId, supplierId, note, lines, field: sentField };
        const id = await deliveries.giveBack(request.tx, actorOf(request), wanted, request.shop.currency);
        return json(documentJson(await deliveries.get(id, request.tx), request.text), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/purchases/prices",
      surface: "v1",
      access: READ,
      query: pricesQuery,
      summary: "What was paid for a product, newest first; of one supplier when asked",
      returns: { 200: pricesAnswer },
      handle: async ({ query, stores }) => {
        const { limit, product_id: productId, supplier_id: supplierId } = query;
        const storeIds = storesAsked(stores, query.store_id);
        const before = readCursor(query.cursor, ["number", "number"]);
        const found = await deliveries.prices({ productId, supplierId, storeIds, before, limit });
        const { rows, next } = pageOf(found, limit, (one) => [one.documentId, one.line]);
        return json({ data: rows.map(priceJson), next_cursor: next });
      },
    }),
  ];
}
