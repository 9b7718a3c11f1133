/** What inventory says on the home page: how to begin, then what runs low. */
import type { HomeCard } from "../../kernel/plugin.ts";
import { doingBusiness } from "../../kernel/stores/store.ts";
import { countsBlind } from "./api.ts";
import type { Products } from "./products.ts";
import { IMPORT, linkTo, MANAGE, READ } from "./routes/shared.ts";
import type { Stock } from "./stock.ts";

export function homeCard({ products, stock }: { products: Products; stock: Stock }): HomeCard {
  return {
    order: 20,
    async load({ can, text, stores }) {
      if (!can(READ.permission)) return undefined;
      if (await products.isEmpty()) {
        if (!can(IMPORT.permission)) return undefined;
        return { view: "inventory/_home-empty", model: { mayManage: can(MANAGE.permission) } };
      }
      const working = doingBusiness(stores).filter(({ active }) => active);
      const several = working.length > 1;
      const ids = working.map(({ id }) => id);
      const low = (await stock.countLow(ids, { notCounting: countsBlind(can) })).map((one) => ({
        store: several ? working.find(({ id }) => id === one.storeId)?.name : undefined,
        href: linkTo("/inventory", { low: "1", store_id: several ? one.storeId : undefined }),
        text: text.t("inventory.home.low", { count: one.low }),
      }));
      return low.length === 0 ? undefined : { view: "inventory/_home-low", model: { low } };
    },
  };
}
