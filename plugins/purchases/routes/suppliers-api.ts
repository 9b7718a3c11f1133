/** Suppliers for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { SupplierFacts } from "../domain.ts";
import { supplierJson } from "../present-suppliers.ts";
import {
  idParams,
  newSupplierBody,
  supplierAnswer,
  supplierPatch,
  suppliersAnswer,
  suppliersQuery,
} from "../schema.ts";
import { actorOf, READ, SUPPLIERS } from "./shared.ts";
import type { SupplierRoutes } from "./suppliers.ts";

export function suppliersApi({ suppliers, transaction }: SupplierRoutes): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/suppliers",
      surface: "v1",
      access: READ,
      query: suppliersQuery,
      summary: "Suppliers by name; with `q` those whose name, NIT, contact, phone or mail match",
      returns: { 200: suppliersAnswer },
      handle: async ({ query, shop }) => {
        const { q, limit } = query;
        const active = query.active === undefined || query.active === "all" ? undefined : query.active === "true";
        const after = readCursor(query.cursor, ["string", "number"]);
        const { rows, next } = pageOf(await suppliers.list({ q, active, after, limit }), limit, ({ key }) => key);
        return json({ data: rows.map(({ supplier }) => supplierJson(supplier, shop.currency)), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/suppliers",
      surface: "v1",
      access: SUPPLIERS,
      idempotent: true,
      body: newSupplierBody,
      summary: "Adds a supplier; a NIT without its check digit is given it",
      returns: { 201: supplierAnswer },
      handle: async (request) => {
        const { lead_time_days: leadTimeDays, minimum: minimumMinor, ...facts } = request.body;
        const wished = { ...facts, leadTimeDays, minimumMinor };
        const made = await suppliers.create(request.tx, actorOf(request), wished);
        return json(supplierJson(made, request.shop.currency), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/suppliers/:id",
      surface: "v1",
      access: READ,
      params: idParams,
      summary: "One supplier",
      returns: { 200: supplierAnswer },
      handle: async ({ params, shop }) => json(supplierJson(await suppliers.get(params.id), shop.currency)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/suppliers/:id",
      surface: "v1",
      access: SUPPLIERS,
      params: idParams,
      body: supplierPatch,
      summary: "Changes what is sent; null empties a field",
      returns: { 200: supplierAnswer },
      handle: async (request) => {
        const { name, active, lead_time_days: leadTimeDays, minimum: minimumMinor, ...emptiable } = request.body;
        const always = Object.entries({ name, active, leadTimeDays, minimumMinor }).filter(
          ([, value]) => value !== undefined,
        );
        const change: Partial<SupplierFacts> = { ...emptiable, ...Object.fromEntries(always) };
        const changed = await transaction((tx) => suppliers.update(tx, actorOf(request), request.params.id, change));
        return json(supplierJson(changed, request.shop.currency));
      },
    }),
  ];
}
