/** Counts on pages: start, enter by scanning, look through the differences, approve. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { trainingMark } from "../../../../kernel/stores/store.ts";
import { countNumber } from "../../counts/count.ts";
import type { Counts } from "../../counts/counts.ts";
import { toCountRow, toEntryRow, toReviewRow } from "../../counts/present.ts";
import {
  countParams,
  countsQuery,
  entryForm,
  linesQuery,
  postForm,
  recountForm,
  startForm,
} from "../../counts/schema.ts";
import { emptyForm } from "../../present/products.ts";
import type { Products } from "../../products.ts";
import { countAsked, countsPage, ENTER, linesPage, MANAGE_COUNTS } from "../counts.ts";
import { actorOf, COST, linkTo, nextLink, storeAsked, storeOptions, storeToChange } from "../shared.ts";

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop" | "stores" | "can">;
type AskedOne = Asked & { params: { id: number } };
type Query = { cursor?: string | undefined; limit: number; store_id?: number | undefined };

const FIRST = { limit: 50 };
/** of what is not counted yet, and of the last entries */
const GLIMPSE = 30;

export function countPages({ counts, products }: { counts: Counts; products: Products }): Route[] {
  const drawAll = async ({ text, shop, stores, can }: Asked, query: Query, form?: FormState): Promise<Reply> => {
    const { rows, next } = await countsPage(counts, stores, query);
    const named = storeOptions(stores);
    return page("inventory/counts", {
      title: text.t("inventory.counts.title"),
      rows: rows.map((count) =>
        toCountRow(count, text, shop, named && stores.find(({ id }) => id === count.storeId)?.name),
      ),
      next: nextLink("/counts", query, next),
      stores: named,
      mayManage: can(MANAGE_COUNTS.permission),
      form: form ?? emptyForm({ store_id: String(storeAsked(stores, query.store_id) ?? "") }),
      categories: [
        { value: "", label: text.t("inventory.counts.whole") },
        ...(await products.categories()).map(({ id, name }) => ({ value: String(id), label: name })),
      ],
    });
  };

  const drawOne = async (request: AskedOne, form?: FormState): Promise<Reply> => {
    const { text, shop, can, stores } = request;
    const count = await countAsked(counts, request);
    const open = count.state === "open";
    const [{ total, counted }, entries, left] = await Promise.all([
      counts.progress(count.id),
      counts.entries(count.id, GLIMPSE),
      open ? counts.lines(count.id, "uncounted", undefined, GLIMPSE) : [],
    ]);
    const store = stores.find(({ id }) => id === count.storeId);
    return page("inventory/count-one", {
      ...trainingMark(store),
      title: text.t("inventory.counts.title_one", { number: countNumber(count) }),
      href: `/counts/${count.id}`,
      count: toCountRow(count, text, shop, storeOptions(stores) && store?.name),
      progress: text.t("inventory.counts.progress", { counted, total }),
      form: form ?? emptyForm(),
      entries: entries.map((entry) => toEntryRow(entry, text, shop)),
      left: left.map(({ name, sku }) => ({ name, sku })),
      more:
        total - counted > left.length ? text.t("inventory.counts.more", { count: total - counted - left.length }) : "",
      mayManage: can(MANAGE_COUNTS.permission),
    });
  };

  const drawReview = async (
    request: AskedOne,
    { show = "differences", ...query }: Query & { show?: "all" | "differences" | "uncounted" | undefined },
    form?: FormState,
  ): Promise<Reply> => {
    const { text, shop, stores, can } = request;
    const count = await countAsked(counts, request);
    const href = `/counts/${count.id}/review`;
    const [progress, { rows, next }] = await Promise.all([
      counts.progress(count.id),
      linesPage(counts, count.id, show, query),
    ]);
    return page("inventory/count-review", {
      ...trainingMark(stores.find(({ id }) => id === count.storeId)),
      title: text.t("inventory.counts.review_title", { number: countNumber(count) }),
      href: `/counts/${count.id}`,
      open: count.state === "open",
      count: toCountRow(count, text, shop, undefined),
      summary: text.t("inventory.counts.summary", {
        total: progress.total,
        counted: progress.counted,
        differing: progress.differing,
      }),
      tabs: (["differences", "uncounted", "all"] as const).map((one) => ({
        href: linkTo(href, { show: one }),
        label: text.t(`inventory.counts.show_${one}`),
        here: one === show,
      })),
      rows: rows.map((line) => toReviewRow(line, text, shop.currency, can(COST))),
      next: nextLink(href, { ...query, show }, next),
      form: form ?? emptyForm({ uncounted: "keep" }),
      choices: (["keep", "zero"] as const).map((value) => ({
        value,
        label: text.t(`inventory.counts.uncounted_${value}`),
      })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/counts",
      surface: "page",
      access: ENTER,
      query: countsQuery,
      handle: (request) => drawAll(request, request.query),
    }),
    route({
      method: "POST",
      path: "/counts",
      surface: "page",
      access: MANAGE_COUNTS,
      body: startForm,
      idempotent: true,
      redraw: (request, form) => drawAll(request, FIRST, form),
      handle: async (request) => {
        const { store_id: asked, category_id: categoryId, note } = request.body;
        const storeId = storeToChange(request.stores, asked);
        const id = await counts.start(request.tx, actorOf(request), { storeId, categoryId, note });
        return redirect(`/counts/${id}`, { flash: { text: "inventory.counts.started" } });
      },
    }),
    route({
      method: "GET",
      path: "/counts/:id",
      surface: "page",
      access: ENTER,
      params: countParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/counts/:id/entries",
      surface: "page",
      access: ENTER,
      params: countParams,
      body: entryForm,
      idempotent: true,
      redraw: (request, form) => drawOne(request, form),
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        const { product, quantityMilli } = await products.countedBy(request.body.code, request.body.quantity);
        const entry = { productId: product.id, quantityMilli };
        const field = { quantity: "quantity", product: "code" };
        const entered = await counts.enter(request.tx, actorOf(request), id, entry, field);
        const params = { name: product.name, counted: request.text.quantity(entered.countedMilli), unit: product.unit };
        const text = entered.movedBetween ? "inventory.counts.entered_again" : "inventory.counts.entered";
        return redirect(`/counts/${id}`, { flash: { text, params } });
      },
    }),
    route({
      method: "GET",
      path: "/counts/:id/review",
      surface: "page",
      access: MANAGE_COUNTS,
      params: countParams,
      query: linesQuery,
      handle: (request) => drawReview(request, request.query),
    }),
    route({
      method: "POST",
      path: "/counts/:id/recount",
      surface: "page",
      access: MANAGE_COUNTS,
      params: countParams,
      body: recountForm,
      idempotent: true,
      redraw: (request, form) => drawReview(request, FIRST, form),
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        const count = await counts.recount(request.tx, actorOf(request), id, request.body.product_ids);
        return redirect(`/counts/${id}/review`, { flash: { text: "inventory.counts.recounting", params: { count } } });
      },
    }),
    route({
      method: "POST",
      path: "/counts/:id/post",
      surface: "page",
      access: MANAGE_COUNTS,
      params: countParams,
      body: postForm,
      idempotent: true,
      redraw: (request, form) => drawReview(request, FIRST, form),
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        await counts.post(request.tx, actorOf(request), id, request.body.uncounted);
        return redirect(`/counts/${id}/review`, { flash: { text: "inventory.counts.posted" } });
      },
    }),
    route({
      method: "POST",
      path: "/counts/:id/cancel",
      surface: "page",
      access: MANAGE_COUNTS,
      params: countParams,
      idempotent: true,
      redraw: (request, form) => drawReview(request, FIRST, form),
      handle: async (request) => {
        const { id } = await countAsked(counts, request);
        await counts.cancel(request.tx, actorOf(request), id);
        return redirect(`/counts/${id}`, { flash: { text: "inventory.counts.cancelled" } });
      },
    }),
  ];
}
