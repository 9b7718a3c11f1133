/** The list of products, and new ones. */
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../../kernel/sheets/table.ts";
import {
  categoryOptions,
  emptyForm,
  kindOptions,
  taxKindOptions,
  taxRateOptions,
  toProductRow,
} from "../../present/products.ts";
import { DEFAULT_UNIT, defaultRate } from "../../products.ts";
import { newProductForm, productsQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import {
  actorOf,
  COST,
  eyesOf,
  IMPORT,
  MANAGE,
  nextLink,
  type ProductsQuery,
  productsPage,
  READ,
  storeAsked,
  storeOptions,
  storeToChange,
} from "../shared.ts";
import { checkPages, createCheck } from "./check.ts";
import type { DrawProduct } from "./product.ts";

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop" | "can" | "stores">;

export function productPages({
  products,
  catalogue,
  exportAll,
  advice,
  draw,
}: RouteParts & { draw: DrawProduct }): Route[] {
  const check = createCheck(advice);

  async function drawList(request: Asked & { query: ProductsQuery }) {
    const { query, text, stores } = request;
    const { rows, next, corrected } = await productsPage(catalogue, query, stores, "true");
    const active = query.active ?? "true";
    return page("inventory/products", {
      title: text.t("inventory.products.title"),
      products: rows.map((product) => toProductRow(product, text, eyesOf(request))),
      next: nextLink("/products", query, next),
      corrected: corrected ? text.t("inventory.products.corrected", { q: query.q ?? "" }) : undefined,
      filter: {
        q: query.q ?? "",
        category: String(query.category_id ?? ""),
        active,
        store: String(storeAsked(stores, query.store_id)),
      },
      stores: storeOptions(stores),
      isFiltered: query.q !== undefined || query.category_id !== undefined || active !== "true",
      categories: categoryOptions(await products.categories(), text),
      states: ["true", "false", "all"].map((value) => ({ value, label: text.t(`inventory.products.state_${value}`) })),
      mayManage: request.can(MANAGE.permission),
      mayImport: request.can(IMPORT.permission),
    });
  }

  async function drawNew(request: Asked, typed?: FormState) {
    const { text, can } = request;
    const rates = await products.taxRates();
    const fresh = emptyForm({ unit: DEFAULT_UNIT, tax_rate_bp: String(defaultRate(rates)) });
    return page("inventory/product-new", {
      title: text.t("inventory.product_new.title"),
      form: typed ?? fresh,
      taxRates: taxRateOptions(rates, undefined, text),
      taxKinds: taxKindOptions(text),
      kinds: kindOptions("goods", text),
      categories: (await products.categories()).map(({ name }) => name),
      brands: (await products.brands()).map(({ name }) => name),
      mayCost: can(COST),
      check: await check(typed, request, "/products/check"),
    });
  }

  return [
    route({
      method: "GET",
      path: "/products",
      surface: "page",
      access: READ,
      query: productsQuery,
      fragments: { "product-list": "inventory/_product-list" },
      handle: drawList,
    }),
    route({
      method: "GET",
      path: "/products/new",
      surface: "page",
      access: MANAGE,
      handle: (request) => drawNew(request),
    }),
    route({
      method: "POST",
      path: "/products",
      surface: "page",
      access: MANAGE,
      body: newProductForm,
      // it may make stock, and a second click must not
      idempotent: true,
      redraw: (request, form) => drawNew(request, form),
      handle: async (request) => {
        const { stock = 0, cost, price, tax_rate_bp, tax_kind, reorder_point, ...typed } = request.body;
        const wished = {
          ...typed,
          priceMinor: price,
          // the form always sends a rate; of what is exempt it says nothing
          taxRateBp: tax_kind === "exempt" || tax_kind === "excluded" ? undefined : tax_rate_bp,
          taxKind: tax_kind,
          reorderPointMilli: reorder_point,
          costMinor: request.can(COST) ? cost : undefined,
        };
        const product = await products.create(request.tx, actorOf(request), wished, {
          quantityMilli: stock,
          storeId: storeToChange(request.stores, undefined),
        });
        const flash = { text: "inventory.flash.created", params: { name: product.name } };
        return redirect(`/products/${product.id}`, { flash });
      },
    }),
    ...checkPages(drawNew, draw),
    ...SHEET_FORMATS.map((format) =>
      route({
        method: "GET",
        path: `/products/export.${format}`,
        surface: "page",
        access: READ,
        handle: async (request) => {
          const { text, stores } = request;
          const asked = { format, locale: text.locale, storeId: storeAsked(stores, undefined), ...eyesOf(request) };
          const table = await exportAll(actorOf(request), asked);
          return tableReply(table, format, text.locale, text.t("inventory.products.file"));
        },
      }),
    ),
  ];
}
