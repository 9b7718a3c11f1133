/** Lots on pages: what goes bad soon, one lot with who bought of it, and the lots of a product. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import type { Lots } from "../../lots/lots.ts";
import { expiryText, toBuyerRow, toLotRow, toMovementRow } from "../../lots/present.ts";
import { lotForm, lotParams, lotsPageQuery, productLotsQuery, tracksForm } from "../../lots/schema.ts";
import { emptyForm } from "../../present/products.ts";
import { reasonOptions } from "../../present/stock.ts";
import type { Products } from "../../products.ts";
import type { Stock } from "../../stock.ts";
import { READ_SALES } from "../api-v1/lots.ts";
import type { Transaction } from "../parts.ts";
import { ADJUST, actorOf, linkTo, MANAGE, READ, storeAsked, storeOptions, storeToChange } from "../shared.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "can" | "stores"
>;

const SHOWN = 200;

export function lotPages(parts: { lots: Lots; products: Products; stock: Stock; transaction: Transaction }): Route[] {
  const { lots, products, stock, transaction } = parts;

  const drawProduct = async (request: Asked, asked?: number, form?: FormState): Promise<Reply> => {
    const { params, text, can, stores } = request;
    const product = await products.get(params.id);
    const typed = Number(form?.values["store_id"]) || undefined;
    const storeIds = stores.map(({ id }) => id);
    const [tracks, horizon, found] = await Promise.all([
      lots.tracks(product.id),
      lots.horizon(),
      lots.list({ storeIds, productId: product.id }, SHOWN),
    ]);
    return page("inventory/product-lots", {
      title: text.t("inventory.lots.title_of", { name: product.name }),
      name: product.name,
      product: `/products/${product.id}`,
      href: `/products/${product.id}/lots`,
      tracks,
      rows: found.map((lot) => toLotRow(lot, text, horizon)),
      stores: storeOptions(stores),
      form: form ?? emptyForm({ reason: "received", store_id: String(storeAsked(stores, asked ?? typed) ?? "") }),
      reasons: reasonOptions(text),
      mayManage: can(MANAGE.permission),
      mayAdjust: can(ADJUST.permission),
    });
  };

  return [
    route({
      method: "GET",
      path: "/lots",
      surface: "page",
      access: READ,
      query: lotsPageQuery,
      handle: async ({ query, text, stores }) => {
        const { code, store_id: asked, soon } = query;
        const storeIds = asked === undefined ? stores.map(({ id }) => id) : [storeToChange(stores, asked)];
        const horizon = await lots.horizon();
        const until = soon === "1" ? horizon.until : undefined;
        const found = await lots.list({ storeIds, code, until }, SHOWN);
        return page("inventory/lots", {
          title: text.t("inventory.lots.title"),
          rows: found.map((lot) => toLotRow(lot, text, horizon)),
          cut: found.length === SHOWN,
          filter: { code: code ?? "", store_id: String(asked ?? ""), soon: soon ?? "" },
          choices: [
            { value: "", label: text.t("inventory.lots.all") },
            { value: "1", label: text.t("inventory.lots.within", { days: horizon.days }) },
          ],
          stores: storeOptions(stores),
        });
      },
    }),
    route({
      method: "GET",
      path: "/lots/:id",
      surface: "page",
      access: READ,
      params: lotParams,
      handle: async ({ params, text, shop, can, stores }) => {
        const lot = await lots.find(params.id);
        const storeIds = stores.map(({ id }) => id);
        const [movements, buyers] = await Promise.all([
          lots.movements(lot.id, storeIds, SHOWN),
          can(READ_SALES) ? lots.buyers(lot.id, storeIds) : undefined,
        ]);
        return page("inventory/lot", {
          title: text.t("inventory.lots.title_one", { code: lot.code }),
          name: lot.name,
          product: `/products/${lot.productId}/lots`,
          expires: expiryText(lot.expiresOn, text),
          rows: movements.map((one) => toMovementRow(one, text, shop)),
          buyers: buyers?.map((one) => toBuyerRow(one, lot.unit, text, shop)),
        });
      },
    }),
    route({
      method: "GET",
      path: "/products/:id/lots",
      surface: "page",
      access: READ,
      params: lotParams,
      query: productLotsQuery,
      handle: (request) => drawProduct(request, request.query.store_id),
    }),
    route({
      method: "POST",
      path: "/products/:id/lots",
      surface: "page",
      access: MANAGE,
      params: lotParams,
      body: tracksForm,
      redraw: (request, form) => drawProduct(request, undefined, form),
      handle: async (request) => {
        const { id } = await products.get(request.params.id);
        await transaction((tx) => lots.setTracks(tx, actorOf(request), id, request.body.tracks));
        return redirect(`/products/${id}/lots`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/lots/adjust",
      surface: "page",
      access: ADJUST,
      params: lotParams,
      body: lotForm,
      idempotent: true,
      redraw: (request, form) => drawProduct(request, undefined, form),
      handle: async (request) => {
        const { quantity: quantityMilli, lot, expires_on, reason, note, store_id: asked } = request.body;
        const { id: productId } = request.params;
        const storeId = storeToChange(request.stores, asked);
        const change = { storeId, productId, quantityMilli, reason, note, lot: { code: lot, expiresOn: expires_on } };
        const { name, unit, balanceMilli } = await stock.adjust(request.tx, actorOf(request), change);
        const params = { name, unit, balance: request.text.quantity(balanceMilli) };
        const to = linkTo(`/products/${productId}/lots`, { store_id: asked });
        return redirect(to, { flash: { text: "inventory.flash.adjusted", params } });
      },
    }),
  ];
}
