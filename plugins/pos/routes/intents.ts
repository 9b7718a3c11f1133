/** A payment that a provider takes, at the till: begun from the payment page, watched, finished or abandoned; the cart stays. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { sum } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Carts } from "../carts.ts";
import type { Intent } from "../payments/domain.ts";
import type { Intents } from "../payments/intents.ts";
import { intentModel, intentRow } from "../present-intents.ts";
import { tenderName } from "../present-tenders.ts";
import { priceCart } from "../pricing.ts";
import { cartIntentParams, giveBackBody, intentParams } from "../schema-intents.ts";
import type { Tenders } from "../tenders.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
export const GIVE_BACK = "sales.refund";
const SHOWN = 100;

interface Drawing {
  params: { cart: string; id: string };
  session: Session;
  text: Text;
  shop: Shop;
}

export function intentPages(parts: { intents: Intents; carts: Pick<Carts, "read">; tenders: Tenders }): Route[] {
  const { intents, carts, tenders } = parts;

  /** Throws NOT_FOUND for one of another cart, or of somebody else's. */
  async function own({ params, session }: Pick<Drawing, "params" | "session">): Promise<Intent> {
    const intent = await intents.find(params.id);
    await carts.read(params.cart, sellerOf(session));
    if (intent.cartId !== params.cart) throw kernelErrors.NOT_FOUND();
    return intent;
  }

  const names = async (text: Text) => {
    const known = new Map((await tenders.list()).map((one) => [one.code, tenderName(one, text)]));
    return (code: string) => known.get(code) ?? code;
  };

  const draw = async (request: Drawing): Promise<Reply> => {
    const { params, session, text, shop } = request;
    const intent = await own(request);
    const [cart, open, nameOf] = await Promise.all([
      carts.read(params.cart, sellerOf(session)),
      intents.ofCart(params.cart),
      names(text),
    ]);
    const { totalMinor } = priceCart([...cart.lines].reverse(), cart.discount).totals;
    const held = open.filter(({ state }) => state === "approved").map(({ amountMinor }) => amountMinor);
    const left = totalMinor - sum(held);
    const pending = open.some(({ state }) => state !== "approved");
    const model = intentModel(intent, nameOf(intent.method), left, text, shop.timeZone);
    return page("pos/intent", { ...model, totalMinor, covers: left === 0 && !pending && cart.status === "open" });
  };

  const drawList = async (text: Text, shop: Shop, may: boolean, form: FormState = { values: {}, errors: {} }) => {
    const [found, refunds, nameOf] = await Promise.all([intents.list(SHOWN), intents.waitingRefunds(), names(text)]);
    return page("pos/payments", {
      title: text.t("pos.intent.list"),
      form,
      may,
      intents: found.map((one) => intentRow(one, nameOf(one.method), text, shop.timeZone)),
      refunds: refunds.map((one) => ({
        at: text.dateTime(one.createdAt, shop.timeZone),
        amount: text.money(one.amountMinor, one.currency),
        error: one.error,
      })),
    });
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
    route({
      method: "GET",
      path: "/payments",
      surface: "page",
      access,
      handle: ({ text, shop, can }) => drawList(text, shop, can(GIVE_BACK)),
    }),
    route({
      method: "POST",
      path: "/payments/:id/abandon",
      surface: "page",
      access: { permission: GIVE_BACK },
      params: intentParams,
      handle: async ({ params }) => {
        await intents.abandon(params.id);
        return redirect("/payments");
      },
    }),
    route({
      method: "POST",
      path: "/payments/:id/give-back",
      surface: "page",
      access: { permission: GIVE_BACK },
      idempotent: true,
      params: intentParams,
      body: giveBackBody,
      redraw: ({ text, shop, can }, form) => drawList(text, shop, can(GIVE_BACK), form),
      handle: async ({ tx, params, body, session, address }) => {
        await intents.giveBack(tx, params.id, body.reason, { seller: sellerOf(session), address });
        return redirect("/payments", { flash: { text: "pos.flash.payment_given_back" } });
      },
    }),
  ];
}
