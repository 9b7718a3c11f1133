/** How much each product is in demand, with what is long ago counting less; in memory, made anew at times. */
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Inventory } from "../inventory/api.ts";

const DAY_MS = 86_400_000;
const DAYS = 180;
const HALF_LIFE_DAYS = 30;

export type Popularity = ReturnType<typeof createPopularity>;

export function createPopularity({
  clock,
  log,
  inventory,
}: {
  clock: Clock;
  log: Logger;
  inventory: Pick<Inventory, "demand">;
}) {
  let weights: ReadonlyMap<number, number> = new Map();
  return {
    /** Another map after each time it was made anew. */
    weights: () => weights,
    of: (productId: number): number => weights.get(productId) ?? 0,
    async refresh(): Promise<void> {
      try {
        const since = new Date(clock.now().getTime() - DAYS * DAY_MS);
        const demand = await inventory.demand(since, HALF_LIFE_DAYS);
        weights = new Map(demand.map(({ productId, weight }) => [productId, weight]));
      } catch (error) {
        log.warn({ err: error }, "the demand of products was not read");
      }
    },
  };
}
