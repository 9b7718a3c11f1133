/** The page that changes the price of one line. Whoever may not do it finds there who can approve it. */
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Carts } from "../carts.ts";
import type { Prices } from "../prices.ts";
import { lineParams, priceBody } from "../schema.ts";
import { sellerOf } from "./seller.ts";

export const CHANGE_PRICE = "pos.change_price";

interface Drawing {
  params: { cart: string; line: number };
  session: Session;
  text: Text;
  shop: Shop;
}

export function pricePages({ carts, prices }: { carts: Carts; prices: Prices }): Route[] {
  const draw = async ({ params, session, text, shop }: Drawing, form?: FormState): Promise<Reply> => {
    const line = await carts.line(params.cart, sellerOf(session), params.line);
    return page("pos/price", {
      title: text.t("pos.price.title"),
      name: line.name,
      now: text.money(line.unitPriceMinor, shop.currency),
      base: `/pos/carts/${params.cart}`,
      line: params.line,
      form: form ?? { values: {}, errors: {} },
    });
  };
  return [
    route({
      method: "GET",
      path: "/pos/carts/:cart/lines/:line/price",
      surface: "page",
      access: { permission: "pos.sell" },
      params: lineParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/lines/:line/price",
      surface: "page",
      access: { permission: CHANGE_PRICE, override: true },
      idempotent: true,
      params: lineParams,
      body: priceBody,
      redraw: draw,
      describe: async ({ tx, params, session, body, text, shop }) => {
        const line = await carts.line(params.cart, sellerOf(session), params.line, tx);
        const [from, to] = [line.unitPriceMinor, body.price].map((minor) => text.money(minor, shop.currency));
        return [
          `${text.quantity(line.quantityMilli)} ${line.unit} · ${line.name}`,
          text.t("pos.price.from_to", { from: from ?? "", to: to ?? "" }),
          text.t("pos.price.because", { reason: body.reason }),
        ];
      },
      handle: async ({ tx, params, body, session, address, approval }) => {
        const seller = sellerOf(session);
        const key = { cart: params.cart, line: params.line, userId: seller.id };
        const price = { unitPriceMinor: body.price, reason: body.reason };
        await prices.change(tx, key, price, { seller, address, approvedBy: approval?.by.username });
        return redirect(`/pos/carts/${params.cart}`, { flash: { text: "pos.flash.price_changed" } });
      },
    }),
  ];
}
