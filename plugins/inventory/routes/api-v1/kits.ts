/** Parts of kits for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { partListJson, toPartJson } from "../../present/units.ts";
import { params } from "../../schema.ts";
import { partsBody } from "../../schema-units.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";

export function kitsApi({ products, kits, transaction }: RouteParts): Route[] {
  const shown = async (id: number) => {
    await products.get(id);
    return json({ data: (await kits.of(id)).map(toPartJson) });
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/products/:id/parts",
      surface: "v1",
      access: READ,
      params,
      summary: "What a kit is made of, by name; nothing of a product that is none.",
      returns: { 200: partListJson },
      handle: ({ params }) => shown(params.id),
    }),
    route({
      method: "PUT",
      path: "/api/v1/products/:id/parts",
      surface: "v1",
      access: MANAGE,
      params,
      body: partsBody,
      summary:
        "Makes a product a kit of these parts, or, of none, goods again. A kit that would hold itself is refused with the path.",
      returns: { 200: partListJson },
      handle: async (request) => {
        const { params, body } = request;
        const wanted = body.parts.map((part) => ({ productId: part.product_id, quantityMilli: part.quantity }));
        await transaction((tx) => kits.set(tx, actorOf(request), params.id, wanted));
        return shown(params.id);
      },
    }),
  ];
}
