/** Printers and their queue for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { jobJson, printerJson } from "../present-printers.ts";
import type { Printing } from "../printing/printing.ts";
import {
  assignBody,
  jobAnswer,
  jobsAnswer,
  jobsQuery,
  newPrinterBody,
  printerAnswer,
  printerParams,
  printerPatch,
  printersAnswer,
  registerPrinterAnswer,
} from "../schema-printers.ts";
import type { Places } from "./places.ts";
import { MANAGE_PRINTERS } from "./printers.ts";
import { registerActor } from "./registers.ts";

const manage = { permission: MANAGE_PRINTERS } as const;
const use = { permission: "pos.sell" } as const;

export function printersApi({
  printing,
  place,
}: {
  printing: Printing;
  place: Pick<Places, "job" | "register">;
}): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/printers",
      surface: "v1",
      access: use,
      summary: "The printers of the shop",
      returns: { 200: printersAnswer },
      handle: async () => json({ data: (await printing.list()).map(printerJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/printers",
      surface: "v1",
      access: manage,
      idempotent: true,
      body: newPrinterBody,
      summary: "Adds a printer of the shop's network that takes ESC/POS on a TCP port",
      returns: { 201: printerAnswer },
      handle: async (request) => {
        const { code_page: codePage, kicks_drawer: kicksDrawer, ...rest } = request.body;
        const printer = { ...rest, codePage, kicksDrawer, active: true };
        const id = await printing.create(request.tx, registerActor(request), printer);
        return json(printerJson({ id, ...printer }), 201);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/printers/:id",
      surface: "v1",
      access: manage,
      params: printerParams,
      body: printerPatch,
      summary: "Changes a printer or takes it out of use",
      returns: { 200: printerAnswer },
      handle: async (request) => {
        const before = await printing.find(request.params.id);
        const { code_page: codePage, kicks_drawer: kicksDrawer, ...rest } = request.body;
        const given = Object.entries({ ...rest, codePage, kicksDrawer }).filter(([, value]) => value !== undefined);
        await printing.update(registerActor(request), { ...before, ...Object.fromEntries(given) });
        return json(printerJson(await printing.find(before.id)));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/printers/:id/test",
      surface: "v1",
      access: manage,
      idempotent: true,
      params: printerParams,
      summary: "Puts a test page into the printer's queue",
      returns: { 201: jobAnswer },
      handle: async ({ tx, params }) => {
        const job = await printing.findJob(tx, await printing.test(tx, params.id));
        return json(job && jobJson(job), 201);
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/registers/:id/printer",
      store: place.register,
      surface: "v1",
      access: manage,
      params: printerParams,
      body: assignBody,
      summary: "Which printer a register's receipts come from; null for none",
      returns: { 200: registerPrinterAnswer },
      handle: async (request) => {
        const { printer_id: printerId } = request.body;
        await printing.assign(registerActor(request), request.params.id, printerId ?? undefined);
        return json({ register_id: request.params.id, printer_id: printerId });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/print-jobs",
      surface: "v1",
      access: use,
      query: jobsQuery,
      summary: "What was printed and what waits, newest first; open=true leaves out what is done or cancelled",
      returns: { 200: jobsAnswer },
      handle: async ({ query, stores }) => {
        const storeIds = stores.map(({ id }) => id);
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await printing.jobs({ before, limit: query.limit, open: query.open === "true", storeIds });
        const { rows, next } = pageOf(found, query.limit, (job) => [job.id]);
        return json({ data: rows.map(jobJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/print-jobs/:id/retry",
      store: place.job,
      surface: "v1",
      access: use,
      idempotent: true,
      params: printerParams,
      summary: "Tries a waiting or failed job again now",
      returns: { 200: jobAnswer },
      handle: async ({ tx, params }) => json(jobJson(await printing.retry(tx, params.id))),
    }),
    route({
      method: "POST",
      path: "/api/v1/print-jobs/:id/cancel",
      store: place.job,
      surface: "v1",
      access: use,
      idempotent: true,
      params: printerParams,
      summary: "Gives up a waiting or failed job",
      returns: { 200: jobAnswer },
      handle: async (request) =>
        json(jobJson(await printing.cancel(request.tx, registerActor(request), request.params.id))),
    }),
  ];
}
