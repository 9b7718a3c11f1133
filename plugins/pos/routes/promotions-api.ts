/** Promotions for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { promotionJson } from "../present-promotions.ts";
import {
  promotionAnswer,
  promotionBody,
  promotionParams,
  promotionsAnswer,
  promotionsQuery,
} from "../schema-promotions.ts";
import { MANAGE_PROMOTIONS, type PromotionParts } from "./promotions.ts";
import { actorOf } from "./seller.ts";

const access = { permission: MANAGE_PROMOTIONS } as const;

export function promotionsApi({
  promotions,
  transaction,
}: Pick<PromotionParts, "promotions" | "transaction">): Route[] {
  const shown = async (id: number) => promotionJson(await promotions.find(id));
  return [
    route({
      method: "GET",
      path: "/api/v1/promotions",
      surface: "v1",
      access,
      query: promotionsQuery,
      summary: "Promotions that run or will, newest first; with `ended=1` those that are over",
      returns: { 200: promotionsAnswer },
      handle: async ({ query }) => {
        const before = readCursor(query.cursor, ["number"])?.[0];
        const today = await promotions.today();
        const found = await promotions.list({ before, limit: query.limit, today, ended: query.ended === "1" });
        const { rows, next } = pageOf(found, query.limit, (one) => [one.id]);
        return json({ data: rows.map(promotionJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/promotions",
      surface: "v1",
      access,
      idempotent: true,
      body: promotionBody,
      summary:
        "Makes a promotion: `percent` off, `quantity` (percent off from so many), or `n_for_m` (of each `take` only `pay` are paid). Empty lists mean everything, everywhere, everybody, every day",
      returns: { 201: promotionAnswer },
      handle: async ({ tx, body, stores, ...request }) => {
        const id = await promotions.create(tx, actorOf(request), body, stores);
        return json(promotionJson({ ...body, id, endedAt: undefined, version: 1 }), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/promotions/:id",
      surface: "v1",
      access,
      params: promotionParams,
      summary: "One promotion",
      returns: { 200: promotionAnswer },
      handle: async ({ params }) => json(await shown(params.id)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/promotions/:id",
      surface: "v1",
      access,
      params: promotionParams,
      body: promotionBody,
      summary: "Puts another in its place; what was sold stays as it was sold",
      returns: { 200: promotionAnswer },
      handle: async (request) => {
        const { params, body, stores } = request;
        const key = { id: params.id, version: undefined };
        await transaction((tx) => promotions.update(tx, actorOf(request), key, body, stores));
        return json(await shown(params.id));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/promotions/:id/end",
      surface: "v1",
      access,
      params: promotionParams,
      summary: "Ends a promotion now; ended once it stays so",
      returns: { 200: promotionAnswer },
      handle: async (request) => {
        await transaction((tx) => promotions.end(tx, actorOf(request), request.params.id, request.stores));
        return json(await shown(request.params.id));
      },
    }),
  ];
}
