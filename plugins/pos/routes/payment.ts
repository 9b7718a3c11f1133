/** Paying with anything but plain cash: any number of tenders at once, each with its reference. */
import type { AppError } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Carts } from "../carts.ts";
import { DISCOUNT } from "../discounts.ts";
import type { Payment, Tender } from "../domain.ts";
import { tenderName } from "../present-tenders.ts";
import { priceCart } from "../pricing.ts";
import type { Sales } from "../sales.ts";
import { cartParams } from "../schema.ts";
import { paymentForm } from "../schema-tenders.ts";
import { isBooked, type Tenders } from "../tenders.ts";
import { inWords } from "./refused.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;

interface Drawing {
  params: { cart: string };
  session: Session;
  text: Text;
  shop: Shop;
}

export function paymentPages({ carts, sales, tenders }: { carts: Carts; sales: Sales; tenders: Tenders }): Route[] {
  const draw = async ({ params, session, text, shop }: Drawing, form?: FormState, error?: AppError): Promise<Reply> => {
    const [cart, known] = await Promise.all([carts.read(params.cart, sellerOf(session)), tenders.list()]);
    const { totalMinor } = priceCart([...cart.lines].reverse(), cart.discount).totals;
    const words = error ? inWords(error, text, "amount_cash") : {};
    const errors = { ...form?.errors, ...words.errors };
    const base = `/pos/carts/${params.cart}`;
    return page("pos/payment", {
      title: text.t("pos.payment.title"),
      styles: ["pos/pos.css"],
      base,
      paid: cart.saleId === undefined ? undefined : `/sales/${cart.saleId}/receipt`,
      total: text.money(totalMinor, shop.currency),
      totalMinor,
      payable: cart.lines.length > 0 && cart.status === "open",
      message: words.message ?? (Object.keys(errors).length === 0 ? form?.message : undefined),
      tenders: known
        // credit is somebody's
        .filter(({ active, kind }) => active && (kind !== "customer_credit" || cart.customer !== undefined))
        .map((one) => ({
          code: one.code,
          label: tenderName(one, text),
          reference: referenceLabel(one, text),
          amount: {
            name: `amount_${one.code}`,
            value: form?.values[`amount_${one.code}`],
            error: errors[`amount_${one.code}`],
          },
          ref: {
            name: `reference_${one.code}`,
            value: form?.values[`reference_${one.code}`],
            error: errors[`reference_${one.code}`],
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
      redraw: draw,
      handle: async ({ tx, params, session, body, shop, can }) => {
        const payments = withRest(body.payments, body.rest, body.total);
        const paid = { shownMinor: body.total, payments, mayGiveAny: can(DISCOUNT) };
        const sale = await sales.payCart(tx, params.cart, sellerOf(session), paid, shop);
        return redirect(`/sales/${sale.id}/receipt`);
      },
    }),
  ];
}

/** Undefined: there is nothing to write down. */
function referenceLabel({ kind, needsReference }: Tender, text: Text): string | undefined {
  if (kind === "cash" || kind === "customer_credit") return undefined;
  if (isBooked(kind)) return text.t("pos.voucher.code");
  return text.t(needsReference ? "pos.payment.reference_needed" : "pos.payment.reference");
}

/** What is left of the total goes to the tender whose button was pressed; what was typed beside it is replaced. */
function withRest(
  typed: readonly Payment[],
  rest: { method: string; reference: string | undefined } | undefined,
  totalMinor: number,
): Payment[] {
  if (!rest) return [...typed];
  const others = typed.filter(({ method }) => method !== rest.method);
  const left = totalMinor - others.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return left > 0 ? [...others, { ...rest, amountMinor: left }] : others;
}
