/** All suppliers as a file, for people and programs. */
import { type Route, route } from "../../../kernel/http/route.ts";
import { SHEET_FORMATS, tableReply } from "../../../kernel/sheets/table.ts";
import type { SuppliersExport } from "../export.ts";
import { actorOf, READ } from "./shared.ts";

export function supplierExportRoutes(exportAll: SuppliersExport): Route[] {
  return SHEET_FORMATS.flatMap((format) => [
    route({
      method: "GET",
      path: `/suppliers/export.${format}`,
      surface: "page",
      access: READ,
      handle: async (request) => {
        const { text, shop } = request;
        const table = await exportAll(actorOf(request), format, text.locale, shop.currency);
        return tableReply(table, format, text.locale, text.t("purchases.suppliers.file"));
      },
    }),
    route({
      method: "GET",
      path: `/api/v1/suppliers/export.${format}`,
      surface: "v1",
      access: READ,
      summary: `All suppliers as ${format.toUpperCase()}, in the columns that the import reads`,
      returns: { 200: null },
      handle: async (request) => {
        const table = await exportAll(actorOf(request), format, "en", request.shop.currency);
        return tableReply(table, format, "en", "suppliers");
      },
    }),
  ]);
}
