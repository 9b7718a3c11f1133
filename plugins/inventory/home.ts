/** What inventory says on the home page: how to begin, then what runs low. */
import type { HomeCard } from "../../kernel/plugin.ts";
import type { Products } from "./products.ts";
import { IMPORT, MANAGE, READ } from "./routes/shared.ts";
import type { Stock } from "./stock.ts";

export function homeCard({ products, stock }: { products: Products; stock: Stock }): HomeCard {
  return {
    order: 20,
    async load({ can, text }) {
      if (!can(READ.permission)) return undefined;
      if (await products.isEmpty()) {
        if (!can(IMPORT.permission)) return undefined;
        return { view: "inventory/_home-empty", model: { mayManage: can(MANAGE.permission) } };
      }
      const low = await stock.countLow();
      if (low === 0) return undefined;
      return { view: "inventory/_home-low", model: { low: text.t("inventory.home.low", { count: low }) } };
    },
  };
}
