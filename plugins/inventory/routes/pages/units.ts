/** The further units of a product: a list, and a form for one more. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { emptyForm } from "../../present/products.ts";
import { toUnitRow } from "../../present/units.ts";
import { params } from "../../schema.ts";
import { unitForm, unitParams } from "../../schema-units.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE } from "../shared.ts";

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop">;

export function unitPages({ products, units, transaction }: RouteParts): Route[] {
  const draw = async ({ params, text, shop }: Asked, form: FormState = emptyForm()): Promise<Reply> => {
    const product = await products.get(params.id);
    return page("inventory/units", {
      title: text.t("inventory.units.title", { name: product.name }),
      unit: product.unit,
      href: `/products/${product.id}/units`,
      product: `/products/${product.id}`,
      rows: product.units.map((unit) => toUnitRow(unit, product, text, shop.currency)),
      form,
    });
  };
  return [
    route({
      method: "GET",
      path: "/products/:id/units",
      surface: "page",
      access: MANAGE,
      params,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/products/:id/units",
      surface: "page",
      access: MANAGE,
      params,
      body: unitForm,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { name, factor: factorMilli, price: priceMinor, barcodes } = request.body;
        const { id } = request.params;
        const unit = { name, factorMilli, priceMinor, barcodes };
        await transaction((tx) => units.add(tx, actorOf(request), id, unit));
        return redirect(`/products/${id}/units`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/units/:unit/remove",
      surface: "page",
      access: MANAGE,
      params: unitParams,
      handle: async (request) => {
        const { id, unit } = request.params;
        await transaction((tx) => units.remove(tx, actorOf(request), id, unit));
        return redirect(`/products/${id}/units`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}
