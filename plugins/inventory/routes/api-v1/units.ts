/** Further units of products for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { toUnitJson, unitListJson } from "../../present/units.ts";
import { params } from "../../schema.ts";
import { unitsBody } from "../../schema-units.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";

export function unitsApi({ products, units, transaction }: RouteParts): Route[] {
  const shown = async (id: number, currency: string) =>
    json({ data: (await products.get(id)).units.map((unit) => toUnitJson(unit, currency)) });
  return [
    route({
      method: "GET",
      path: "/api/v1/products/:id/units",
      surface: "v1",
      access: READ,
      params,
      summary: "The further units of a product, the smallest first.",
      returns: { 200: unitListJson },
      handle: ({ params, shop }) => shown(params.id, shop.currency),
    }),
    route({
      method: "PUT",
      path: "/api/v1/products/:id/units",
      surface: "v1",
      access: MANAGE,
      params,
      body: unitsBody,
      summary:
        "Sets the further units of a product; those left out go. A unit without a price costs the product's by its factor.",
      returns: { 200: unitListJson },
      handle: async (request) => {
        const { params, body, shop } = request;
        const wanted = body.units.map(({ name, factor, price, barcodes = [] }) => ({
          name,
          factorMilli: factor,
          priceMinor: price,
          barcodes,
        }));
        await transaction((tx) => units.set(tx, actorOf(request), params.id, wanted));
        return shown(params.id, shop.currency);
      },
    }),
  ];
}
