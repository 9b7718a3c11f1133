/** Suppliers on pages: the list, new ones, one with what is bought from it. */
import type { Database } from "../../../kernel/db/database.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import { stored, supplierRow } from "../present-suppliers.ts";
import { idParams, newSupplierForm, supplierForm, suppliersQuery } from "../schema.ts";
import { LEAD_TIME_DAYS, type Suppliers } from "../suppliers.ts";
import { actorOf, linkTo, READ, SUPPLIERS } from "./shared.ts";

export interface SupplierRoutes {
  suppliers: Suppliers;
  transaction: Database["transaction"];
}

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "can" | "shop">;

const NEW: FormState = { values: { lead_time_days: String(LEAD_TIME_DAYS) }, errors: {} };

export function supplierPages({ suppliers, transaction }: SupplierRoutes): Route[] {
  const drawNew = async ({ text }: Pick<Asked, "text">, form: FormState = NEW): Promise<Reply> =>
    page("purchases/supplier-new", { title: text.t("purchases.suppliers.new"), form });

  const drawOne = async ({ params, can, text, shop }: Asked, form?: FormState): Promise<Reply> => {
    const supplier = await suppliers.get(params.id);
    const shown = form ?? stored(supplier, text, shop.currency);
    return page("purchases/supplier", {
      title: supplier.name,
      path: `/suppliers/${supplier.id}`,
      facts: supplierRow(supplier),
      form: shown,
      isActive: shown.values["active"] !== undefined,
      mayManage: can(SUPPLIERS.permission),
    });
  };

  return [
    route({
      method: "GET",
      path: "/suppliers",
      surface: "page",
      access: READ,
      query: suppliersQuery,
      handle: async ({ query, text, can }) => {
        const { q = "", limit, active = "true" } = query;
        const after = readCursor(query.cursor, ["string", "number"]);
        const wanted = active === "all" ? undefined : active === "true";
        const found = await suppliers.list({ q, active: wanted, after, limit });
        const { rows, next } = pageOf(found, limit, ({ key }) => key);
        return page("purchases/suppliers", {
          title: text.t("purchases.suppliers.title"),
          rows: rows.map(({ supplier }) => supplierRow(supplier)),
          next: next === null ? undefined : linkTo("/suppliers", { q, active, cursor: next }),
          filter: { q, active },
          states: ["true", "false", "all"].map((value) => ({
            value,
            label: text.t(`purchases.suppliers.active_${value}`),
          })),
          mayManage: can(SUPPLIERS.permission),
        });
      },
    }),
    route({
      method: "GET",
      path: "/suppliers/new",
      surface: "page",
      access: SUPPLIERS,
      handle: (request) => drawNew(request),
    }),
    route({
      method: "POST",
      path: "/suppliers",
      surface: "page",
      access: SUPPLIERS,
      idempotent: true,
      body: newSupplierForm,
      redraw: (request, form) => drawNew(request, form),
      handle: async (request) => {
        const { lead_time_days: leadTimeDays, minimum: minimumMinor, ...facts } = request.body;
        const wished = { ...facts, leadTimeDays, minimumMinor };
        const made = await suppliers.create(request.tx, actorOf(request), wished);
        return redirect(`/suppliers/${made.id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/suppliers/:id",
      surface: "page",
      access: READ,
      params: idParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/suppliers/:id",
      surface: "page",
      access: SUPPLIERS,
      params: idParams,
      body: supplierForm,
      redraw: async (request, form, error) => {
        if (error.code !== "SUPPLIER_CHANGED") return drawOne(request, form);
        // now the person has been told and sees what is stored: saving again is meant
        const { version } = await suppliers.get(request.params.id);
        return drawOne(request, { ...form, values: { ...form.values, version: String(version) } });
      },
      handle: async (request) => {
        const { version, lead_time_days: leadTimeDays, minimum: minimumMinor = 0, ...facts } = request.body;
        const { id } = request.params;
        const change = { ...facts, leadTimeDays, minimumMinor };
        await transaction((tx) => suppliers.update(tx, actorOf(request), id, change, version));
        return redirect(`/suppliers/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}
