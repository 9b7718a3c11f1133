/** Deliveries and returns on pages: of an order, without one, back to the supplier; what was paid for a product. */

import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import { documentModel, documentRow, formRows, type LotCells, orderModel, priceRow, rowValues } from "../present.ts";
import { supplierOptions } from "../present-suppliers.ts";
import { idParams } from "../schema.ts";
import { deliveryForm, documentsQuery, newQuery, pricesQuery } from "../schema-lines.ts";
import { lookOf } from "./orders.ts";
import type { BuyingRoutes } from "./parts.ts";
import { actorOf, linkTo, mine, READ, RECEIVE, storeAsked, storeOptions, storesAsked } from "./shared.ts";

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop" | "stores">;

export function deliveryPages({ suppliers, orders, deliveries, inventory }: BuyingRoutes): Route[] {
  const lotCells = async (cells: LotCells): Promise<LotCells> => ((await inventory.asksLots()) ? cells : "none");

  /** of an order: its rows are filled with what is left of it */
  const drawReceive = async (request: Asked, orderId: number, form?: FormState): Promise<Reply> => {
    const { text, stores } = request;
    const order = mine(stores, await orders.get(orderId));
    const left = order.lines.map((line) => ({
      ...line,
      quantityMilli: Math.max(line.quantityMilli - line.receivedMilli, 0),
    }));
    const lots = await lotCells("said");
    const state = form ?? { values: rowValues(left, text, order.currency), errors: {} };
    return page("purchases/receive", {
      title: text.t("purchases.receive.of", { number: orderModel(order, lookOf(request)).number }),
      action: `/purchases/orders/${orderId}/receive`,
      order: orderModel(order, lookOf(request)),
      form: state,
      lots,
      rows: formRows(
        state,
        order.lines.map(({ name }) => name),
        lots,
      ),
    });
  };

  const drawFree =
    (kind: "receive" | "return") =>
    async ({ text, stores }: Asked, form: FormState): Promise<Reply> => {
      const lots = await lotCells(kind === "receive" ? "said" : "taken");
      return page("purchases/receive", {
        lots,
        title: text.t(`purchases.${kind}.title`),
        action: `/purchases/${kind}`,
        isReturn: kind === "return",
        form,
        rows: formRows(form, [], lots),
        suppliers: supplierOptions(await suppliers.choices()),
        stores: storeOptions(stores.filter(({ active }) => active)),
      });
    };

  const free = (kind: "receive" | "return"): Route[] => {
    const draw = drawFree(kind);
    return [
      route({
        method: "GET",
        path: `/purchases/${kind}`,
        surface: "page",
        access: RECEIVE,
        query: newQuery,
        handle: (request) =>
          draw(request, { values: { supplier_id: String(request.query.supplier_id ?? "") }, errors: {} }),
      }),
      route({
        method: "POST",
        path: `/purchases/${kind}`,
        surface: "page",
        access: RECEIVE,
        idempotent: true,
        body: deliveryForm,
        redraw: (request, form) => draw(request, form),
        handle: async (request) => {
          const {
            supplier_id: supplierId,
            store_id: asked,
            delivery_note: deliveryNote,
            note,
            lines,
            field,
          } = request.body;
          if (supplierId === undefined)
            throw fieldFault("supplier_id", "SUPPLIER_UNKNOWN", "purchases.validation.supplier");
          const storeId = storeAsked(request.stores, asked);
          const { currency } = request.shop;
          const actor = actorOf(request);
          const id =
            kind === "receive"
              ? await deliveries.receive(
                  request.tx,
                  actor,
                  { from: { storeId, supplierId }, deliveryNote, note, lines, field },
                  currency,
                )
              : await deliveries.giveBack(request.tx, actor, { storeId, supplierId, note, lines, field }, currency);
          return redirect(`/purchases/documents/${id}`, { flash: { text: `purchases.flash.${kind}` } });
        },
      }),
    ];
  };

  return [
    route({
      method: "GET",
      path: "/purchases/orders/:id/receive",
      surface: "page",
      access: RECEIVE,
      params: idParams,
      handle: (request) => drawReceive(request, request.params.id),
    }),
    route({
      method: "POST",
      path: "/purchases/orders/:id/receive",
      surface: "page",
      access: RECEIVE,
      idempotent: true,
      params: idParams,
      body: deliveryForm,
      redraw: (request, form) => drawReceive(request, request.params.id, form),
      handle: async (request) => {
        const { delivery_note: deliveryNote, note, lines, field } = request.body;
        const { id: orderId } = request.params;
        mine(request.stores, await orders.get(orderId, request.tx));
        const wanted = { from: { orderId }, deliveryNote, note, lines, field };
        const id = await deliveries.receive(request.tx, actorOf(request), wanted, request.shop.currency);
        return redirect(`/purchases/documents/${id}`, { flash: { text: "purchases.flash.receive" } });
      },
    }),
    ...free("receive"),
    ...free("return"),
    route({
      method: "GET",
      path: "/purchases/documents",
      surface: "page",
      access: READ,
      query: documentsQuery,
      handle: async (request) => {
        const { query, text, stores } = request;
        const { limit, supplier_id: supplierId, order_id: orderId, kind } = query;
        const storeIds = storesAsked(stores, query.store_id);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await deliveries.list({ storeIds, supplierId, orderId, kind, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        return page("purchases/documents", {
          title: text.t("purchases.documents.title"),
          rows: rows.map((one) => documentRow(one, lookOf(request))),
          several: stores.length > 1,
          next: next === null ? undefined : linkTo("/purchases/documents", { ...query, cursor: next }),
        });
      },
    }),
    route({
      method: "GET",
      path: "/purchases/documents/:id",
      surface: "page",
      access: READ,
      params: idParams,
      handle: async (request) => {
        const document = mine(request.stores, await deliveries.get(request.params.id));
        const model = documentModel(document, lookOf(request));
        return page("purchases/document", {
          title: `${model.kind} ${model.number}`,
          document: model,
          labels: document.kind === "receipt" ? linkTo("/labels", { document_id: document.id }) : undefined,
          several: request.stores.length > 1,
        });
      },
    }),
    route({
      method: "GET",
      path: "/purchases/prices",
      surface: "page",
      access: READ,
      query: pricesQuery,
      handle: async (request) => {
        const { query, text, stores } = request;
        const { limit, product_id: productId, supplier_id: supplierId } = query;
        const product = (await inventory.products([productId], undefined)).get(productId);
        if (!product) throw kernelErrors.NOT_FOUND();
        const storeIds = storesAsked(stores, query.store_id);
        const before = readCursor(query.cursor, ["number", "number"]);
        const found = await deliveries.prices({ productId, supplierId, storeIds, before, limit });
        const { rows, next } = pageOf(found, limit, (one) => [one.documentId, one.line]);
        return page("purchases/prices", {
          title: text.t("purchases.prices.title", { name: product.name }),
          product: { path: `/products/${productId}`, id: productId },
          rows: rows.map((one) => priceRow(one, lookOf(request))),
          filter: { supplier: supplierId ?? "" },
          suppliers: [
            { value: "", label: text.t("purchases.suppliers.active_all") },
            ...supplierOptions(await suppliers.choices()),
          ],
          next: next === null ? undefined : linkTo("/purchases/prices", { ...query, cursor: next }),
        });
      },
    }),
  ];
}
