/** One product: what it is, its form, its stock, what moved last. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import type { ProductLink } from "../../api.ts";
import { isStocked, type Product } from "../../domain.ts";
import { MOST_BYTES, PICTURE_TYPES } from "../../pictures/sent.ts";
import {
  emptyForm,
  kindOptions,
  pictureView,
  productForm,
  taxKindOptions,
  taxRateOptions,
  toProductFacts,
} from "../../present/products.ts";
import { reasonOptions, toMovementRow } from "../../present/stock.ts";
import { toUnitRow } from "../../present/units.ts";
import type { ShelfOf } from "../../queries/stock-lists.ts";
import { adjustForm, countForm, params, productForm as productFormSchema, productQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import {
  ADJUST,
  actorOf,
  COST,
  eyesOf,
  linkTo,
  MANAGE,
  READ,
  storeAsked,
  storeOptions,
  storeToChange,
} from "../shared.ts";
import { createCheck } from "./check.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "can" | "stores"
>;
type Forms = { edit?: FormState; adjust?: FormState; count?: FormState; picture?: FormState };
/** The page of one product, with the form that was refused, and the stock of the store asked for. */
export type DrawProduct = (request: Asked, forms?: Forms, storeId?: number) => Promise<Reply>;

const LAST = 10;
const PARTNERS = 5;

export function createDrawProduct(parts: RouteParts & { offered: readonly ProductLink[] }): DrawProduct {
  const { products, pictures, stock, advice, offered } = parts;
  const check = createCheck(advice);
  return async (request, forms = {}, asked) => {
    const { text, shop, can, stores } = request;
    const typed = (forms.adjust ?? forms.count)?.values["store_id"];
    const storeId = storeAsked(stores, asked ?? (Number(typed) || undefined));
    const product = await products.get(request.params.id, storeId);
    const storeIds = stores.map(({ id }) => id);
    const eyes = eyesOf(request);
    const [movements, shelves, picture, goesWith, checked] = await Promise.all([
      stock.movements({ productId: product.id, storeIds, notCounting: eyes.blind }, undefined, LAST),
      stock.shelvesOf(product.id),
      pictures.facts(product.id),
      advice.goesWith([product.id], { storeId, limit: PARTNERS, text }),
      can(MANAGE.permission) ? check(forms.edit, request, `/products/${product.id}/check`, product.id) : undefined,
    ]);
    return page("inventory/product", {
      title: product.name,
      styles: ["inventory/inventory.css"],
      scripts: can(MANAGE.permission) ? ["inventory/picture.js"] : [],
      product: toProductFacts(product, text, eyes),
      href: `/products/${product.id}`,
      store: storeId,
      stores: storeOptions(stores)?.map(({ value, label }) => ({
        name: label,
        href: linkTo(`/products/${product.id}`, { store_id: value }),
        here: Number(value) === storeId,
        onHand: onShelf(shelves.get(Number(value)), product, text, eyes.blind),
      })),
      edit: forms.edit ?? productForm(product, text, shop.currency),
      isActive: (forms.edit ?? productForm(product, text, shop.currency)).values["active"] !== undefined,
      adjust: forms.adjust ?? emptyForm(),
      count: forms.count ?? emptyForm(),
      reasons: reasonOptions(text),
      taxRates: taxRateOptions(await products.taxRates(), product.taxRateBp, text),
      taxKinds: taxKindOptions(text),
      kinds: kindOptions(product.kind, text),
      isStocked: isStocked(product),
      units: product.units.map((unit) => toUnitRow(unit, product, text, shop.currency)),
      links: [
        ...linksOf(product, can(MANAGE.permission)).map(([href, name]) => ({
          href,
          label: text.t(`inventory.links.${name}`),
        })),
        ...offered
          .filter(({ permission }) => can(permission))
          .map((link) => ({ href: link.path(product.id), label: text.t(link.text) })),
      ],
      categories: (await products.categories()).map(({ name }) => name),
      brands: (await products.brands()).map(({ name }) => name),
      movements: movements.map((movement) => toMovementRow(movement, text, shop, eyes)),
      costs: can(COST),
      allMovements: `/inventory/movements?product_id=${product.id}`,
      mayManage: can(MANAGE.permission),
      check: checked,
      goesWith: goesWith.map((one) => ({
        href: `/products/${one.product.id}`,
        name: one.product.name,
        price: text.money(one.product.priceMinor, shop.currency),
        reason: one.reason,
      })),
      mayAdjust: can(ADJUST.permission),
      mayCost: can(COST),
      picture: pictureView(product, picture, text),
      pictureForm: forms.picture ?? emptyForm(),
      pictureTypes: PICTURE_TYPES.join(),
      pictureHint: text.t("inventory.picture.hint", { limit: MOST_BYTES / 1024 / 1024 }),
    });
  };
}

