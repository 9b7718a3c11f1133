/** What a customer bought: the last purchases and the favourite products, for the customer's page and for programs. */
import type { Database } from "../../kernel/db/database.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { doingBusiness, type Store } from "../../kernel/stores/store.ts";
import type { CustomerCardOnPage, Customers } from "../customers/api.ts";
import { type Bought, boughtBy } from "./queries/history.ts";
import { listSales } from "./queries/sales.ts";

export type History = ReturnType<typeof createHistory>;

const LAST = 10;

export function createHistory({ db, customers }: { db: Database; customers: Pick<Customers, "idsOf"> }) {
  const of = async (id: number, stores: readonly Store[]): Promise<Bought> =>
    boughtBy(
      db.replica,
      await customers.idsOf(id),
      doingBusiness(stores).map((store) => store.id),
    );
  return {
    of,

    card: {
      async load({ id, ids }, { text, shop, stores, can }) {
        if (!can("sales.read")) return undefined;
        const storeIds = doingBusiness(stores).map((store) => store.id);
        const [sales, bought] = await Promise.all([
          listSales(db.replica, { customerIds: ids, storeIds, limit: LAST }),
          boughtBy(db.replica, ids, storeIds),
        ]);
        return {
          view: "pos/customer-history",
          model: { history: historyModel(id, sales.slice(0, LAST), bought, text, shop) },
        };
      },
    } satisfies CustomerCardOnPage,
  };
}

function historyModel(
  id: number,
  sales: Awaited<ReturnType<typeof listSales>>,
  { sales: count, favourites, totals }: Bought,
  text: Text,
  shop: Shop,
) {
  return {
    summary: text.t("pos.history.summary", {
      count,
      total: totals.map(({ currency, totalMinor }) => text.money(totalMinor, currency)).join(" + "),
    }),
    all: `/sales?customer_id=${id}`,
    favourites: favourites.map((one) => ({
      path: `/products/${one.productId}`,
      name: one.name,
      times: text.t("pos.history.times", { count: one.times }),
      quantity: `${text.quantity(one.quantityMilli)} ${one.unit}`,
    })),
    sales: sales.map((sale) => ({
      path: `/sales/${sale.id}`,
      number: sale.number,
      at: text.dateTime(sale.createdAt, shop.timeZone),
      total: text.money(sale.totalMinor, sale.currency),
    })),
  };
}
