/** Price lists sent by programs. */
import { z } from "zod";
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { XLSX_TYPE } from "../../../../kernel/sheets/write.ts";
import { MOST_BYTES } from "../../imports.ts";
import {
  importAcceptedJson,
  importJobJson,
  importResultJson,
  toImportJob,
  toImportResult,
} from "../../present/imports.ts";
import { importQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, IMPORT, storeToChange } from "../shared.ts";

/** More faults than this are in the file that the page of the import offers. */
const MOST_FAULTS = 2000;

export function importsApi({ imports }: Pick<RouteParts, "imports">): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/products/import",
      surface: "v1",
      access: IMPORT,
      upload: MOST_BYTES,
      uploadTypes: ["text/csv", XLSX_TYPE],
      query: importQuery,
      summary:
        "Adds and updates products by SKU from CSV or XLSX (the body, or a form's field `file`); long files become a job. Stock goes to the store.",
      returns: { 200: importResultJson, 202: importAcceptedJson },
      handle: async (request) => {
        const { dry_run: dryRun, atomic, store_id: asked } = request.query;
        const storeId = storeToChange(request.stores, asked);
        const { file, text } = request;
        const one = await imports.submit(actorOf(request), { file, storeId, dryRun, atomic, locale: "en" });
        if (one.status === "checking") return json({ job_id: one.id }, 202);
        return json(toImportResult(one, await imports.faults(one.id, undefined, MOST_FAULTS), text));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/imports/:job_id",
      surface: "v1",
      access: IMPORT,
      params: (input) => z.strictObject({ job_id: input.id() }),
      summary: "How far an import is: `done`, `checked` (dry run) and `refused` are its ends.",
      returns: { 200: importJobJson },
      handle: async ({ params, text }) => {
        const one = await imports.get(params.job_id);
        return json(toImportJob(one, await imports.faults(one.id, undefined, MOST_FAULTS), text));
      },
    }),
  ];
}
