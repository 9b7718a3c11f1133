/** Counts for programs. */
import type { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../../kernel/decimal.ts";
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Counts } from "../../counts/counts.ts";
import { toCountJson, toCountRowJson, toLineJson } from "../../counts/present.ts";
import {
  countJson,
  countParams,
  countsJson,
  countsQuery,
  enteredJson,
  entriesBody,
  linesJson,
  linesQuery,
  postForm,
  recountBody,
  recountedJson,
  startBody,
} from "../../counts/schema.ts";
import { countAsked, countsPage, ENTER, linesPage, MANAGE_COUNTS } from "../counts.ts";
import { actorOf, storeToChange } from "../shared.ts";

export function countsApi({ counts }: { counts: Counts }): Route[] {
  const shown = async (id: number, sees: boolean, tx?: Parameters<typeof counts.find>[1]) =>
    toCountJson(await counts.find(id, tx), await counts.progress(id, tx), sees);
  return [
    route({
      method: "GET",
      path: "/api/v1/counts",
      surface: "v1",
      access: ENTER,
      query: countsQuery,
      summary: "Counts of the stock, newest first.",
      returns: { 200: countsJson },
      handle: async ({ query, stores }) => {
        const { rows, next } = await countsPage(counts, stores, query);
        return json({ data: rows.map(toCountRowJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/counts",
      surface: "v1",
      access: MANAGE_COUNTS,
      body: startBody,
      idempotent: true,
      summary:
        "Starts a count of a store, or of a category in it, with a snapshot of what is on hand; selling goes on. COUNT_OVERLAPS while another open count has one of its products.",
      returns: { 201: countJson },
      handle: async (request) => {
        const { store_id: asked, category_id: categoryId, note } = request.body;
        const storeId = storeToChange(request.stores, asked);
        const id = await counts.start(request.tx, actorOf(request), { storeId, categoryId, note });
        return json(await shown(id, true, request.tx), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/counts/:id",
      surface: "v1",
      access: ENTER,
      params: countParams,
      summary: "A count and how far it is.",
      returns: { 200: countJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        return json(await shown(id, request.can(MANAGE_COUNTS.permission)));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/counts/:id/lines",
      surface: "v1",
      access: ENTER,
      params: countParams,
      query: linesQuery,
      summary:
        "The products of a count, by name. What the books expect, and so the differences, are shown to those with counts.manage alone.",
      returns: { 200: linesJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        const sees = request.can(MANAGE_COUNTS.permission);
        const { show = "all", ...query } = request.query;
        const { rows, next } = await linesPage(counts, id, sees || show === "uncounted" ? show : "all", query);
        return json({ data: rows.map((line) => toLineJson(line, sees)), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/counts/:id/entries",
      surface: "v1",
      access: ENTER,
      params: countParams,
      body: entriesBody,
      idempotent: true,
      summary:
        "What a counter found: quantities add up, one below zero takes a slip back. All lines or none. count_again: something moved since an earlier entry, so it is to be counted again as a whole.",
      returns: { 201: enteredJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        const lines = request.body.lines
          .map((line, index) => ({ ...line, index }))
          // in one order, so that two counters do not wait for each other in a circle
          .toSorted((a, b) => a.product_id - b.product_id);
        const data: z.output<typeof enteredJson>["data"] = [];
        for (const { product_id: productId, quantity: quantityMilli, index } of lines) {
          const field = { quantity: `lines.${index}.quantity`, product: `lines.${index}.product_id` };
          const entered = await counts.enter(request.tx, actorOf(request), id, { productId, quantityMilli }, field);
          const counted = formatDecimal(entered.countedMilli, QUANTITY_SCALE);
          data.push({ product_id: productId, counted, count_again: entered.movedBetween });
        }
        return json({ data }, 201);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/counts/:id/recount",
      surface: "v1",
      access: MANAGE_COUNTS,
      params: countParams,
      body: recountBody,
      idempotent: true,
      summary:
        "Has products counted afresh, without product_ids all that differ or are marked count_again; answers how many.",
      returns: { 200: recountedJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        const lines = await counts.recount(request.tx, actorOf(request), id, request.body.product_ids);
        return json({ lines });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/counts/:id/post",
      surface: "v1",
      access: MANAGE_COUNTS,
      params: countParams,
      body: postForm,
      idempotent: true,
      summary:
        "Approves a count: its differences become movements, once; a second time is COUNT_POSTED. uncounted: keep (as it is) what nobody counted, or zero.",
      returns: { 200: countJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        await counts.post(request.tx, actorOf(request), id, request.body.uncounted);
        return json(await shown(id, true, request.tx));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/counts/:id/cancel",
      surface: "v1",
      access: MANAGE_COUNTS,
      params: countParams,
      idempotent: true,
      summary: "Gives a count up; nothing of it is posted.",
      returns: { 200: countJson },
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        await counts.cancel(request.tx, actorOf(request), id);
        return json(await shown(id, true, request.tx));
      },
    }),
  ];
}
