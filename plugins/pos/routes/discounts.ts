/** The pages that give a discount on a line or on the sale. Beyond the limit they ask for somebody's PIN. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Carts } from "../carts.ts";
import { DISCOUNT, type Discounts } from "../discounts.ts";
import type { Cart, CartLine } from "../domain.ts";
import { beforeDiscount, type Discount, discountOf, priceCart } from "../pricing.ts";
import { cartParams, discountBody, lineParams } from "../schema.ts";
import { sellerOf } from "./seller.ts";

interface Drawing {
  params: { cart: string; line?: number };
  session: Session;
  text: Text;
  shop: Shop;
}

export function discountPages({ carts, discounts }: { carts: Carts; discounts: Discounts }): Route[] {
  const draw = async ({ params, session, text, shop }: Drawing, form?: FormState): Promise<Reply> => {
    const cart = await carts.read(params.cart, sellerOf(session));
    const line = lineIn(cart, params.line);
    const totalMinor = ofWhat(cart, line);
    const base = `/pos/carts/${params.cart}`;
    return page("pos/discount", {
      title: text.t("pos.discount.title"),
      name: line?.name ?? text.t("pos.discount.whole"),
      now: text.money(totalMinor, shop.currency),
      action: `${base}${line ? `/lines/${line.line}` : ""}/discount`,
      base,
      form: form ?? { values: valuesOf((line ?? cart).discount, text, shop), errors: {} },
    });
  };

  const paths = [
    { path: "/pos/carts/:cart/discount", params: cartParams },
    { path: "/pos/carts/:cart/lines/:line/discount", params: lineParams },
  ] as const;
  return paths.flatMap(({ path, params }) => [
    route({
      method: "GET",
      path,
      surface: "page",
      access: { permission: "pos.sell" },
      params,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path,
      surface: "page",
      access: { permission: "pos.sell" },
      approvals: [DISCOUNT],
      idempotent: true,
      params,
      body: discountBody,
      redraw: draw,
      describe: async ({ tx, params, session, body, text, shop }) => {
        const cart = await carts.held(params.cart, sellerOf(session), tx);
        const line = lineIn(cart, (params as Drawing["params"]).line);
        const totalMinor = ofWhat(cart, line);
        const takenMinor = discountOf(totalMinor, discountFrom(body));
        const [before, less] = [totalMinor, -takenMinor].map((minor) => text.money(minor, shop.currency));
        return [
          line ? `${text.quantity(line.quantityMilli)} ${line.unit} · ${line.name}` : text.t("pos.discount.whole"),
          text.t("pos.discount.less", { before: before ?? "", less: less ?? "" }),
          text.t("pos.price.because", { reason: body.reason ?? "" }),
        ];
      },
      handle: async ({ tx, params, body, session, address, approval, can }) => {
        const { line } = params as Drawing["params"];
        const wanted = { discount: discountFrom(body), reason: body.reason };
        await discounts.give(tx, { cart: params.cart, line }, wanted, {
          seller: sellerOf(session),
          address,
          approvedBy: approval?.by.username,
          mayGiveAny: can(DISCOUNT),
        });
        const text = wanted.discount ? "pos.flash.discount_given" : "pos.flash.discount_gone";
        return redirect(`/pos/carts/${params.cart}`, { flash: { text } });
      },
    }),
  ]);
}

/** Undefined: the whole sale was meant. Throws NOT_FOUND. */
function lineIn({ lines }: Cart, number: number | undefined): CartLine | undefined {
  const line = lines.find((one) => one.line === number);
  if (number !== undefined && !line) throw kernelErrors.NOT_FOUND();
  return line;
}

/** What the discount is taken from: what a line's promotion leaves of it, or what is left of all. */
function ofWhat({ lines, promotions }: Cart, line: CartLine | undefined): number {
  if (!line) return beforeDiscount(lines, promotions);
  const priced = priceCart(lines, undefined, promotions).lines.find((one) => one.line === line.line);
  return priced ? priced.grossMinor - (priced.promotion?.amountMinor ?? 0) : 0;
}

function discountFrom({ percent, amount }: { percent?: number | undefined; amount?: number | undefined }) {
  if (percent !== undefined) return { kind: "percent", bp: percent } satisfies Discount;
  return amount === undefined ? undefined : ({ kind: "amount", minor: amount } satisfies Discount);
}

function valuesOf(discount: Discount | undefined, text: Text, shop: Shop): Record<string, string> {
  if (!discount) return {};
  return discount.kind === "percent"
    ? { percent: text.quantityField(discount.bp * 10) }
    : { amount: text.moneyField(discount.minor, shop.currency) };
}
