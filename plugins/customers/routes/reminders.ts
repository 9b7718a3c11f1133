/** Reminders of debts: of one customer, of a whole list, and the link by which a customer wants no more of them. */
import { z } from "zod";
import { formatDecimal } from "../../../kernel/decimal.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Reminders } from "../reminders/reminders.ts";
import { customerParams } from "../schema.ts";
import { overBody } from "../schema-accounts.ts";
import { mergeActor, READ, REMIND, type RouteParts } from "./shared.ts";

const access = { permission: REMIND } as const;
const STATES = ["queued", "sent", "failed", "dropped"] as const;
const reminder = z.strictObject({
  id: z.int(),
  state: z.enum(STATES),
  currency: z.string(),
  balance: z.string(),
  by: z.string(),
  created_at: z.string(),
});
const reminded = z.strictObject({ queued: z.int(), no_mail: z.int(), no_consent: z.int(), recent: z.int() });
const tokenParams = (_input: Input) => z.strictObject({ token: z.string().regex(/^[\w-]{32}$/) });
const none = z.strictObject({});

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop" | "can">;

/** In which hours they go, and when that is if it is not now; undefined: at any hour. */
export async function hoursSaid(
  reminders: Pick<Reminders, "hours" | "notBefore">,
  shop: Shop,
  text: Text,
): Promise<string | undefined> {
  if (!(await reminders.hours())) return undefined;
  const later = await reminders.notBefore(shop);
  const waits = later && text.t("customers.reminders.later", { at: text.dateTime(later, shop.timeZone) });
  return [text.t("customers.reminders.hours"), waits].filter(Boolean).join(" ");
}

export function reminderRoutes(
  parts: Pick<RouteParts, "register" | "transaction"> & { reminders: Reminders },
): Route[] {
  const { register, reminders, transaction } = parts;

  const draw = async ({ params, text, shop, can }: Asked, form?: FormState): Promise<Reply> => {
    const customer = await register.get(params.id);
    const [sent, against] = await Promise.all([reminders.of(customer.id), reminders.against(customer.id)]);
    const possible = reminders.possible();
    const maySend = possible && can(REMIND) && against === undefined;
    const theirs = await reminders.shopOf(customer.id);
    return page("customers/reminders", {
      title: text.t("customers.reminders.of", { name: customer.name }),
      path: `/customers/${customer.id}`,
      possible,
      maySend,
      hours: await hoursSaid(reminders, theirs, text),
      why: !possible
        ? text.t("customers.errors.MAIL_NOT_SET")
        : against && text.t(`customers.reminders.against.${against}`),
      form: form ?? { values: {}, errors: {} },
      reminders: sent.map((one) => ({
        at: text.dateTime(one.createdAt, shop.timeZone),
        amount: text.money(one.balanceMinor, one.currency),
        state: text.t(`customers.reminders.states.${one.state}`),
        bad: one.state === "failed",
        by: one.userName,
      })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/customers/:id/reminders",
      surface: "page",
      access: READ,
      params: customerParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/customers/:id/reminders",
      surface: "page",
      access,
      idempotent: true,
      params: customerParams,
      body: none,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { tx, params, text } = request;
        await reminders.send(tx, mergeActor(request), params.id, text.locale);
        return redirect(`/customers/${params.id}/reminders`, { flash: { text: "customers.flash.reminded" } });
      },
    }),
    route({
      method: "POST",
      path: "/receivables/reminders",
      surface: "page",
      access,
      idempotent: true,
      body: overBody,
      handle: async (request) => {
        const { tx, body, shop, text } = request;
        const told = await reminders.sendAll(tx, mergeActor(request), body.over, shop, text.locale);
        const query = new URLSearchParams({ over: String(body.over) });
        return redirect(`/receivables?${query}`, {
          flash: { text: "customers.flash.reminded_all", params: { ...told } },
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/reminders",
      surface: "v1",
      access: READ,
      params: customerParams,
      summary: "The reminders of a debt that were sent by e-mail, newest first",
      returns: { 200: z.strictObject({ data: z.array(reminder) }) },
      handle: async ({ params }) => {
        const { id } = await register.get(params.id);
        const data = (await reminders.of(id)).map((one) => ({
          id: one.id,
          state: one.state,
          currency: one.currency,
          balance: formatDecimal(one.balanceMinor, currencyDigits(one.currency)),
          by: one.userName,
          created_at: one.createdAt.toISOString(),
        }));
        return json({ data });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/reminders",
      surface: "v1",
      access,
      idempotent: true,
      params: customerParams,
      body: none,
      summary:
        "Reminds of a debt by e-mail: a customer with an address who agreed to it (consent `reminders`), once in so many days; outside the hours of reminders it goes `not_before`",
      returns: { 201: z.strictObject({ state: z.literal("queued"), not_before: z.string().nullable() }) },
      handle: async (request) => {
        const { tx, params, text } = request;
        await reminders.send(tx, mergeActor(request), params.id, text.locale);
        const later = await reminders.notBefore(await reminders.shopOf(params.id));
        return json({ state: "queued", not_before: later?.toISOString() ?? null }, 201);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/receivables/reminders",
      surface: "v1",
      access,
      idempotent: true,
      body: overBody,
      summary:
        "Reminds all by e-mail whose debt is older than `over` days and who may be reminded; tells how many, and why others not",
      returns: { 200: reminded },
      handle: async (request) => {
        const { tx, body, shop, text } = request;
        const told = await reminders.sendAll(tx, mergeActor(request), body.over, shop, text.locale);
        const { queued, noMail: no_mail, noConsent: no_consent, recent } = told;
        return json({ queued, no_mail, no_consent, recent });
      },
    }),
    route({
      method: "GET",
      path: "/no-reminders/:token",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text }) => {
        await reminders.check(params.token);
        const path = `/no-reminders/${params.token}`;
        return page("customers/no-reminders", { title: text.t("customers.reminders.stop"), bare: true, path });
      },
    }),
    route({
      method: "POST",
      path: "/no-reminders/:token",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text, address }) => {
        await transaction((tx) => reminders.stop(tx, params.token, address));
        return page("customers/no-reminders", { title: text.t("customers.reminders.stop"), bare: true, done: true });
      },
    }),
  ];
}
