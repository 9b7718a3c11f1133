/** Price lists on pages: make one, give it to stores, price products found by a search. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { formInput } from "../../../../kernel/input.ts";
import { emptyForm } from "../../present/products.ts";
import { listForm, listParams, newListForm, pricesForm, pricesQuery } from "../../schema-price-lists.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, linkTo, MANAGE, nextLink, productsPage } from "../shared.ts";
import { readPrices } from "../typed-prices.ts";

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop" | "stores">;
interface Place {
  q?: string | undefined;
  cursor?: string | undefined;
}

/** products on a page: each has a field, and a form is sent whole */
const SHOWN = 25;

export function priceListPages({ priceLists, catalogue, transaction }: RouteParts): Route[] {
  const drawAll = async ({ text, shop }: Pick<Asked, "text" | "shop" | "stores">, form?: FormState): Promise<Reply> =>
    page("inventory/price-lists", {
      title: text.t("inventory.price_lists.title"),
      rows: (await priceLists.list()).map(({ id, name, currency, storeIds }) => ({
        href: `/price-lists/${id}`,
        name,
        currency,
        stores: text.integer(storeIds.length),
      })),
      form: form ?? emptyForm({ currency: shop.currency }),
    });

  const drawOne = async (request: Asked, place: Place, forms: { list?: FormState; prices?: FormState } = {}) => {
    const { params, text, stores } = request;
    const list = await priceLists.find(params.id);
    const { q, cursor } = place;
    const { rows, next } = await productsPage(catalogue, { q, cursor, limit: SHOWN }, stores, "true");
    const prices = await priceLists.pricesFor(
      list.id,
      rows.map(({ id }) => id),
    );
    const href = `/price-lists/${list.id}`;
    const { prices: refused } = forms;
    return page("inventory/price-list", {
      title: list.name,
      href,
      currency: list.currency,
      form: forms.list ?? emptyForm({ name: list.name }),
      stores: stores.map(({ id, name }) => ({ id, name, checked: list.storeIds.includes(id) })),
      q: q ?? "",
      message: refused?.message,
      products: rows.map(({ id, name, sku, priceMinor }) => {
        const priced = prices.get(id);
        const stored = priced === undefined ? "" : text.moneyField(priced, list.currency);
        return {
          field: `p${id}`,
          name,
          sku,
          own: text.money(priceMinor, request.shop.currency),
          value: refused ? refused.values[`p${id}`] : stored,
          error: refused?.errors[`p${id}`],
        };
      }),
      next: nextLink(href, { q }, next),
    });
  };

  return [
    route({
      method: "GET",
      path: "/price-lists",
      surface: "page",
      access: MANAGE,
      handle: (request) => drawAll(request),
    }),
    route({
      method: "POST",
      path: "/price-lists",
      surface: "page",
      access: MANAGE,
      idempotent: true,
      body: newListForm,
      redraw: (request, form) => drawAll(request, form),
      handle: async (request) => {
        const { name, currency } = request.body;
        const id = await priceLists.create(request.tx, actorOf(request), name, currency);
        return redirect(`/price-lists/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/price-lists/:id",
      surface: "page",
      access: MANAGE,
      params: listParams,
      query: pricesQuery,
      handle: (request) => drawOne(request, { ...request.query, q: request.query.q || undefined }),
    }),
    route({
      method: "POST",
      path: "/price-lists/:id",
      surface: "page",
      access: MANAGE,
      params: listParams,
      body: listForm,
      redraw: (request, list) => drawOne(request, {}, { list }),
      handle: async (request) => {
        const { params, body, stores } = request;
        const wanted = { name: body.name, storeIds: body.store_ids, among: stores };
        await transaction((tx) => priceLists.update(tx, actorOf(request), params.id, wanted));
        return redirect(`/price-lists/${params.id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/price-lists/:id/prices",
      surface: "page",
      access: MANAGE,
      params: listParams,
      body: pricesForm,
      redraw: (request, prices) => drawOne(request, { q: prices.values["q"] || undefined }, { prices }),
      handle: async (request) => {
        const { params, text } = request;
        const { q, ...typed } = request.body;
        const { currency } = await priceLists.find(params.id);
        const sent = Object.entries(typed).map(([field, value]) => ({
          productId: Number(field.slice(1)),
          field,
          typed: String(value),
        }));
        const prices = readPrices(sent, formInput(text.locale, currency));
        await transaction((tx) => priceLists.price(tx, actorOf(request), params.id, prices));
        return redirect(linkTo(`/price-lists/${params.id}`, { q }), { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}
