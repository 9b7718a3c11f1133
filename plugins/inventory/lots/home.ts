/** The home page tells when something goes bad soon, or is bad and still on the shelf. */
import type { HomeCard } from "../../../kernel/plugin.ts";
import { doingBusiness } from "../../../kernel/stores/store.ts";
import { countsBlind } from "../api.ts";
import { READ } from "../routes/shared.ts";
import type { Lots } from "./lots.ts";

export function lotsCard({ lots }: { lots: Pick<Lots, "horizon" | "count"> }): HomeCard {
  return {
    order: 21,
    async load({ can, text, stores }) {
      if (!can(READ.permission)) return undefined;
      const { until, days } = await lots.horizon();
      const storeIds = doingBusiness(stores).map(({ id }) => id);
      const count = await lots.count({ storeIds, until, notCounting: countsBlind(can) });
      if (count === 0) return undefined;
      return { view: "inventory/_home-lots", model: { text: text.t("inventory.lots.home", { count, days }) } };
    },
  };
}
