/** Purchase orders on pages: the list, a new one, one with its lines while it is a draft, sent and cancelled. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import { countsBlind } from "../../inventory/api.ts";
import { ORDER_STATUSES, type Order } from "../domain.ts";
import type { Ordering } from "../ordering.ts";
import { documentRow, formRows, type Look, orderModel, orderRow, rowValues } from "../present.ts";
import { supplierOptions } from "../present-suppliers.ts";
import { idParams } from "../schema.ts";
import { draftForm, newQuery, orderForm, ordersQuery } from "../schema-lines.ts";
import type { BuyingRoutes } from "./parts.ts";
import { actorOf, linkTo, mine, ORDER, READ, RECEIVE, storeAsked, storeOptions, storesAsked } from "./shared.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "can" | "stores"
>;

/** deliveries of an order that its page shows */
const SHOWN = 50;
const EMPTY: FormState = { values: {}, errors: {} };

export const lookOf = ({ text, shop }: Pick<Asked, "text" | "shop">): Look => ({ text, timeZone: shop.timeZone });

export function orderPages({
  suppliers,
  orders,
  ordering,
  deliveries,
  transaction,
}: BuyingRoutes & { ordering: Ordering }): Route[] {
  const drawNew = async ({ text, stores }: Pick<Asked, "text" | "stores">, form: FormState = EMPTY): Promise<Reply> =>
    page("purchases/order-new", {
      title: text.t("purchases.orders.new"),
      form,
      rows: formRows(form),
      suppliers: supplierOptions(await suppliers.choices()),
      stores: storeOptions(stores.filter(({ active }) => active)),
    });

  const draftState = (order: Order, { text }: Pick<Asked, "text">): FormState => ({
    values: {
      ...rowValues(order.lines, text, order.currency),
      note: order.note ?? "",
      version: String(order.version),
    },
    errors: {},
  });

  const drawOne = async (request: Asked, form?: FormState): Promise<Reply> => {
    const { stores, can, text } = request;
    const order = mine(stores, await orders.get(request.params.id));
    const draft = order.status === "draft";
    const state = form ?? draftState(order, request);
    const came = await deliveries.list({ storeIds: [order.storeId], orderId: order.id, limit: SHOWN });
    const open = order.status === "sent" || order.status === "partly_received";
    return page("purchases/order", {
      title: text.t("purchases.orders.one", { number: orderRow(order, lookOf(request)).number }),
      order: orderModel(order, lookOf(request)),
      several: stores.length > 1,
      form: state,
      rows: draft
        ? formRows(
            state,
            order.lines.map(({ name }) => name),
          )
        : [],
      deliveries: came.map((one) => documentRow(one, lookOf(request))),
      mayEdit: draft && can(ORDER.permission),
      mayCancel: (draft || open) && can(ORDER.permission),
      mayReceive: open && can(RECEIVE.permission),
    });
  };

  const verb = (name: "send" | "cancel") =>
    route({
      method: "POST",
      path: `/purchases/orders/:id/${name}`,
      surface: "page",
      access: ORDER,
      params: idParams,
      redraw: (request, form) => drawOne(request, { ...form, values: {} }),
      handle: async (request) => {
        const { id } = request.params;
        mine(request.stores, await orders.get(id));
        await transaction((tx) => orders[name](tx, actorOf(request), id));
        return redirect(`/purchases/orders/${id}`, { flash: { text: `purchases.flash.${name}` } });
      },
    });

  return [
    route({
      method: "GET",
      path: "/purchases",
      surface: "page",
      access: READ,
      query: ordersQuery,
      handle: async (request) => {
        const { query, text, stores, can } = request;
        const { limit, status, supplier_id: supplierId, store_id: storeId } = query;
        const storeIds = storesAsked(stores, storeId);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await orders.list({ storeIds, supplierId, status, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        return page("purchases/orders", {
          title: text.t("purchases.orders.title"),
          rows: rows.map((one) => orderRow(one, lookOf(request))),
          next: next === null ? undefined : linkTo("/purchases", { ...query, cursor: next }),
          filter: { status: status ?? "", supplier: supplierId ?? "", store: storeId ?? "" },
          statuses: ["", ...ORDER_STATUSES].map((value) => ({
            value,
            label: text.t(`purchases.status.${value || "all"}`),
          })),
          suppliers: [
            { value: "", label: text.t("purchases.suppliers.active_all") },
            ...supplierOptions(await suppliers.choices()),
          ],
          stores: storeOptions(stores),
          mayOrder: can(ORDER.permission),
          mayReceive: can(RECEIVE.permission),
        });
      },
    }),
    route({
      method: "GET",
      path: "/purchases/orders/new",
      surface: "page",
      access: ORDER,
      query: newQuery,
      handle: (request) =>
        drawNew(request, { values: { supplier_id: String(request.query.supplier_id ?? "") }, errors: {} }),
    }),
    route({
      method: "POST",
      path: "/purchases/orders",
      surface: "page",
      access: ORDER,
      idempotent: true,
      body: orderForm,
      redraw: (request, form) => drawNew(request, form),
      handle: async (request) => {
        const { supplier_id: supplierId, store_id: asked, note, lines, field, suggested } = request.body;
        const wanted = { storeId: storeAsked(request.stores, asked), supplierId, note, lines, field };
        if (suggested.size > 0) {
          const look = { storeId: wanted.storeId, notCounting: countsBlind(request.can) };
          await ordering.check(request.tx, look, suggested);
        }
        const id = await orders.create(request.tx, actorOf(request), wanted, request.shop.currency);
        return redirect(`/purchases/orders/${id}`, { flash: { text: "purchases.flash.draft" } });
      },
    }),
    route({
      method: "GET",
      path: "/purchases/orders/:id",
      surface: "page",
      access: READ,
      params: idParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/purchases/orders/:id",
      surface: "page",
      access: ORDER,
      params: idParams,
      body: draftForm,
      redraw: async (request, form, error) => {
        if (error.code !== "ORDER_CHANGED") return drawOne(request, form);
        // now the person has been told: saving again is meant
        const { version } = await orders.get(request.params.id);
        return drawOne(request, { ...form, values: { ...form.values, version: String(version) } });
      },
      handle: async (request) => {
        const { id } = request.params;
        mine(request.stores, await orders.get(id));
        const { version, note, lines, field } = request.body;
        await transaction((tx) => orders.change(tx, actorOf(request), id, { note, lines, field }, version));
        return redirect(`/purchases/orders/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    verb("send"),
    verb("cancel"),
  ];
}
