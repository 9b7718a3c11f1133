/** Payments that a provider takes, for programs. */
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Intents } from "../payments/intents.ts";
import { intentJson } from "../present-intents.ts";
import type { Registers } from "../registers.ts";
import { giveBackBody, intentAnswer, intentBody, intentParams, intentsAnswer } from "../schema-intents.ts";
import { atNone, storesAsked } from "./at-till.ts";
import { GIVE_BACK } from "./intents.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
const SHOWN = 200;

export function intentsApi({ intents, registerOf }: { intents: Intents; registerOf: Registers["inUse"] }): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/payment-intents",
      surface: "v1",
      access,
      idempotent: true,
      body: intentBody,
      summary:
        "Asks the provider of a tender for a payment. Once it is approved, a sale names it as the intent_id of a payment of the same method and amount",
      returns: { 201: intentAnswer },
      handle: async (request) => {
        const { tx, body, session, shop } = request;
        const register = await registerOf(tx, body.register_id, atNone(request));
        if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
        const wanted = { cartId: undefined, method: body.method, amountMinor: body.amount, register };
        const id = await intents.begin(tx, wanted, sellerOf(session), shop);
        return json(intentJson(await intents.find(id, tx)), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/payment-intents",
      surface: "v1",
      access,
      summary: "Payments of providers: those that are not settled first, then the newest",
      returns: { 200: intentsAnswer },
      handle: async ({ stores }) =>
        json({ data: (await intents.list(storesAsked(stores, undefined), SHOWN)).map(intentJson) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/payment-intents/:id",
      surface: "v1",
      access,
      params: intentParams,
      summary: "One payment of a provider and what became of it",
      returns: { 200: intentAnswer },
      handle: async ({ params }) => json(intentJson(await intents.find(params.id))),
    }),
    route({
      method: "POST",
      path: "/api/v1/payment-intents/:id/abandon",
      surface: "v1",
      access,
      params: intentParams,
      summary:
        "Nobody will pay it any more; the answer says approved when the customer was faster. That of somebody else needs the permission to give back",
      returns: { 200: intentAnswer },
      handle: async ({ params, session, can }) => {
        const { userId } = await intents.find(params.id);
        if (userId !== session.user.id && !can(GIVE_BACK)) throw kernelErrors.FORBIDDEN();
        return json(intentJson(await intents.abandon(params.id)));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/payment-intents/:id/give-back",
      surface: "v1",
      access: { permission: GIVE_BACK },
      idempotent: true,
      params: intentParams,
      body: giveBackBody,
      summary: "Gives an approved payment back of which no sale came",
      returns: { 200: intentAnswer },
      handle: async ({ tx, params, body, session, address }) => {
        await intents.giveBack(tx, params.id, body.reason, { seller: sellerOf(session), address });
        return json(intentJson(await intents.find(params.id, tx)));
      },
    }),
  ];
}
