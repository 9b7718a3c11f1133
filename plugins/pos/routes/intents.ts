/** All payments of providers: what is open, what came late, what goes back. */
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Store, Stores } from "../../../kernel/stores/store.ts";
import type { Intents } from "../payments/intents.ts";
import { intentRow } from "../present-intents.ts";
import { tenderName } from "../present-tenders.ts";
import { giveBackBody, intentParams } from "../schema-intents.ts";
import type { Tenders } from "../tenders.ts";
import { storesAsked } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

export const GIVE_BACK = "sales.refund";
const SHOWN = 100;

/** The name of a tender by its code. */
export async function tenderNames(tenders: Pick<Tenders, "list">, text: Text): Promise<(code: string) => string> {
  const known = new Map((await tenders.list()).map((one) => [one.code, tenderName(one, text)]));
  return (code) => known.get(code) ?? code;
}

interface Drawing {
  text: Text;
  stores: readonly Store[];
  can(permission: string): boolean;
}

export function intentPages(parts: {
  intents: Intents;
  tenders: Pick<Tenders, "list">;
  stores: Pick<Stores, "shopsOf">;
}): Route[] {
  const { intents, tenders } = parts;

  const draw = async ({ text, stores, can }: Drawing, form: FormState = { values: {}, errors: {} }) => {
    const own = storesAsked(stores, undefined);
    const [found, refunds, nameOf] = await Promise.all([
      intents.list(own, SHOWN),
      intents.waitingRefunds(own),
      tenderNames(tenders, text),
    ]);
    const shopOf = await parts.stores.shopsOf([...found, ...refunds]);
    return page("pos/payments", {
      title: text.t("pos.intent.list"),
      form,
      may: can(GIVE_BACK),
      intents: found.map((one) => intentRow(one, nameOf(one.method), text, shopOf(one).timeZone)),
      refunds: refunds.map((one) => ({
        at: text.dateTime(one.createdAt, shopOf(one).timeZone),
        amount: text.money(one.amountMinor, one.currency),
        error: one.error,
      })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/payments",
      surface: "page",
      access: { permission: "pos.sell" },
      handle: (request) => draw(request),
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
      redraw: (request, form) => draw(request, form),
      handle: async ({ tx, params, body, session, address }) => {
        await intents.giveBack(tx, params.id, body.reason, { seller: sellerOf(session), address });
        return redirect("/payments", { flash: { text: "pos.flash.payment_given_back" } });
      },
    }),
  ];
}
