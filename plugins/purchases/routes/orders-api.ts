/** Purchase orders for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { documentAnswer, orderAnswer, ordersAnswer } from "../answers.ts";
import { documentJson, orderHeadJson, orderJson } from "../present.ts";
import { idParams } from "../schema.ts";
import { orderBody, orderPatch, orderReceiptBody, ordersQuery, sentField } from "../schema-lines.ts";
import type { BuyingRoutes } from "./parts.ts";
import { actorOf, mine, ORDER, READ, RECEIVE, storeAsked, storesAsked } from "./shared.ts";

export function ordersApi({ orders, deliveries, transaction }: BuyingRoutes): Route[] {
  const path = "/api/v1/purchases/orders";
  const change = (verb: "send" | "cancel", summary: string) =>
    route({
      method: "POST",
      path: `${path}/:id/${verb}`,
      surface: "v1",
      access: ORDER,
      params: idParams,
      summary,
      returns: { 200: orderAnswer },
      handle: async (request) => {
        const { id } = request.params;
        mine(request.stores, await orders.get(id));
        await transaction((tx) => orders[verb](tx, actorOf(request), id));
        return json(orderJson(await orders.get(id)));
      },
    });
  return [
    route({
      method: "GET",
      path,
      surface: "v1",
      access: READ,
      query: ordersQuery,
      summary: "Purchase orders, newest first",
      returns: { 200: ordersAnswer },
      handle: async ({ query, stores }) => {
        const { limit, supplier_id: supplierId, status } = query;
        const storeIds = storesAsked(stores, query.store_id);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await orders.list({ storeIds, supplierId, status, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        return json({ data: rows.map(orderHeadJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path,
      surface: "v1",
      access: ORDER,
      idempotent: true,
      body: orderBody,
      summary:
        "A draft. A line without a cost has the one that the supplier asked last, else what a unit costs in the store",
      returns: { 201: orderAnswer },
      handle: async (request) => {
        const { supplier_id: supplierId, store_id: asked, note, lines } = request.body;
        const storeId = storeAsked(request.stores, asked);
        const wanted = { storeId, supplierId, note, lines, field: sentField };
        const id = await orders.create(request.tx, actorOf(request), wanted, request.shop.currency);
        return json(orderJson(await orders.get(id, request.tx)), 201);
      },
    }),
    route({
      method: "GET",
      path: `${path}/:id`,
      surface: "v1",
      access: READ,
      params: idParams,
      summary: "One purchase order with what has come of it",
      returns: { 200: orderAnswer },
      handle: async ({ params, stores }) => json(orderJson(mine(stores, await orders.get(params.id)))),
    }),
    route({
      method: "PATCH",
      path: `${path}/:id`,
      surface: "v1",
      access: ORDER,
      params: idParams,
      body: orderPatch,
      summary: "The lines of a draft, as they are now wanted",
      returns: { 200: orderAnswer },
      handle: async (request) => {
        const { id } = request.params;
        mine(request.stores, await orders.get(id));
        const wanted = { ...request.body, note: request.body.note, field: sentField };
        await transaction((tx) => orders.change(tx, actorOf(request), id, wanted));
        return json(orderJson(await orders.get(id)));
      },
    }),
    change("send", "It went to the supplier: from now on it is received"),
    change("cancel", "Nothing more is awaited; what came stays"),
    route({
      method: "POST",
      path: `${path}/:id/receipts`,
      surface: "v1",
      access: RECEIVE,
      idempotent: true,
      params: idParams,
      body: orderReceiptBody,
      summary:
        "Goods of the order came: all lines or none. More than was ordered is a warning, or refused by a setting",
      returns: { 201: documentAnswer },
      handle: async (request) => {
        const { delivery_note: deliveryNote, note, lines } = request.body;
        const { id: orderId } = request.params;
        mine(request.stores, await orders.get(orderId, request.tx));
        const wanted = { from: { orderId }, deliveryNote, note, lines, field: sentField };
        const id = await deliveries.receive(request.tx, actorOf(request), wanted, request.shop.currency);
        return json(documentJson(await deliveries.get(id, request.tx), request.text), 201);
      },
    }),
  ];
}
