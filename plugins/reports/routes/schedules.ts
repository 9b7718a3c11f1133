/** Reports by e-mail on pages: make one from a report, see and end them, say where they go, and the link of a letter. */
import type { Database } from "../../../kernel/db/database.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import { type MailingActor, type Mailings, SCHEDULE } from "../mailing/mailings.ts";
import type { Reading } from "../reading.ts";
import { type Filters, reportParams } from "../schema.ts";
import {
  addressForm,
  scheduleForm,
  scheduleOf,
  scheduleParams,
  scheduleQuery,
  tokenParams,
} from "../schema-schedules.ts";
import { formModel, scheduleRow } from "./schedule-models.ts";
import { place, READ, searchOf } from "./shared.ts";

export const MAKE = { permission: SCHEDULE } as const;
const LIST = "/reports/schedules";

export interface ScheduleParts {
  db: Database;
  reading: Reading;
  mailings: Mailings;
}

type SignedIn = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "session" | "address">;
type Drawing = Pick<
  Request<{ name: string }, unknown, unknown, "signed-in", false>,
  "params" | "text" | "stores" | "shop" | "can"
>;
type Listing = Pick<
  Request<unknown, unknown, unknown, "signed-in", false>,
  "session" | "text" | "stores" | "shop" | "can"
>;

export const actorOf = ({ session, address }: SignedIn): MailingActor => ({ user: session.user, address });

export function schedulePages({ db, reading, mailings }: ScheduleParts): Route[] {
  const drawForm = async (request: Drawing, query: Filters, form?: FormState): Promise<Reply> => {
    const { params, text, shop } = request;
    const { report } = await reading.ready(params.name, query, request);
    const candidates = await mailings.candidates(report.name, query.store_id);
    const model = formModel({ report, query, candidates, possible: mailings.possible(), shop, form }, request);
    return page("reports/schedule-new", { ...model, title: text.t("reports.mail.new", { report: model.report }) });
  };
  const drawList = async (request: Listing, form?: FormState): Promise<Reply> => {
    const { session, text } = request;
    const rows = await mailings.list(request, session.user.id);
    const names = await mailings.names([...new Set(rows.flatMap((one) => one.recipients.map(({ userId }) => userId)))]);
    const email = await mailings.addressOf(session.user.id);
    return page("reports/schedules", {
      title: text.t("reports.mail.title"),
      form: form ?? { values: { email: email ?? "" }, errors: {} },
      impossible: mailings.possible() ? undefined : text.t("reports.errors.MAIL_NOT_SET"),
      rows: rows.map((one) => scheduleRow(one, names, request)),
    });
  };

  return [
    route({
      method: "GET",
      path: LIST,
      surface: "page",
      access: READ,
      handle: (request) => drawList(request),
    }),
    route({
      method: "POST",
      path: "/reports/schedules/address",
      surface: "page",
      access: READ,
      body: addressForm,
      redraw: (request, form) => drawList(request, form),
      handle: async (request) => {
        await db.transaction((tx) => mailings.setAddress(tx, actorOf(request), request.body.email));
        return redirect(LIST, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/reports/schedules/:id/stop",
      surface: "page",
      access: MAKE,
      params: scheduleParams,
      handle: async (request) => {
        await db.transaction((tx) => mailings.stop(tx, actorOf(request), request, request.params.id));
        return redirect(LIST, { flash: { text: "reports.flash.stopped" } });
      },
    }),
    route({
      method: "POST",
      path: "/reports/schedules/:id/refuse",
      surface: "page",
      access: READ,
      params: scheduleParams,
      handle: async (request) => {
        await db.transaction((tx) => mailings.refuse(tx, actorOf(request), request.params.id));
        return redirect(LIST, { flash: { text: "reports.flash.refused" } });
      },
    }),
    route({
      method: "GET",
      path: "/reports/:name/schedule",
      surface: "page",
      access: MAKE,
      store: place,
      params: reportParams,
      query: scheduleQuery,
      handle: (request) => drawForm(request, request.query),
    }),
    route({
      method: "POST",
      path: "/reports/:name/schedule",
      surface: "page",
      access: MAKE,
      idempotent: true,
      params: reportParams,
      body: scheduleForm,
      redraw: (request, form) => drawForm(request, typedFilters(form), form),
      handle: async (request) => {
        const { tx, params, body, text } = request;
        const schedule = scheduleOf(body, params.name, text.locale);
        await mailings.create(tx, actorOf(request), request, schedule, body.recipients);
        return redirect(LIST, { flash: { text: "reports.flash.scheduled" } });
      },
    }),
    route({
      method: "GET",
      path: "/reports/no-more/:token",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text }) => {
        await mailings.check(params.token);
        return page("reports/no-more", {
          title: text.t("reports.mail.stop"),
          bare: true,
          path: `/reports/no-more/${params.token}`,
        });
      },
    }),
    route({
      method: "POST",
      path: "/reports/no-more/:token",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text, address }) => {
        await db.transaction((tx) => mailings.refuseByLink(tx, params.token, address));
        return page("reports/no-more", { title: text.t("reports.mail.stop"), bare: true, done: true });
      },
    }),
  ];
}

/** What was typed is not to be believed: only what a filter can be is kept. */
function typedFilters({ values }: FormState): Filters {
  const id = Number(values["store_id"]);
  const compare = values["compare"];
  return {
    store_id: Number.isSafeInteger(id) && id > 0 ? id : undefined,
    compare: compare === "previous" || compare === "year" ? compare : undefined,
  };
}

export const scheduleLink = (name: string, { store_id, compare }: Filters) =>
  `/reports/${name}/schedule${searchOf({ store_id, compare })}`;
