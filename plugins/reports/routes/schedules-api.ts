/** Reports by e-mail for programs. */
import { z } from "zod";
import { empty, json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { RHYTHMS } from "../mailing/due.ts";
import { COMPARISONS } from "../period.ts";
import type { Schedule } from "../queries/schedules.ts";
import { LETTER_FORMATS, reportParams } from "../schema.ts";
import { addressBody, scheduleBody, scheduleOf, scheduleParams, scheduleQuery } from "../schema-schedules.ts";
import { actorOf, MAKE, type ScheduleParts } from "./schedules.ts";
import { place, READ } from "./shared.ts";

const schedule = z.strictObject({
  id: z.int(),
  report: z.string(),
  store_id: z.int().nullable(),
  compare: z.enum(COMPARISONS).nullable(),
  rhythm: z.enum(RHYTHMS),
  weekday: z.int().nullable(),
  month_day: z.int().nullable(),
  hour: z.int(),
  format: z.enum(LETTER_FORMATS),
  next_at: z.string(),
  by: z.string(),
  recipients: z.array(
    z.strictObject({ user_id: z.int(), last_state: z.enum(["queued", "sent", "failed", "dropped"]).nullable() }),
  ),
});
const address = z.strictObject({ email: z.string().nullable() });

export function schedulesApi({ db, mailings, reading }: ScheduleParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/schedules",
      surface: "v1",
      access: READ,
      summary:
        "Reports that go out by e-mail by themselves: of your stores, with `reports.schedule`, and those that you get",
      returns: { 200: z.strictObject({ data: z.array(schedule) }) },
      handle: async (request) =>
        json({ data: (await mailings.list(request, request.session.user.id)).map(scheduleJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/reports/schedules",
      surface: "v1",
      access: MAKE,
      idempotent: true,
      body: scheduleBody,
      summary:
        "Sends a report by e-mail daily, weekly (`weekday`, Monday is 1) or monthly (`month_day`, 1 to 28) at an hour of the store's clock, of the day, week or month before, to people who may read it; each gets what that person may see then",
      returns: { 201: z.strictObject({ id: z.int() }) },
      handle: async (request) => {
        const { report, recipients, ...body } = request.body;
        const wanted = scheduleOf({ ...body, recipients }, report, request.text.locale);
        return json({ id: await mailings.create(request.tx, actorOf(request), request, wanted, recipients) }, 201);
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/reports/schedules/:id",
      surface: "v1",
      access: MAKE,
      params: scheduleParams,
      summary: "Ends a report by e-mail for all of its recipients",
      returns: { 204: null },
      handle: async (request) => {
        await db.transaction((tx) => mailings.stop(tx, actorOf(request), request, request.params.id));
        return empty();
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/reports/schedules/:id/recipients/me",
      surface: "v1",
      access: READ,
      params: scheduleParams,
      summary: "You get that report by e-mail no more",
      returns: { 204: null },
      handle: async (request) => {
        await db.transaction((tx) => mailings.refuse(tx, actorOf(request), request.params.id));
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/:name/recipients",
      surface: "v1",
      access: MAKE,
      store: place,
      params: reportParams,
      query: scheduleQuery,
      summary: "People who may get that report by e-mail; to who has no address yet nothing is sent until then",
      returns: {
        200: z.strictObject({
          data: z.array(z.strictObject({ id: z.int(), full_name: z.string(), has_address: z.boolean() })),
        }),
      },
      handle: async (request) => {
        const { report } = await reading.ready(request.params.name, request.query, request);
        const found = await mailings.candidates(report.name, request.query.store_id);
        return json({
          data: found.map(({ id, fullName, reachable }) => ({ id, full_name: fullName, has_address: reachable })),
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/address",
      surface: "v1",
      access: READ,
      summary: "Where your reports go by e-mail",
      returns: { 200: address },
      handle: async ({ session }) => json({ email: (await mailings.addressOf(session.user.id)) ?? null }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/reports/address",
      surface: "v1",
      access: READ,
      body: addressBody,
      summary: "Says where your reports go by e-mail; null: nowhere",
      returns: { 200: address },
      handle: async (request) => {
        await db.transaction((tx) => mailings.setAddress(tx, actorOf(request), request.body.email));
        return json({ email: request.body.email ?? null });
      },
    }),
  ];
}

function scheduleJson(one: Schedule) {
  return {
    id: one.id,
    report: one.report,
    store_id: one.storeId ?? null,
    compare: one.compare ?? null,
    rhythm: one.rhythm,
    weekday: one.weekday ?? null,
    month_day: one.monthDay ?? null,
    hour: one.hour,
    format: one.format,
    next_at: one.nextAt.toISOString(),
    by: one.userName,
    recipients: one.recipients.map(({ userId, state }) => ({ user_id: userId, last_state: state })),
  };
}
