/** The variants of a parent: its attributes, what was made of them, and the matrix of what is missing. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { combinationsOf, isSame, skuOf, writeAttributes } from "../../matrix.ts";
import { emptyForm, toProductRow } from "../../present/products.ts";
import { PRODUCT_LIMITS, params } from "../../schema.ts";
import { attributesForm, matrixForm } from "../../schema-variants.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, eyesOf, MANAGE, storeAsked } from "../shared.ts";

type Asked = Pick<
  Request<{ id: number }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "shop" | "stores" | "can"
>;

/** combinations on a page: each has three fields */
const SHOWN = 50;

export function variantPages({ products, variants, transaction }: RouteParts): Route[] {
  const draw = async (request: Asked, forms: { attributes?: FormState; matrix?: FormState } = {}): Promise<Reply> => {
    const { params, text, shop, stores } = request;
    const product = await products.get(params.id);
    const storeId = storeAsked(stores, undefined);
    const [attributes, made] = await Promise.all([variants.attributes(product.id), variants.of(product.id, storeId)]);
    const missing = combinationsOf(attributes)
      .map((combination, index) => ({ combination, index }))
      .filter(({ combination }) => !made.some(({ variant = {} }) => isSame(variant, combination)));
    const { matrix } = forms;
    return page("inventory/variants", {
      title: text.t("inventory.variants.title", { name: product.name }),
      href: `/products/${product.id}`,
      form: forms.attributes ?? emptyForm({ attributes: writeAttributes(attributes) }),
      version: product.version,
      rows: made.map((one) => ({
        ...toProductRow(one, text, eyesOf(request)),
        values: Object.values(one.variant ?? {}).join(" · "),
        barcodes: one.barcodes.join(" "),
      })),
      message: matrix?.message,
      missing: missing.slice(0, SHOWN).map(({ combination, index }) => ({
        index,
        label: Object.values(combination).join(" · "),
        checked: matrix ? matrix.values[`make_${index}`] !== undefined : true,
        sku: matrix?.values[`sku_${index}`] ?? skuOf(product.sku, combination, PRODUCT_LIMITS.sku),
        barcode: matrix?.values[`barcode_${index}`] ?? "",
        price: matrix?.values[`price_${index}`] ?? text.moneyField(product.priceMinor, shop.currency),
        errors: {
          sku: matrix?.errors[`sku_${index}`],
          barcode: matrix?.errors[`barcode_${index}`],
          price: matrix?.errors[`price_${index}`],
        },
      })),
      hidden: Math.max(missing.length - SHOWN, 0),
    });
  };

  return [
    route({
      method: "GET",
      path: "/products/:id/variants",
      surface: "page",
      access: MANAGE,
      params,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/products/:id/attributes",
      surface: "page",
      access: MANAGE,
      params,
      body: attributesForm,
      redraw: (request, attributes) => draw(request, { attributes }),
      handle: async (request) => {
        const { id } = request.params;
        await transaction((tx) => variants.setAttributes(tx, actorOf(request), id, request.body.attributes));
        return redirect(`/products/${id}/variants`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/variants",
      surface: "page",
      access: MANAGE,
      params,
      body: matrixForm,
      idempotent: true,
      redraw: (request, matrix) => draw(request, { matrix }),
      handle: async (request) => {
        const { tx, params, body } = request;
        const combinations = combinationsOf(await variants.attributes(params.id));
        const wanted = body.rows.map(({ index, ...row }) => ({ ...row, combination: combinations[index] ?? {} }));
        const field = (index: number, name: string) =>
          `${name === "barcodes" ? "barcode" : "sku"}_${body.rows[index]?.index ?? 0}`;
        const made = await variants.make(tx, actorOf(request), params.id, wanted, { field, version: body.version });
        const flash = { text: "inventory.flash.variants", params: { count: made.length } };
        return redirect(`/products/${params.id}/variants`, { flash });
      },
    }),
  ];
}
