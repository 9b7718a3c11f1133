/** Putting a sale aside, taking it up again, giving it up; and notes on a sale and its lines. */
import { z } from "zod";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Carts } from "../carts.ts";
import type { Parking } from "../parking.ts";
import { cartParams, lineParams } from "../schema.ts";
import { type AtTill, atNone, atTill } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
const NONE: FormState = { values: {}, errors: {} };
const parkForm = (input: Input) => z.strictObject({ name: input.text(60) });
const noteForm = (input: Input) => z.strictObject({ note: input.optionalText(200) });
const reasonForm = (input: Input) => z.strictObject({ reason: input.text(200) });
const parkedAnswer = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.uuid(),
      name: z.string(),
      parked_by: z.string(),
      parked_at: z.string(),
      lines: z.int(),
      goods: z.array(z.string()),
    }),
  ),
});

interface Drawing extends AtTill {
  session: Session;
  text: Text;
}

export function parkingRoutes({ parking, carts }: { parking: Parking; carts: Carts }): Route[] {
  const drawPark = ({ text, params }: { text: Text; params: { cart: string } }, form: FormState = NONE): Reply =>
    page("pos/park", { title: text.t("pos.park.title"), base: `/pos/carts/${params.cart}`, form });

  const drawParked = async (request: Drawing, form: FormState = NONE, failed?: string): Promise<Reply> => {
    const { text, shop } = request;
    const register = await carts.register(atTill(request));
    const parked = await parking.list(register.id);
    return page("pos/parked", {
      title: text.t("pos.park.list"),
      styles: ["pos/pos.css"],
      register: register.name,
      form,
      parked: parked.map((one) => ({
        base: `/pos/parked/${one.id}`,
        name: one.name,
        by: text.t("pos.park.by", { name: one.userName, when: text.dateTime(one.parkedAt, shop.timeZone) }),
        goods: `${one.goods.join(", ")}${one.lines > one.goods.length ? "…" : ""}`,
        count: text.t("pos.register.lines", { count: one.lines }),
        reason: one.id === failed ? form.values["reason"] : "",
        error: one.id === failed ? form.errors["reason"] : undefined,
      })),
    });
  };

  const drawNote = async (
    { session, text, params }: Drawing & { params: { cart: string; line?: number } },
    form?: FormState,
  ): Promise<Reply> => {
    const seller = sellerOf(session);
    const { cart: id, line: number } = params;
    const line = number === undefined ? undefined : await carts.line(id, seller, number);
    const stored = line ? line.note : (await carts.read(id, seller)).note;
    return page("pos/note", {
      title: text.t("pos.note.title"),
      about: line ? line.name : text.t("pos.discount.whole"),
      base: `/pos/carts/${id}`,
      action: number === undefined ? `/pos/carts/${id}/note` : `/pos/carts/${id}/lines/${number}/note`,
      form: form ?? { values: { note: stored ?? "" }, errors: {} },
    });
  };

  const notes = [
    { path: "/pos/carts/:cart/note", params: cartParams },
    { path: "/pos/carts/:cart/lines/:line/note", params: lineParams },
  ].flatMap(({ path, params }) => [
    route({
      method: "GET",
      path,
      surface: "page",
      access,
      params: params as z.ZodType<{ cart: string; line?: number }>,
      handle: (request) => drawNote(request),
    }),
    route({
      method: "POST",
      path,
      surface: "page",
      access,
      idempotent: true,
      params: params as z.ZodType<{ cart: string; line?: number }>,
      body: noteForm,
      redraw: drawNote,
      handle: async ({ tx, params: { cart, line }, body, session }) => {
        await parking.note(tx, { cart, line }, body.note, sellerOf(session));
        return redirect(`/pos/carts/${cart}`);
      },
    }),
  ]);

  return [
    ...notes,
    route({
      method: "GET",
      path: "/pos/carts/:cart/park",
      surface: "page",
      access,
      params: cartParams,
      handle: async (request) => drawPark(request),
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/park",
      surface: "page",
      access,
      idempotent: true,
      params: cartParams,
      body: parkForm,
      redraw: async (request, form) => drawPark(request, form),
      handle: async ({ tx, params, body, session }) => {
        await parking.park(tx, params.cart, body.name, sellerOf(session));
        return redirect("/pos/new", { flash: { text: "pos.flash.parked", params: { name: body.name } } });
      },
    }),
    route({
      method: "GET",
      path: "/pos/parked",
      surface: "page",
      access,
      handle: (request) => drawParked(request),
    }),
    route({
      method: "POST",
      path: "/pos/parked/:cart/resume",
      surface: "page",
      access,
      idempotent: true,
      params: cartParams,
      redraw: (request, form) => drawParked(request, form),
      handle: async (request) => {
        const { tx, params, session } = request;
        const register = await carts.register(atTill(request));
        await parking.resume(tx, params.cart, register.id, sellerOf(session));
        return redirect(`/pos/carts/${params.cart}`);
      },
    }),
    route({
      method: "POST",
      path: "/pos/parked/:cart/discard",
      surface: "page",
      access,
      idempotent: true,
      params: cartParams,
      body: reasonForm,
      redraw: (request, form) => drawParked(request, form, request.params.cart),
      handle: async (request) => {
        const { tx, params, body, session, address } = request;
        const by = { seller: sellerOf(session), address };
        const register = await carts.register(atTill(request));
        await parking.discard(tx, params.cart, register.id, body.reason, by);
        return redirect("/pos/parked", { flash: { text: "pos.flash.discarded" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/parked-sales",
      surface: "v1",
      access,
      summary: "Sales put aside at a register, the longest waiting first",
      query: (input: Input) => z.strictObject({ register_id: input.id().optional() }),
      returns: { 200: parkedAnswer },
      handle: async (request) => {
        const { register_id: asked } = request.query;
        const parked = await parking.list(asked ?? (await carts.register(atNone(request))).id);
        return json({
          data: parked.map((one) => ({
            id: one.id,
            name: one.name,
            parked_by: one.userName,
            parked_at: one.parkedAt.toISOString(),
            lines: one.lines,
            goods: one.goods,
          })),
        });
      },
    }),
  ];
}
