/** Promotions for people: the list, new ones, one to change or to end. */

import type { Database } from "../../../kernel/db/database.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Customers } from "../../customers/api.ts";
import type { Inventory } from "../../inventory/api.ts";
import { boxesOf, offerText, promotionRow, promotionValues, weekdayChoices } from "../present-promotions.ts";
import type { Promotions } from "../promotions/promotions.ts";
import { promotionForm, promotionParams, promotionsQuery } from "../schema-promotions.ts";
import { actorOf } from "./seller.ts";

export const MANAGE_PROMOTIONS = "promotions.manage";
const access = { permission: MANAGE_PROMOTIONS } as const;

export interface PromotionParts {
  promotions: Promotions;
  inventory: Inventory;
  customers: Pick<Customers, "groups"> | undefined;
  transaction: Database["transaction"];
}

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "stores">;

export function promotionPages({ promotions, inventory, customers, transaction }: PromotionParts): Route[] {
  /** Throws a fault of `products` that names the codes that are nobody's. */
  async function productsOf(codes: readonly string[]): Promise<number[]> {
    const found: { code: string; id: number | undefined }[] = [];
    for (const code of codes) found.push({ code, id: (await inventory.findByCode(code, undefined))?.id });
    const unknown = found.filter(({ id }) => id === undefined).map(({ code }) => code);
    if (unknown.length > 0)
      throw fieldFault("products", "PRODUCT_UNKNOWN", "pos.promotions.faults.products", {
        codes: unknown.slice(0, 5).join(", "),
      });
    return [...new Set(found.flatMap(({ id }) => id ?? []))];
  }

  const drawForm = async ({ text, stores }: Asked, form: FormState, more: object): Promise<Reply> => {
    const [categories, groups, start, many] = await Promise.all([
      inventory.categories(),
      customers?.groups() ?? [],
      promotions.today(),
      promotions.manyStores(),
    ]);
    const values: Record<string, string> = { kind: "percent", starts_on: start, ...form.values };
    return page("pos/promotion", {
      form: { ...form, values },
      kinds: ["percent", "quantity", "n_for_m"].map((value) => ({
        value,
        label: text.t(`pos.promotions.kinds.${value}`),
      })),
      categories: boxesOf("category_ids", categories, values),
      stores: many ? boxesOf("store_ids", stores, values) : [],
      groups: boxesOf("group_ids", groups, values),
      days: boxesOf("weekdays", weekdayChoices(text), values),
      ...more,
    });
  };
  const drawNew = (request: Asked, form: FormState = { values: {}, errors: {} }) =>
    drawForm(request, form, {
      title: request.text.t("pos.promotions.new"),
      path: "/promotions",
      isNew: true,
      mayEnd: false,
    });

  const drawOne = async (request: Asked & { params: { id: number } }, form?: FormState): Promise<Reply> => {
    const one = await promotions.find(request.params.id);
    const { text } = request;
    const products = await inventory.products(one.productIds, undefined);
    const codes = one.productIds.flatMap((id) => products.get(id)?.sku ?? []);
    return drawForm(request, form ?? { values: promotionValues(one, codes, text), errors: {} }, {
      title: one.name,
      path: `/promotions/${one.id}`,
      isNew: false,
      mayEnd: one.endedAt === undefined,
      offer: offerText(one, text),
    });
  };

  return [
    route({
      method: "GET",
      path: "/promotions",
      surface: "page",
      access,
      query: promotionsQuery,
      handle: async ({ query, text }) => {
        const today = await promotions.today();
        const ended = query.ended === "1";
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await promotions.list({ before, limit: query.limit, today, ended });
        const { rows, next } = pageOf(found, query.limit, (one) => [one.id]);
        const link = new URLSearchParams({ ...(ended ? { ended: "1" } : {}), cursor: next ?? "" });
        return page("pos/promotions", {
          title: text.t("pos.promotions.title"),
          rows: rows.map((one) => promotionRow(one, text, today)),
          ended,
          next: next === null ? undefined : `/promotions?${link}`,
        });
      },
    }),
    route({ method: "GET", path: "/promotions/new", surface: "page", access, handle: (request) => drawNew(request) }),
    route({
      method: "POST",
      path: "/promotions",
      surface: "page",
      access,
      idempotent: true,
      body: promotionForm,
      redraw: (request, form) => drawNew(request, form),
      handle: async (request) => {
        const { facts, codes } = request.body;
        const whole = { ...facts, productIds: await productsOf(codes) };
        await promotions.create(request.tx, actorOf(request), whole, request.stores);
        return redirect("/promotions", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/promotions/:id",
      surface: "page",
      access,
      params: promotionParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/promotions/:id",
      surface: "page",
      access,
      params: promotionParams,
      body: promotionForm,
      redraw: async (request, form, error) => {
        if (error.code !== "PROMOTION_CHANGED") return drawOne(request, form);
        // now the person has been told: saving again is meant
        const { version } = await promotions.find(request.params.id);
        return drawOne(request, { ...form, values: { ...form.values, version: String(version) } });
      },
      handle: async (request) => {
        const { facts, codes, version } = request.body;
        const { id } = request.params;
        const whole = { ...facts, productIds: await productsOf(codes) };
        await transaction((tx) => promotions.update(tx, actorOf(request), { id, version }, whole, request.stores));
        return redirect("/promotions", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/promotions/:id/end",
      surface: "page",
      access,
      params: promotionParams,
      handle: async (request) => {
        await transaction((tx) => promotions.end(tx, actorOf(request), request.params.id, request.stores));
        return redirect("/promotions", { flash: { text: "pos.flash.promotion_ended" } });
      },
    }),
  ];
}
