/** Paying with anything but plain cash: any number of tenders at once, each with its reference. */
import { type AppError, fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { sum } from "../../../kernel/money.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import { amountIn, type Shop } from "../../../kernel/settings/shop.ts";
import { type Carts, cartPaid } from "../carts.ts";
import { DISCOUNT } from "../discounts.ts";
import type { Payment, Tender } from "../domain.ts";
import { errors } from "../errors.ts";
import type { Intents } from "../payments/intents.ts";
import { paymentPending } from "../payments/pending.ts";
import type { SalePoints } from "../points.ts";
import { tenderName } from "../present-tenders.ts";
import { priceCart } from "../pricing.ts";
import type { Registers } from "../registers.ts";
import type { Sales } from "../sales.ts";
import { cartParams } from "../schema.ts";
import { paymentForm } from "../schema-tenders.ts";
import { smallestCoin } from "../settings.ts";
import { roundToCoin } from "../settlement.ts";
import { isBooked, type Tenders, typesCode } from "../tenders.ts";
import { atTill } from "./at-till.ts";
import { inWords } from "./refused.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;

interface Drawing {
  params: { cart: string };
  session: Session;
  text: Text;
  shop: Shop;
}

export function paymentPages(parts: {
  carts: Carts;
  sales: Sales;
  tenders: Tenders;
  intents: Pick<Intents, "begin" | "ofCart">;
  registerOf: Registers["inUse"];
  points: Pick<SalePoints, "worth" | "said">;
  settings: Settings;
}): Route[] {
  const { carts, sales, tenders, intents, registerOf, points, settings } = parts;
  /** In which steps that tender is handed over: cash by the smallest coin in use, 0 where every amount can be. */
  const coinOf = async (method: string | undefined, { currency }: Shop): Promise<number> => {
    if (method === undefined) return 0;
    const isCash = (await tenders.list()).some(({ code, kind }) => code === method && kind === "cash");
    return isCash ? amountIn(currency, settings, smallestCoin) : 0;
  };
  const draw = async ({ params, session, text, shop }: Drawing, form?: FormState, error?: AppError): Promise<Reply> => {
    const [cart, known, open] = await Promise.all([
      carts.read(params.cart, sellerOf(session)),
      tenders.list(),
      intents.ofCart(params.cart),
    ]);
    const { totalMinor } = priceCart([...cart.lines].reverse(), cart.discount, cart.promotions).totals;
    const words = error ? inWords(error, text, "amount_cash") : {};
    const faults = { ...form?.errors, ...words.errors };
    const base = `/pos/carts/${params.cart}`;
    const worth = await points.worth(cart.customer?.id, shop.currency);
    const said = worth > 0 ? await points.said(cart.customer?.id, text) : undefined;
    return page("pos/payment", {
      title: text.t("pos.payment.title"),
      styles: ["pos/pos.css"],
      base,
      paid: cart.saleId === undefined ? undefined : `/sales/${cart.saleId}/receipt`,
      total: text.money(totalMinor, shop.currency),
      totalMinor,
      payable: cart.lines.length > 0 && cart.status === "open",
      message: words.message ?? (Object.keys(faults).length === 0 ? form?.message : undefined),
      held: open.map((one) => ({
        path: `/pos/carts/${params.cart}/payments/${one.id}`,
        label: tenderName({ code: one.method, name: known.find(({ code }) => code === one.method)?.name }, text),
        state: text.t(`pos.intent.states.${one.state}`),
        amount: text.money(one.amountMinor, one.currency),
      })),
      tenders: known
        // credit is somebody's
        .filter(({ active, kind }) => active && (kind !== "customer_credit" || cart.customer !== undefined))
        .filter(({ kind }) => kind !== "points" || worth > 0)
        .map((one) => ({
          code: one.code,
          label: one.kind === "points" ? `${tenderName(one, text)}: ${said}` : tenderName(one, text),
          // whoever takes the payment knows its reference
          reference: one.provider === undefined ? referenceLabel(one, text) : undefined,
          begins: one.provider !== undefined,
          amount: {
            name: `amount_${one.code}`,
            value: form?.values[`amount_${one.code}`],
            error: faults[`amount_${one.code}`],
          },
          ref: {
            name: `reference_${one.code}`,
            value: form?.values[`reference_${one.code}`],
            error: faults[`reference_${one.code}`],
          },
        })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/pos/carts/:cart/payment",
      surface: "page",
      access,
      params: cartParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/payment",
      surface: "page",
      access,
      idempotent: true,
      params: cartParams,
      body: paymentForm,
      throttle: {
        limit: "codes",
        counts: ({ body }) => [...body.payments, ...(body.rest ? [body.rest] : [])].some(typesCode),
      },
      redraw: draw,
      handle: async (request) => {
        const { tx, params, session, body, shop, can } = request;
        const seller = sellerOf(session);
        const open = await intents.ofCart(params.cart, tx);
        const heldMinor = sum(open.map(({ amountMinor }) => amountMinor));
        if (body.begin !== undefined) {
          const cart = await carts.read(params.cart, seller);
          if (cart.status === "paid") throw cartPaid(cart);
          if (cart.lines.length === 0) throw errors.CART_EMPTY();
          if (open.some(({ state }) => state !== "approved")) throw paymentPending();
          const amountMinor = amountFor(body.begin, body.payments, body.total - heldMinor);
          if (amountMinor <= 0)
            throw fieldFault(`amount_${body.begin}`, "NOTHING_LEFT", "pos.validation.nothing_to_pay");
          const register = await registerOf(tx, cart.registerId, atTill(request));
          if (!register) throw kernelErrors.NOT_FOUND();
          const wanted = { cartId: cart.id, method: body.begin, amountMinor, register };
          return redirect(`/pos/carts/${cart.id}/payments/${await intents.begin(tx, wanted, seller, shop)}`);
        }
        const coinMinor = await coinOf(body.rest?.method, shop);
        const payments = withRest(body.payments, body.rest, body.total - heldMinor, coinMinor);
        const paid = { shownMinor: body.total, payments, mayGiveAny: can(DISCOUNT) };
        const sale = await sales.payCart(tx, params.cart, seller, paid, shop);
        return redirect(`/sales/${sale.id}/receipt`);
      },
    }),
  ];
}

/** What was typed for it, or all that the others leave. */
function amountFor(method: string, typed: readonly Payment[], totalMinor: number): number {
  const own = typed.find((one) => one.method === method);
  if (own) return own.amountMinor;
  return totalMinor - sum(typed.map(({ amountMinor }) => amountMinor));
}

/** Undefined: there is nothing to write down. */
function referenceLabel({ kind, needsReference }: Tender, text: Text): string | undefined {
  if (kind === "cash" || kind === "customer_credit" || kind === "points") return undefined;
  if (isBooked(kind)) return text.t("pos.voucher.code");
  return text.t(needsReference ? "pos.payment.reference_needed" : "pos.payment.reference");
}

/** What is left of the total goes to the tender whose button was pressed; what was typed beside it is replaced. */
function withRest(
  typed: readonly Payment[],
  rest: { method: string; reference: string | undefined } | undefined,
  totalMinor: number,
  coinMinor: number,
): Payment[] {
  if (!rest) return [...typed];
  const others = typed.filter(({ method }) => method !== rest.method);
  const left = totalMinor - others.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return left > 0 ? [...others, { ...rest, amountMinor: roundToCoin(left, coinMinor) }] : others;
}
