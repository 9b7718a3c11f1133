/** Customers for people: the list, new ones, one with its account. */
import { readCursor } from "../../../kernel/http/cursor.ts";
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import { customerModel, customerRow, documentOptions, groupOptions, stored } from "../present.ts";
import { customerForm, customerParams, customersQuery, entriesQuery, newCustomerForm } from "../schema.ts";
import {
  actorOf,
  CREDIT,
  customersPage,
  EXPORT,
  entriesNext,
  GROUPS,
  groupOf,
  IMPORT,
  limitOf,
  MANAGE,
  READ,
  type RouteParts,
} from "./shared.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "stores" | "can"
>;

const LAST = 20;

export function customerPages({ register, groups, merging, actions, cards, transaction }: RouteParts): Route[] {
  const drawNew = async ({ text, can }: Pick<Asked, "text" | "can">, form: FormState = { values: {}, errors: {} }) => {
    const list = await groups.list();
    return page("customers/customer-new", {
      title: text.t("customers.new.title"),
      form,
      types: documentOptions(text),
      mayLimit: can(CREDIT),
      mayGroup: can(GROUPS) && list.length > 0,
      groups: groupOptions(list, text),
    });
  };

  async function drawOne({ params, text, shop, stores, can }: Asked, form?: FormState) {
    const customer = await register.get(params.id);
    const entries = await register.entries(customer.id, undefined, LAST);
    const showing = { text, can, timeZone: shop.timeZone, groups: await groups.list() };
    const model = customerModel(customer, entries.slice(0, LAST), actions, form ?? stored(customer, text), showing);
    const ids = await register.idsOf(customer.id);
    const loaded = await Promise.all(
      cards.map((card) => card.load({ id: customer.id, ids }, { text, shop, stores, can })),
    );
    return page("customers/customer", {
      ...model,
      cards: loaded.filter((card) => card !== undefined),
      merged: (await merging.into(customer.id)).map(({ name }) => name).join(", "),
      more: entries.length > LAST ? `${model["path"]}/account` : undefined,
    });
  }

  return [
    route({
      method: "GET",
      path: "/customers",
      surface: "page",
      access: READ,
      query: customersQuery,
      fragments: { "customer-list": "customers/_customer-list" },
      handle: async ({ query, text, can }) => {
        const { rows, next } = await customersPage(register, query);
        const { q = "", owing = "" } = query;
        const link = new URLSearchParams({ ...(owing ? { owing } : {}), cursor: next ?? "" });
        return page("customers/customers", {
          title: text.t("customers.list.title"),
          customers: rows.map((one) => customerRow(one, text)),
          next: next === null ? undefined : `/customers?${link}`,
          filter: { q, owing },
          states: ["", "1"].map((value) => ({ value, label: text.t(`customers.list.owing_${value || "all"}`) })),
          isFiltered: q !== "" || owing !== "",
          mayManage: can(MANAGE.permission),
          mayImport: can(IMPORT),
          mayExport: can(EXPORT),
        });
      },
    }),
    route({
      method: "GET",
      path: "/customers/new",
      surface: "page",
      access: MANAGE,
      handle: async (request) => drawNew(request),
    }),
    route({
      method: "POST",
      path: "/customers",
      surface: "page",
      access: MANAGE,
      idempotent: true,
      body: newCustomerForm,
      redraw: async (request, form) => drawNew(request, form),
      handle: async (request) => {
        const { document_type, document_number, credit_limit, group_id, ...facts } = request.body;
        const wished = { ...facts, ...limitOf({ credit_limit }, request), ...groupOf(request.body, request) };
        const made = await register.create(request.tx, actorOf(request), wished, request.shop.currency);
        return redirect(`/customers/${made.id}`, {
          flash: { text: "customers.flash.created", params: { name: made.name } },
        });
      },
    }),
    route({
      method: "GET",
      path: "/customers/:id",
      surface: "page",
      access: READ,
      params: customerParams,
      handle: async (request) => {
        const { mergedInto } = await register.get(request.params.id);
        return mergedInto === undefined ? drawOne(request) : redirect(`/customers/${mergedInto}`);
      },
    }),
    route({
      method: "POST",
      path: "/customers/:id",
      surface: "page",
      access: MANAGE,
      params: customerParams,
      body: customerForm,
      redraw: async (request, form, error) => {
        if (error.code !== "CUSTOMER_CHANGED") return drawOne(request, form);
        // now the person has been told and sees what is stored: saving again is meant
        const { version } = await register.get(request.params.id);
        return drawOne(request, { ...form, values: { ...form.values, version: String(version) } });
      },
      handle: async (request) => {
        const { document_type, document_number, credit_limit, group_id, version, ...facts } = request.body;
        const change = { ...facts, ...limitOf({ credit_limit }, request), ...groupOf(request.body, request) };
        const { id } = request.params;
        await transaction((tx) => register.update(tx, actorOf(request), id, change, version));
        return redirect(`/customers/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/customers/:id/account",
      surface: "page",
      access: READ,
      params: customerParams,
      query: entriesQuery,
      handle: async ({ params, query, text, shop, can }) => {
        const customer = await register.get(params.id);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await register.entries(params.id, before, query.limit);
        const shown = found.slice(0, query.limit);
        const showing = { text, can, timeZone: shop.timeZone, groups: [] };
        const next = entriesNext(found, query.limit);
        return page("customers/account", {
          ...customerModel(customer, shown, [], stored(customer, text), showing),
          next: next === null ? undefined : `/customers/${params.id}/account?cursor=${next}`,
        });
      },
    }),
  ];
}
