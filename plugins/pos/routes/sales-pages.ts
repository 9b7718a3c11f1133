/** Pages of posted sales: list, detail, receipt. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Sales } from "../sales.ts";
import { saleParams, salesQuery } from "../schema.ts";
import { saleModel, saleRow } from "../screens.ts";
import type { Tenders } from "../tenders.ts";

const access = { permission: "sales.read" } as const;

export function salesPages({ sales, tenders }: { sales: Sales; tenders: Tenders }): Route[] {
  const tenderNames = async () => new Map((await tenders.list()).map(({ code, name }) => [code, name]));
  return [
    route({
      method: "GET",
      path: "/sales",
      surface: "page",
      access,
      query: salesQuery,
      handle: async ({ query, text, shop }) => {
        const { limit, from, to, cashier, customer_id: customerId } = query;
        const before = readCursor(query.cursor, ["number"])?.[0];
        const rows = await sales.list({ limit, before, from, to, cashier, customerId });
        const { rows: shown, next } = pageOf(rows, limit, (sale) => [sale.id]);
        const filters = new URLSearchParams();
        for (const [key, value] of Object.entries({ from, to, cashier })) if (value) filters.set(key, value);
        if (next) filters.set("cursor", next);
        return page("pos/sales", {
          title: text.t("pos.sales.title"),
          styles: ["pos/pos.css"],
          sales: shown.map((sale) => saleRow(sale, text, shop)),
          filter: { from: from ?? "", to: to ?? "", cashier: cashier ?? "" },
          next: next ? `/sales?${filters}` : undefined,
        });
      },
    }),
    route({
      method: "GET",
      path: "/sales/:id",
      surface: "page",
      access,
      params: saleParams,
      handle: async ({ params, text, shop }) => {
        const sale = await sales.find(params.id);
        return page("pos/sale", {
          title: text.t("pos.sale.title", { number: sale.number }),
          ...saleModel(sale, text, shop, await tenderNames()),
        });
      },
    }),
  ];
}
