/** All customers as a file, for people and programs. */
import { type Route, route } from "../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../kernel/sheets/table.ts";
import type { CustomersExport } from "../export.ts";
import { actorOf, EXPORT } from "./shared.ts";

const access = { permission: EXPORT };

export function exportRoutes(exportAll: CustomersExport): Route[] {
  return SHEET_FORMATS.flatMap((format) => [
    route({
      method: "GET",
      path: `/customers/export.${format}`,
      surface: "page",
      access,
      handle: async (request) => {
        const { text } = request;
        const table = await exportAll(actorOf(request), format, text.locale, text);
        return tableReply(table, format, text.locale, text.t("customers.export.file"));
      },
    }),
    route({
      method: "GET",
      path: `/api/v1/customers/export.${format}`,
      surface: "v1",
      access,
      summary: `All customers as ${format.toUpperCase()}, in the columns that the import reads, with what they owe; decimal points.`,
      returns: { 200: null },
      handle: async (request) =>
        tableReply(await exportAll(actorOf(request), format, "en", request.text), format, "en", "customers"),
    }),
  ]);
}
