/** Variants for programs. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Eyes } from "../../present/products.ts";
import { toVariantsJson, variantsJson } from "../../present/variants.ts";
import { params, productQuery } from "../../schema.ts";
import { attributesBody, variantsBody } from "../../schema-variants.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, eyesOf, MANAGE, READ, storeAsked } from "../shared.ts";

export function variantsApi({ products, variants, transaction }: RouteParts): Route[] {
  const shown = async (id: number, eyes: Eyes, storeId?: number) => {
    await products.get(id);
    const [attributes, made] = await Promise.all([variants.attributes(id), variants.of(id, storeId)]);
    return toVariantsJson(attributes, made, eyes);
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/products/:id/variants",
      surface: "v1",
      access: READ,
      params,
      query: productQuery,
      summary: "The attributes of a parent and the products of their combinations; what is on hand is the store's.",
      returns: { 200: variantsJson },
      handle: async (request) =>
        json(await shown(request.params.id, eyesOf(request), storeAsked(request.stores, request.query.store_id))),
    }),
    route({
      method: "PUT",
      path: "/api/v1/products/:id/attributes",
      surface: "v1",
      access: MANAGE,
      params,
      body: attributesBody,
      summary:
        "Makes a product a parent with these attributes, or, with none, goods again. A value that a variant has stays.",
      returns: { 200: variantsJson },
      handle: async (request) => {
        const { params, body } = request;
        await transaction((tx) => variants.setAttributes(tx, actorOf(request), params.id, body.attributes));
        return json(await shown(params.id, eyesOf(request)));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/products/:id/variants",
      surface: "v1",
      access: MANAGE,
      params,
      body: variantsBody,
      idempotent: true,
      summary:
        "Makes the products of these combinations, or, without `variants`, of all that are missing, and answers with them.",
      returns: { 201: variantsJson },
      handle: async (request) => {
        const { tx, params, body } = request;
        const wanted = body.variants?.map(({ values, sku, barcodes, price }) => ({
          combination: values,
          sku,
          barcodes,
          priceMinor: price,
        }));
        const field = (index: number, name: string) => `variants.${index}.${name}`;
        const made = await variants.make(tx, actorOf(request), params.id, wanted, { field });
        return json(toVariantsJson(await variants.attributes(params.id), made, eyesOf(request)), 201);
      },
    }),
  ];
}
