/** Lots on pages: what goes bad soon, one lot with who bought of it, and the lots of a product. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../../kernel/sheets/table.ts";
import { countsBlind } from "../../api.ts";
import type { LotExports } from "../../lots/export.ts";
import type { Lots } from "../../lots/lots.ts";
import { expiryText, toBuyerRow, toLotRow, toMovementRow } from "../../lots/present.ts";
import {
  lotForm,
  lotPageQuery,
  lotParams,
  lotsPageExport,
  lotsPageQuery,
  productLotsQuery,
  tracksForm,
} from "../../lots/schema.ts";
import { emptyForm } from "../../present/products.ts";
import { reasonOptions } from "../../present/stock.ts";
import type { Products } from "../../products.ts";
import type { LotFilter } from "../../queries/lot-lists.ts";
import type { Stock } from "../../stock.ts";
import { buyersPage, everywhere, lotMovementsPage, lotsPage, mustReadSales, READ_SALES, storesAsked } from "../lots.ts";
import type { Transaction } from "../parts.ts";
import { ADJUST, actorOf, linkTo, MANAGE, nextLink, READ, storeAsked, storeOptions, storeToChange } from "../shared.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "can" | "stores"
>;

type Query = { cursor?: string | undefined; limit: number; store_id?: number | undefined };

const FIRST = { limit: 50 };

export function lotPages(parts: {
  lots: Lots;
  lotExports: LotExports;
  products: Products;
  stock: Stock;
  transaction: Transaction;
}): Route[] {
  const { lots, lotExports, products, stock, transaction } = parts;

  const drawProduct = async (
    request: Asked,
    query: Query = FIRST,
    form?: FormState,
    refused?: string,
  ): Promise<Reply> => {
    const { params, text, can, stores } = request;
    const product = await products.get(params.id);
    const typed = Number(form?.values["store_id"]) || undefined;
    const href = `/products/${product.id}/lots`;
    const storeIds = stores.map(({ id }) => id);
    const [tracks, horizon, { rows, next }] = await Promise.all([
      lots.tracks(product.id),
      lots.horizon(),
      lotsPage(lots, { storeIds, productId: product.id, notCounting: countsBlind(can) }, query),
    ]);
    return page("inventory/product-lots", {
      title: text.t("inventory.lots.title_of", { name: product.name }),
      product: `/products/${product.id}`,
      href,
      tracks,
      refused,
      next: nextLink(href, query, next),
      rows: rows.map((lot) => toLotRow(lot, text, horizon)),
      stores: storeOptions(stores),
      form:
        form ?? emptyForm({ reason: "received", store_id: String(storeAsked(stores, query.store_id ?? typed) ?? "") }),
      reasons: reasonOptions(text),
      mayManage: can(MANAGE.permission),
      mayAdjust: can(ADJUST.permission),
    });
  };

  const filterOf = async (
    { code, store_id, soon }: { code?: string | undefined; store_id?: number | undefined; soon?: string | undefined },
    { stores, can }: Pick<Asked, "stores" | "can">,
  ): Promise<LotFilter> => ({
    storeIds: storesAsked(stores, store_id),
    code,
    notCounting: countsBlind(can),
    until: soon === "1" ? (await lots.horizon()).until : undefined,
  });

  return [
    route({
      method: "GET",
      path: "/lots",
      surface: "page",
      access: READ,
      query: lotsPageQuery,
      handle: async (request) => {
        const { query, text, stores } = request;
        const { cursor: _, limit: __, ...filter } = query;
        const horizon = await lots.horizon();
        const { rows, next } = await lotsPage(lots, await filterOf(filter, request), query);
        return page("inventory/lots", {
          title: text.t("inventory.lots.title"),
          rows: rows.map((lot) => toLotRow(lot, text, horizon)),
          next: nextLink("/lots", query, next),
          files: SHEET_FORMATS.map((format) => ({
            href: linkTo(`/lots/export.${format}`, filter),
            label: text.t(`inventory.lots.file_${format}`),
          })),
          filter: { code: filter.code ?? "", store_id: String(filter.store_id ?? ""), soon: filter.soon ?? "" },
          choices: [
            { value: "", label: text.t("inventory.lots.all") },
            { value: "1", label: text.t("inventory.lots.within", { days: horizon.days }) },
          ],
          stores: storeOptions(stores),
        });
      },
    }),
    ...SHEET_FORMATS.flatMap((format) => [
      route({
        method: "GET",
        path: `/lots/export.${format}`,
        surface: "page",
        access: READ,
        query: lotsPageExport,
        handle: async (request) => {
          const { text, query } = request;
          const table = await lotExports.list(actorOf(request), format, await filterOf(query, request), text);
          return tableReply(table, format, text.locale, text.t("inventory.lots.file"));
        },
      }),
      route({
        method: "GET",
        path: `/lots/:id/buyers.${format}`,
        surface: "page",
        access: READ,
        params: lotParams,
        handle: async (request) => {
          mustReadSales(request);
          const { text, stores, shop, params } = request;
          const lot = await lots.find(params.id);
          const how = { text, timeZone: shop.timeZone };
          const named = lots.names(request.can, "takeNames");
          const recalled = { lot, storeIds: storesAsked(stores, undefined), named };
          const table = await lotExports.buyers(actorOf(request), format, recalled, how);
          return tableReply(table, format, text.locale, text.t("inventory.lots.recall_file", { id: lot.id }));
        },
      }),
    ]),
    route({
      method: "GET",
      path: "/lots/:id",
      surface: "page",
      access: READ,
      params: lotParams,
      query: lotPageQuery,
      handle: async ({ params, query, text, shop, can, stores }) => {
        const lot = await lots.find(params.id);
        const storeIds = storesAsked(stores, undefined);
        const href = `/lots/${lot.id}`;
        const { moves, ...place } = query;
        const shelves = await lots.shownIn(lot, everywhere(stores), can);
        const [movements, buyers] = await Promise.all([
          lotMovementsPage(lots, lot.id, shelves, { cursor: moves, limit: query.limit }),
          can(READ_SALES) ? buyersPage(lots, lot.id, storeIds, place, can) : undefined,
        ]);
        return page("inventory/lot", {
          title: text.t("inventory.lots.title_one", { code: lot.code }),
          name: lot.name,
          product: `/products/${lot.productId}/lots`,
          expires: expiryText(lot.expiresOn, text),
          rows: movements.rows.map((one) => toMovementRow(one, text, shop)),
          nextMoves: movements.next === null ? undefined : linkTo(href, { ...query, moves: movements.next }),
          buyers: buyers?.rows.map((one) => toBuyerRow(one, lot.unit, text, shop)),
          named: buyers?.named,
          owed: buyers?.owedMilli
            ? text.t("inventory.lots.owed_note", { quantity: text.quantity(buyers.owedMilli), unit: lot.unit })
            : undefined,
          next: buyers && nextLink(href, query, buyers.next),
          files: SHEET_FORMATS.map((format) => ({
            href: `${href}/buyers.${format}`,
            label: text.t(`inventory.lots.file_${format}`),
          })),
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
      handle: (request) => drawProduct(request, request.query),
    }),
    route({
      method: "POST",
      path: "/products/:id/lots",
      surface: "page",
      access: MANAGE,
      params: lotParams,
      body: tracksForm,
      redraw: (request, form) => drawProduct(request, FIRST, undefined, form.message),
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
      redraw: (request, form) => drawProduct(request, FIRST, form),
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
