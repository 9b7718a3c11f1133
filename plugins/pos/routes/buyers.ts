/** The customer of a sale at the till: chosen by any of what is known, or added on the spot. */
import { z } from "zod";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import { type Customers, DOCUMENT_TYPES, newCustomerFields, readDocumentField } from "../../customers/api.ts";
import type { Buyers } from "../buyers.ts";
import type { Carts } from "../carts.ts";
import { cartParams } from "../schema.ts";
import { atTill } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
const RESULTS = 20;

const query = z.strictObject({ q: z.string().trim().max(100).optional() });
const chooseBody = (input: Input) =>
  z.strictObject({ customer_id: z.union([z.literal("").transform(() => undefined), input.id()]) });
const newBody = (input: Input) => z.strictObject(newCustomerFields(input)).transform(readDocumentField);

interface Drawing {
  params: { cart: string };
  session: Session;
  text: Text;
  can(permission: string): boolean;
}

function told(cart: string, { repriced }: { repriced: number }): Reply {
  const flash = { text: "pos.flash.repriced", params: { count: repriced } };
  return redirect(`/pos/carts/${cart}`, repriced > 0 ? { flash } : {});
}

export function buyerPages(parts: { carts: Pick<Carts, "read">; buyers: Buyers; customers: Customers }): Route[] {
  const { carts, buyers, customers } = parts;

  const draw = async ({ params, session, text, can }: Drawing, q = "", form?: FormState): Promise<Reply> => {
    const [cart, found] = await Promise.all([
      carts.read(params.cart, sellerOf(session)),
      q === "" ? undefined : customers.search(q, RESULTS),
    ]);
    return page("pos/buyer", {
      title: text.t("pos.buyer.title"),
      styles: ["pos/pos.css"],
      base: `/pos/carts/${params.cart}`,
      chosen: cart.customer && { name: cart.customer.name, document: cart.customer.document },
      q,
      results: found?.map(({ id, name, document, balanceMinor, creditLimitMinor, currency }) => ({
        id,
        name,
        document,
        credit:
          creditLimitMinor === 0 && balanceMinor === 0
            ? undefined
            : text.t("pos.buyer.credit", {
                balance: text.money(balanceMinor, currency),
                available: text.money(Math.max(creditLimitMinor - balanceMinor, 0), currency),
              }),
      })),
      mayAdd: can("customers.manage"),
      form: form ?? { values: {}, errors: {} },
      types: ["", ...DOCUMENT_TYPES].map((value) => ({
        value,
        label: text.t(`customers.document_types.${value || "none"}`),
      })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/pos/carts/:cart/customer",
      surface: "page",
      access,
      params: cartParams,
      query,
      handle: (request) => draw(request, request.query.q),
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/customer",
      surface: "page",
      access,
      params: cartParams,
      body: chooseBody,
      redraw: (request, form) => draw(request, "", form),
      handle: async (request) => {
        const { params, session, body } = request;
        const cart = { id: params.cart, seller: sellerOf(session), till: atTill(request) };
        return told(params.cart, await buyers.choose(cart, body.customer_id));
      },
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/customer/new",
      surface: "page",
      access: { permission: "customers.manage" },
      idempotent: true,
      params: cartParams,
      body: newBody,
      redraw: (request, form) => draw(request, "", form),
      handle: async (request) => {
        const { tx, params, session, body, address, shop } = request;
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        const { name, document, phone } = body;
        const made = await customers.create(tx, actor, { name, document, phone }, shop.currency);
        const cart = { id: params.cart, seller: sellerOf(session), till: atTill(request) };
        return told(params.cart, await buyers.choose(cart, made.id, tx));
      },
    }),
  ];
}
