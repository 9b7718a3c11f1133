/** Points of a customer: how they came and went. */
import { z } from "zod";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Register } from "../customers.ts";
import { POINT_REASONS, type Points } from "../points/points.ts";
import { customerParams, entriesQuery } from "../schema.ts";
import { ADJUST_POINTS, mergeActor, READ } from "./shared.ts";

const answer = z.strictObject({
  points: z.int(),
  data: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.enum(["earn", "spend", "refund", "reverse", "merge", "adjust"]),
      points: z.int(),
      balance: z.int(),
      document: z.strictObject({ type: z.string(), id: z.int(), number: z.string() }),
      by: z.string(),
      reason: z.enum(POINT_REASONS).nullable(),
      note: z.string().nullable(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

const MOST = 1_000_000;
const adjustBody = (input: Input) =>
  z.strictObject({
    // with a sign: what is given, or taken
    points: z
      .union([z.number(), z.string().max(20)], "customers.validation.points_whole")
      .transform((typed) =>
        typeof typed === "number" || /^\s*[+-]?\d{1,15}\s*$/.test(typed) ? Number(typed) : Number.NaN,
      )
      .pipe(
        z
          .number("customers.validation.points_whole")
          .min(-MOST, "customers.validation.points_many")
          .max(MOST, "customers.validation.points_many")
          .refine((points) => Number.isInteger(points) && points !== 0, "customers.validation.points_whole"),
      ),
    reason: z.enum(POINT_REASONS, "kernel.validation.choice"),
    note: input.optionalText(200),
  });

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "shop" | "can">;
/** It is the shop's as a whole where nobody works in a store. */
const NO_STORE = 0;
/** under a form that was refused */
const FIRST = 50;

export function pointRoutes({ register, points }: { register: Pick<Register, "get">; points: Points }): Route[] {
  const ask = { access: READ, params: customerParams, query: entriesQuery } as const;
  const load = async (id: number, query: { cursor?: string | undefined; limit: number }) => {
    const customer = await register.get(id);
    const found = await points.entries(id, readCursor(query.cursor, ["number"])?.[0], query.limit);
    return { customer, ...pageOf(found, query.limit, (one) => [one.id]) };
  };
  const draw = async (
    { params, text, shop, can }: Asked,
    query: { cursor?: string | undefined; limit: number },
    form: FormState = { values: {}, errors: {} },
  ) => {
    const { customer, rows, next } = await load(params.id, query);
    const path = `/customers/${customer.id}`;
    return page("customers/points", {
      title: text.t("customers.points.of", { name: customer.name }),
      path,
      points: text.integer(customer.points),
      worth: text.t("customers.points.worth", { worth: text.money(await points.worth(customer), customer.currency) }),
      mayAdjust: can(ADJUST_POINTS) && customer.mergedInto === undefined && customer.erasedAt === undefined,
      form,
      reasons: POINT_REASONS.map((value) => ({ value, label: text.t(`customers.points.reasons.${value}`) })),
      entries: rows.map((one) => ({
        at: text.dateTime(one.createdAt, shop.timeZone),
        kind: text.t(`customers.points.kinds.${one.kind}`),
        number: one.reason ? text.t(`customers.points.reasons.${one.reason}`) : one.document.number,
        note: one.note ?? "",
        points: text.integer(one.points),
        balance: text.integer(one.balancePoints),
        by: one.userName,
      })),
      next: next === null ? undefined : `${path}/points?cursor=${next}`,
    });
  };

  return [
    route({
      method: "GET",
      path: "/customers/:id/points",
      surface: "page",
      ...ask,
      handle: (request) => draw(request, request.query),
    }),
    route({
      method: "POST",
      path: "/customers/:id/points",
      surface: "page",
      access: { permission: ADJUST_POINTS },
      idempotent: true,
      params: customerParams,
      body: adjustBody,
      redraw: (request, form) => draw(request, { limit: FIRST }, form),
      handle: async (request) => {
        const { tx, params, body, shop } = request;
        const where = { customerId: params.id, storeId: shop.storeId ?? NO_STORE };
        await points.adjust(tx, mergeActor(request), where, { ...body, note: body.note });
        return redirect(`/customers/${params.id}/points`, { flash: { text: "customers.flash.points_adjusted" } });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/points",
      surface: "v1",
      access: { permission: ADJUST_POINTS },
      idempotent: true,
      params: customerParams,
      body: adjustBody,
      summary: "Gives points by hand, or takes them where `points` is below zero; never more than there are",
      returns: { 201: z.strictObject({ id: z.int(), points: z.int() }) },
      handle: async (request) => {
        const { tx, params, body, shop } = request;
        const where = { customerId: params.id, storeId: shop.storeId ?? NO_STORE };
        const { id, balance } = await points.adjust(tx, mergeActor(request), where, { ...body, note: body.note });
        return json({ id, points: balance }, 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/points",
      surface: "v1",
      ...ask,
      summary: "The points of a customer and how they came and went, newest first",
      returns: { 200: answer },
      handle: async ({ params, query }) => {
        const { customer, rows, next } = await load(params.id, query);
        const data = rows.map(({ balancePoints: balance, userName: by, createdAt, reason, note, ...one }) => ({
          ...one,
          balance,
          by,
          reason: reason ?? null,
          note: note ?? null,
          created_at: createdAt.toISOString(),
        }));
        return json({ points: customer.points, data, next_cursor: next });
      },
    }),
  ];
}
