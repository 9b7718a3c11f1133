/** Lists sent by programs. */
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { kernelErrors } from "../errors.ts";
import { json } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { type Input, idOrNothing } from "../input.ts";
import { XLSX_TYPE } from "../sheets/write.ts";
import { type Imports, MOST_BYTES } from "./imports.ts";
import type { AnyList } from "./list.ts";
import { importAcceptedJson, importJobJson, importResultJson, toImportJob, toImportResult } from "./present.ts";
import { faultsAfter, importById } from "./queries.ts";
import { importerOf, readable, storeOf } from "./shared.ts";

/** More faults than this are in the file that the page of the import offers. */
const MOST_FAULTS = 2000;

const flagText = z
  .enum(["true", "false", "1", "0", ""], "kernel.validation.choice")
  .optional()
  .transform((value) => value === "true" || value === "1");

const importQuery = (input: Input) =>
  z.strictObject({ dry_run: flagText, atomic: flagText, store_id: idOrNothing(input) });

export function listApi(imports: Imports, list: AnyList): Route {
  return route({
    method: "POST",
    path: `/api/v1/${list.name}/import`,
    surface: "v1",
    access: { permission: list.permission },
    upload: MOST_BYTES,
    uploadTypes: ["text/csv", XLSX_TYPE],
    query: importQuery,
    summary: `${list.summary} From CSV or XLSX (the body, or a form's field \`file\`); long files become a job.`,
    returns: { 200: importResultJson, 202: importAcceptedJson },
    handle: async (request) => {
      const { dry_run: dryRun, atomic, store_id: asked } = request.query;
      const { file, text } = request;
      const storeId = storeOf(list, request.stores, asked);
      const one = await imports.submit(list, importerOf(request), { file, storeId, dryRun, atomic, locale: "en" });
      if (one.status === "checking") return json({ job_id: one.id }, 202);
      return json(toImportResult(one, await imports.faults(one.id, undefined, MOST_FAULTS), text));
    },
  });
}

/** The state of any list's import: the kernel's own route, since all lists share it. */
export function importJobRoutes({ db }: { db: Database }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/imports/:job_id",
      surface: "v1",
      access: "signed-in",
      params: (input) => z.strictObject({ job_id: input.id() }),
      summary: "How far an import is: `done`, `checked` (dry run) and `refused` are its ends.",
      returns: { 200: importJobJson },
      handle: async ({ params, text, can, stores }) => {
        const one = readable(await importById(db.primary, params.job_id), stores);
        if (!can(one.permission)) throw kernelErrors.FORBIDDEN();
        return json(toImportJob(one, await faultsAfter(db.primary, one.id, undefined, MOST_FAULTS), text));
      },
    }),
  ];
}
