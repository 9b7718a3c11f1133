/** Receipts by e-mail, asked for on a page or by a program. */
import { z } from "zod";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Letters } from "../letters/letters.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { saleParams } from "../schema.ts";
import { registerActor } from "./registers.ts";

const access = { permission: "sales.read" } as const;
// what waits in the queue of letters is everybody's: reports and reminders stand behind receipts
const throttle = { limit: "letters" } as const;
const body = z.strictObject({
  to: z.string().trim().max(254, "kernel.validation.too_long").pipe(z.email("pos.validation.email")),
});
const answer = z.strictObject({ id: z.int(), state: z.enum(["queued", "sent", "failed"]) });

export function letterRoutes({ letters, receipts }: { letters: Letters; receipts: Receipts }): Route[] {
  const draw = async (
    { params, text, shop }: { params: { id: number }; text: Text; shop: Shop },
    form: FormState = { values: {}, errors: {} },
  ): Promise<Reply> => {
    const [{ sale }, sent] = await Promise.all([receipts.read(params.id, { text }), letters.of(params.id)]);
    return page("pos/letters", {
      title: text.t("pos.letters.title", { number: sale.number }),
      possible: letters.possible,
      path: `/sales/${sale.id}/email`,
      receipt: `/sales/${sale.id}/receipt`,
      form,
      letters: sent.map((one) => ({
        address: one.sale?.address ?? "",
        at: text.dateTime(one.createdAt, shop.timeZone),
        state: text.t(`pos.letters.states.${one.state}`),
        bad: one.state === "failed" || one.lastError !== undefined,
        why: one.lastError,
      })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/sales/:id/email",
      surface: "page",
      access,
      params: saleParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/sales/:id/email",
      surface: "page",
      access,
      throttle,
      idempotent: true,
      params: saleParams,
      body,
      redraw: draw,
      handle: async (request) => {
        const { tx, params, text } = request;
        await letters.send(tx, registerActor(request), params.id, request.body.to, text.locale);
        return redirect(`/sales/${params.id}/email`, { flash: { text: "pos.flash.letter_queued" } });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sales/:id/email",
      surface: "v1",
      access,
      throttle,
      idempotent: true,
      params: saleParams,
      body,
      summary: "Sends the receipt as PDF to an address; it is queued and tried again for about two hours",
      returns: { 201: answer },
      handle: async (request) => {
        const { tx, params, text } = request;
        const id = await letters.send(tx, registerActor(request), params.id, request.body.to, text.locale);
        return json({ id, state: "queued" }, 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sales/:id/email",
      surface: "v1",
      access,
      params: saleParams,
      summary: "What became of the last letters with this receipt, newest first",
      returns: { 200: z.strictObject({ data: z.array(answer) }) },
      handle: async ({ params }) =>
        json({ data: (await letters.of(params.id)).map(({ id, state }) => ({ id, state })) }),
    }),
  ];
}