export function onePages({ products, stock, transaction, draw }: RouteParts & { draw: DrawProduct }): Route[] {
  return [
    route({
      method: "GET",
      path: "/products/:id",
      surface: "page",
      access: READ,
      params,
      query: productQuery,
      handle: (request) => draw(request, {}, request.query.store_id),
    }),
    route({
      method: "POST",
      path: "/products/:id",
      surface: "page",
      access: MANAGE,
      params,
      body: productFormSchema,
      redraw: async (request, form, error) => {
        if (error.code !== "PRODUCT_CHANGED") return draw(request, { edit: form });
        // now the person has been told and sees what is stored: saving again is meant
        const { version } = await products.get(request.params.id);
        return draw(request, { edit: { ...form, values: { ...form.values, version: String(version) } } });
      },
      handle: async (request) => {
        const { version, price, tax_rate_bp, tax_kind, cost, reorder_point, unit, ...typed } = request.body;
        const change = {
          ...typed,
          unit,
          priceMinor: price,
          // the form always sends a rate; of what is exempt it says nothing
          taxRateBp: tax_kind === "exempt" || tax_kind === "excluded" ? undefined : tax_rate_bp,
          taxKind: tax_kind,
          reorderPointMilli: reorder_point,
          costMinor: request.can(COST) ? cost : undefined,
        };
        const { id } = request.params;
        const product = await transaction((tx) => products.update(tx, actorOf(request), id, change, version));
        const flash = { text: "inventory.flash.saved", params: { name: product.name } };
        return redirect(`/products/${id}`, { flash });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/adjust",
      surface: "page",
      access: ADJUST,
      params,
      body: adjustForm,
      idempotent: true,
      redraw: (request, adjust) => draw(request, { adjust }),
      handle: async (request) => {
        const { quantity: quantityMilli, reason, note, store_id: asked } = request.body;
        const { id: productId } = request.params;
        const storeId = storeToChange(request.stores, asked);
        const change = { storeId, productId, quantityMilli, reason, note };
        const movement = await stock.adjust(request.tx, actorOf(request), change);
        return redirect(linkTo(`/products/${productId}`, { store_id: asked }), { flash: adjusted(request, movement) });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/count",
      surface: "page",
      access: ADJUST,
      params,
      body: countForm,
      idempotent: true,
      redraw: (request, count) => draw(request, { count }),
      handle: async (request) => {
        const { id: productId } = request.params;
        const { counted: quantityMilli, store_id: asked } = request.body;
        const storeId = storeToChange(request.stores, asked);
        const counted = { storeId, productId, quantityMilli, counted: true, reason: "count" as const };
        const movement = await stock.adjust(request.tx, actorOf(request), counted);
        return redirect(linkTo(`/products/${productId}`, { store_id: asked }), { flash: adjusted(request, movement) });
      },
    }),
  ];
}

function onShelf(shelf: ShelfOf | undefined, { unit }: Product, text: Asked["text"], blind: boolean): string {
  if (blind && shelf?.counting) return text.t("inventory.stock.counting");
  return `${text.quantity(shelf?.onHandMilli ?? 0)} ${unit}`;
}

/** The pages that belong to it and make sense for what it is. */
function linksOf({ id, kind, parentId }: Product, mayManage: boolean): [href: string, name: string][] {
  const names = { kit: ["parts", "units"], service: ["units"], parent: ["variants"], goods: [], weighed: [] }[kind];
  const all = names.length > 0 ? names : ["units", "parts", "lots", ...(parentId === undefined ? ["variants"] : [])];
  const own = all.filter((name) => mayManage || (name === "parts" && kind === "kit"));
  const parent: [string, string][] = parentId === undefined ? [] : [[`/products/${parentId}`, "parent"]];
  return [...parent, ...[...own, "prices"].map((name): [string, string] => [`/products/${id}/${name}`, name])];
}

function adjusted(
  { text }: Pick<Asked, "text">,
  { name, balanceMilli, unit }: Record<"name" | "unit", string> & { balanceMilli: number },
) {
  return { text: "inventory.flash.adjusted", params: { name, balance: text.quantity(balanceMilli), unit } };
}
