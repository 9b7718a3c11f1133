/** Pages of posted sales: list, detail, receipt. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { SEE_COSTS } from "../../inventory/api.ts";
import type { Sales } from "../sales.ts";
import { saleParams, salesQuery } from "../schema.ts";
import { earned, saleModel, saleRow } from "../screens.ts";
import type { Tenders } from "../tenders.ts";
import { storeOptions, storesAsked } from "./at-till.ts";
import type { Places } from "./places.ts";

const access = { permission: "sales.read" } as const;

export function salesPages(parts: {
  sales: Sales;
  tenders: Tenders;
  stores: Pick<Stores, "shopsOf" | "shopOf">;
  place: Places;
}): Route[] {
  const { sales, tenders, place } = parts;
  const tenderNames = async () => new Map((await tenders.list()).map(({ code, name }) => [code, name]));
  return [
    route({
      method: "GET",
      path: "/sales",
      surface: "page",
      access,
      store: place.store,
      query: salesQuery,
      handle: async ({ query, text, stores }) => {
        const { limit, from, to, cashier, customer_id: customerId, store_id: storeId } = query;
        const before = readCursor(query.cursor, ["number"])?.[0];
        const rows = await sales.list({
          limit,
          before,
          from,
          to,
          cashier,
          customerId,
          storeIds: storesAsked(stores, storeId),
        });
        const { rows: shown, next } = pageOf(rows, limit, (sale) => [sale.id]);
        const shopOf = await parts.stores.shopsOf(shown);
        const filters = new URLSearchParams();
        for (const [key, value] of Object.entries({ from, to, cashier, store_id: storeId, customer_id: customerId }))
          if (value) filters.set(key, String(value));
        if (next) filters.set("cursor", next);
        return page("pos/sales", {
          title: text.t("pos.sales.title"),
          styles: ["pos/pos.css"],
          sales: shown.map((sale) => saleRow(sale, text, shopOf(sale))),
          filter: { from: from ?? "", to: to ?? "", cashier: cashier ?? "", store: storeId ?? "" },
          stores: storeOptions(stores, text.t("pos.stores.all")),
          next: next ? `/sales?${filters}` : undefined,
        });
      },
    }),
    route({
      method: "GET",
      path: "/sales/:id",
      surface: "page",
      access,
      store: place.sale,
      params: saleParams,
      handle: async ({ params, text, shop, can }) => {
        const sale = await sales.find(params.id);
        const costsIn = can(SEE_COSTS) ? (await parts.stores.shopOf(undefined)).currency : undefined;
        return page("pos/sale", {
          title: text.t("pos.sale.title", { number: sale.number }),
          ...saleModel(sale, text, shop, await tenderNames()),
          earned: earned(sale, text, costsIn),
        });
      },
    }),
  ];
}
