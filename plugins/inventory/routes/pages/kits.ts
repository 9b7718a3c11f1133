/** What a kit is made of: a list, and a form for one more part. */
import { AppError, fieldFault } from "../../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { extend, sum } from "../../../../kernel/money.ts";
import { emptyForm } from "../../present/products.ts";
import { params } from "../../schema.ts";
import { partForm, partParams } from "../../schema-units.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, COST, MANAGE, READ } from "../shared.ts";

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop" | "can">;

export function kitPages({ products, kits, transaction }: RouteParts): Route[] {
  const draw = async ({ params, text, shop, can }: Asked, form: FormState = emptyForm()): Promise<Reply> => {
    const product = await products.get(params.id);
    const parts = await kits.of(product.id);
    const mayCost = can(COST);
    const costs = parts.map(({ costMinor, quantityMilli }) => extend(costMinor, quantityMilli));
    return page("inventory/kit", {
      title: text.t("inventory.kit.title", { name: product.name }),
      href: `/products/${product.id}/parts`,
      product: `/products/${product.id}`,
      mayManage: can(MANAGE.permission),
      mayCost,
      rows: parts.map((part, index) => ({
        id: part.productId,
        href: `/products/${part.productId}`,
        name: part.name,
        sku: part.sku,
        quantity: `${text.quantity(part.quantityMilli)} ${part.unit}`,
        cost: mayCost ? text.money(costs[index] ?? 0, shop.currency) : undefined,
      })),
      cost: mayCost && parts.length > 0 ? text.money(sum(costs), shop.currency) : undefined,
      form,
    });
  };

  /** The part that was typed. Throws a fault of `code`. */
  const partByCode = async (code: string, quantity: number): Promise<{ productId: number; quantityMilli: number }> => {
    try {
      const { product, quantityMilli } = await products.countedBy(code, quantity);
      return { productId: product.id, quantityMilli };
    } catch (error) {
      if (error instanceof AppError && error.code === "CODE_UNKNOWN")
        throw fieldFault("code", "CODE_UNKNOWN", "inventory.errors.CODE_UNKNOWN", { code });
      throw error;
    }
  };

  return [
    route({
      method: "GET",
      path: "/products/:id/parts",
      surface: "page",
      access: READ,
      params,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/products/:id/parts",
      surface: "page",
      access: MANAGE,
      params,
      body: partForm,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { id } = request.params;
        const part = await partByCode(request.body.code, request.body.quantity);
        await transaction((tx) => kits.put(tx, actorOf(request), id, part));
        return redirect(`/products/${id}/parts`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/parts/:part/remove",
      surface: "page",
      access: MANAGE,
      params: partParams,
      handle: async (request) => {
        const { id, part } = request.params;
        await transaction((tx) => kits.remove(tx, actorOf(request), id, part));
        return redirect(`/products/${id}/parts`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}
