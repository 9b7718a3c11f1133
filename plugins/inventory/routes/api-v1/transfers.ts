/** Transfers for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { countsBlind } from "../../api.ts";
import { toTransferJson, toTransferRowJson } from "../../transfers/present.ts";
import {
  receiveBody,
  requestBody,
  sendBody,
  transferJson,
  transferParams,
  transfersJson,
  transfersQuery,
} from "../../transfers/schema.ts";
import type { Transfers } from "../../transfers/transfers.ts";
import { actorOf, eyesOf } from "../shared.ts";
import { refuseStranger, saidLines, TRANSFER, transferAsked, transfersPage } from "../transfers.ts";

export function transfersApi({ transfers }: { transfers: Transfers }): Route[] {
  const shown = async (request: Parameters<typeof eyesOf>[0], id: number, tx?: Parameters<typeof transfers.find>[1]) =>
    toTransferJson(await transfers.find(id, tx), await transfers.lines(id, tx), eyesOf(request));
  return [
    route({
      method: "GET",
      path: "/api/v1/transfers",
      surface: "v1",
      access: TRANSFER,
      query: transfersQuery,
      summary: "Transfers from or to one's stores, newest first.",
      returns: { 200: transfersJson },
      handle: async ({ query, stores }) => {
        const { rows, next } = await transfersPage(transfers, stores, query);
        return json({ data: rows.map(toTransferRowJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/transfers",
      surface: "v1",
      access: TRANSFER,
      body: requestBody,
      idempotent: true,
      summary: "Asks for goods of another store. No stock moves yet.",
      returns: { 201: transferJson },
      handle: async (request) => {
        const { from_store_id: fromStoreId, to_store_id: toStoreId, note, lines } = request.body;
        refuseStranger(request.stores, { fromStoreId, toStoreId }, "either");
        const wanted = { fromStoreId, toStoreId, note, lines: saidLines(lines) };
        const id = await transfers.request(request.tx, actorOf(request), wanted);
        return json(await shown(request, id, request.tx), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/transfers/:id",
      surface: "v1",
      access: TRANSFER,
      params: transferParams,
      summary: "A transfer: of each product what was asked for, sent, received, lost, and is on the way.",
      returns: { 200: transferJson },
      handle: async (request) => json(await shown(request, (await transferAsked(transfers, request)).id)),
    }),
    route({
      method: "POST",
      path: "/api/v1/transfers/:id/send",
      surface: "v1",
      access: TRANSFER,
      params: transferParams,
      body: sendBody,
      idempotent: true,
      summary: "The goods leave the first store and are on the way; without lines as many as were asked for.",
      returns: { 200: transferJson },
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request, "from");
        const { lines } = request.body;
        await transfers.send(request.tx, actorOf(request), id, lines && saidLines(lines), countsBlind(request.can));
        return json(await shown(request, id, request.tx));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/transfers/:id/receive",
      surface: "v1",
      access: TRANSFER,
      params: transferParams,
      body: receiveBody,
      idempotent: true,
      summary: "What arrived comes onto the second store's shelf. rest: what is missing comes later, or is lost.",
      returns: { 200: transferJson },
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request, "to");
        const { lines, rest } = request.body;
        await transfers.receive(request.tx, actorOf(request), id, saidLines(lines), rest);
        return json(await shown(request, id, request.tx));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/transfers/:id/cancel",
      surface: "v1",
      access: TRANSFER,
      params: transferParams,
      idempotent: true,
      summary: "Gives up a transfer that was not sent yet.",
      returns: { 200: transferJson },
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request);
        await transfers.cancel(request.tx, actorOf(request), id);
        return json(await shown(request, id, request.tx));
      },
    }),
  ];
}
