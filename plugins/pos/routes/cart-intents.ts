/** A payment that a provider takes, at the till: begun from the payment page, watched, finished or abandoned; the cart stays. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { sum } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Carts } from "../carts.ts";
import type { Intent } from "../payments/domain.ts";
import type { Intents } from "../payments/intents.ts";
import { intentModel } from "../present-intents.ts";
import { priceCart } from "../pricing.ts";
import { cartIntentParams } from "../schema-intents.ts";
import type { Tenders } from "../tenders.ts";
import { tenderNames } from "./intents.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;

interface Drawing {
  params: { cart: string; id: string };
  session: Session;
  text: Text;
  shop: Shop;
}

export function cartIntentPages(parts: { intents: Intents; carts: Pick<Carts, "read">; tenders: Tenders }): Route[] {
  const { intents, carts, tenders } = parts;

  /** Throws NOT_FOUND for one of another cart, or of somebody else's. */
  async function own({ params, session }: Pick<Drawing, "params" | "session">): Promise<Intent> {
    const intent = await intents.find(params.id);
    await carts.read(params.cart, sellerOf(session));
    if (intent.cartId !== params.cart) throw kernelErrors.NOT_FOUND();
    return intent;
  }

  const draw = async (request: Drawing): Promise<Reply> => {
    const { params, session, text, shop } = request;
    const intent = await own(request);
    const [cart, open, nameOf] = await Promise.all([
      carts.read(params.cart, sellerOf(session)),
      intents.ofCart(params.cart),
      tenderNames(tenders, text),
    ]);
    const { totalMinor } = priceCart([...cart.lines].reverse(), cart.discount, cart.promotions).totals;
    const held = open.filter(({ state }) => state === "approved").map(({ amountMinor }) => amountMinor);
    const left = totalMinor - sum(held);
    const pending = open.some(({ state }) => state !== "approved");
    const model = intentModel(intent, nameOf(intent.method), left, text, shop.timeZone);
    return page("pos/intent", { ...model, totalMinor, covers: left === 0 && !pending && cart.status === "open" });
  };

  return [
    route({
      method: "GET",
      path: "/pos/carts/:cart/payments/:id",
      surface: "page",
      access,
      params: cartIntentParams,
      fragments: { intent: "pos/_intent" },
      handle: draw,
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/payments/:id/abandon",
      surface: "page",
      access,
      params: cartIntentParams,
      handle: async (request) => {
        await own(request);
        const after = await intents.abandon(request.params.id);
        const { cart, id } = request.params;
        if (after.state === "approved") return redirect(`/pos/carts/${cart}/payments/${id}`);
        return redirect(`/pos/carts/${cart}/payment`, { flash: { text: "pos.flash.payment_abandoned" } });
      },
    }),
  ];
}
