/** A customer pays a debt at the till, and the receipt of what was handed over for no goods. */

import type { AppError } from "../../../kernel/errors.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Customers } from "../../customers/api.ts";
import type { Carts } from "../carts.ts";
import { type Collections, collectionNumber } from "../collections.ts";
import { collectionJson, collectionModel, handedOptions } from "../present-collections.ts";
import type { Registers } from "../registers.ts";
import { collectionAnswer, debtBody, debtForm, idParams, reverseBody, reverseForm } from "../schema-collections.ts";
import type { Tenders } from "../tenders.ts";
import type { Vouchers } from "../vouchers.ts";
import { type AtTill, atHand, atNone, atTill } from "./at-till.ts";
import { inWords } from "./refused.ts";
import { REFUND } from "./returns.ts";
import { sellerOf } from "./seller.ts";
import { MANAGE_VOUCHERS } from "./vouchers.ts";

export const COLLECT = "pos.collect";
const access = { permission: COLLECT } as const;

interface Parts {
  collections: Collections;
  vouchers: Vouchers;
  tenders: Tenders;
  carts: Pick<Carts, "register">;
  registerOf: Registers["inUse"];
}

interface Showing {
  params: { id: number };
  text: Text;
  shop: Shop;
  session: Session;
  can(permission: string): boolean;
}

export function collectionPages({ collections, vouchers, tenders, carts }: Parts): Route[] {
  const draw = async ({ params, text, shop, session, can }: Showing, form?: FormState): Promise<Reply> => {
    const one = await collections.find(params.id);
    const voucher = one.voucherId === undefined ? undefined : await vouchers.find(one.voucherId);
    const sees = (writer: number) => writer === session.user.id || can(MANAGE_VOUCHERS);
    return page("pos/collection", collectionModel(one, voucher, await tenders.list(), { text, shop, sees, form }));
  };

  return [
    route({
      method: "GET",
      path: "/collections/:id",
      surface: "page",
      access: { permission: "sales.read" },
      params: idParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/collections/:id/reverse",
      surface: "page",
      access: { permission: REFUND, override: true },
      idempotent: true,
      params: idParams,
      body: reverseForm,
      redraw: draw,
      describe: async ({ tx, params, body, text }) => {
        const { kind, amountMinor, currency } = await collections.find(params.id, tx);
        const what = text.t(`pos.collection.kinds.${kind}`);
        return [
          `${what} · ${collectionNumber(params)} · ${text.money(amountMinor, currency)}`,
          text.t("pos.price.because", { reason: body.reason }),
        ];
      },
      handle: async (request) => {
        const { tx, params, body, session, address, approval, shop } = request;
        const { storeId } = await collections.find(params.id, tx);
        const order = { reason: body.reason, registerId: await atHand(request, carts, storeId) };
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const id = await collections.reverse(tx, params.id, order, by, shop);
        return redirect(`/collections/${id}`, { flash: { text: "pos.flash.collection_reversed" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/collections/:id",
      surface: "v1",
      access: { permission: "sales.read" },
      params: idParams,
      summary: "Money that was handed over for no goods: a debt that was paid, a gift card that was bought",
      returns: { 200: collectionAnswer },
      handle: async ({ params }) => json(collectionJson(await collections.find(params.id))),
    }),
    route({
      method: "POST",
      path: "/api/v1/collections/:id/reverse",
      surface: "v1",
      access: { permission: REFUND, override: true },
      idempotent: true,
      params: idParams,
      body: reverseBody,
      summary:
        "Takes back a debt payment or the sale of a gift card that was a mistake, whole; answers a row below zero",
      returns: { 201: collectionAnswer },
      handle: async ({ tx, params, body, session, address, approval, shop }) => {
        const order = { reason: body.reason, registerId: body.register_id };
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const id = await collections.reverse(tx, params.id, order, by, shop);
        return json(collectionJson(await collections.find(id, tx)), 201);
      },
    }),
  ];
}

export function debtPages({ collections, tenders, carts, registerOf }: Parts, customers: Customers): Route[] {
  interface Drawing extends AtTill {
    params: { id: number };
    text: Text;
  }

  const draw = async (request: Drawing, form?: FormState, error?: AppError): Promise<Reply> => {
    const { params, text } = request;
    const card = await customers.card(params.id);
    if (!card) throw kernelErrors.NOT_FOUND();
    const [known, register] = await Promise.all([tenders.list(), carts.register(atTill(request))]);
    const words = error ? inWords(error, text) : {};
    const base = form ?? { values: {}, errors: {} };
    return page("pos/debt", {
      title: text.t("pos.debt.title", { name: card.name }),
      base: `/customers/${card.id}`,
      owes: text.money(card.balanceMinor, card.currency),
      nothing: card.balanceMinor <= 0,
      register: register.name,
      methods: handedOptions(known, text),
      form: { ...base, ...words, errors: { ...base.errors, ...words.errors } },
    });
  };

  return [
    route({
      method: "GET",
      path: "/customers/:id/payment",
      surface: "page",
      access,
      params: idParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/customers/:id/payment",
      surface: "page",
      access,
      idempotent: true,
      params: idParams,
      body: debtForm,
      redraw: draw,
      handle: async (request) => {
        const { tx, params, body, session, shop } = request;
        const register = await carts.register(atTill(request));
        const { amount: amountMinor, method, reference } = body;
        const handed = { method, amountMinor, reference };
        const id = await collections.payDebt(tx, params.id, handed, register, sellerOf(session), shop);
        return redirect(`/collections/${id}`, { flash: { text: "pos.flash.debt_paid" } });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/payments",
      surface: "v1",
      access,
      idempotent: true,
      params: idParams,
      body: debtBody,
      summary: "A customer pays what is owed, in part or whole, into the open shift of a register",
      returns: { 201: collectionAnswer },
      handle: async (request) => {
        const { tx, params, body, session, shop } = request;
        const register = await registerOf(tx, body.register_id, atNone(request));
        if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
        const { amount: amountMinor, method, reference } = body;
        const handed = { method, amountMinor, reference };
        const id = await collections.payDebt(tx, params.id, handed, register, sellerOf(session), shop);
        return json(collectionJson(await collections.find(id, tx)), 201);
      },
    }),
  ];
}
