/** What holds a product to what it is: goods on a shelf do not become a service while they stand there, or somebody waits for them. */
import type { Tx } from "../../kernel/db/database.ts";
import type { FindOrders } from "./api.ts";
import { errors } from "./errors.ts";
import { type Hold, holdsOf, lockShelvesOf } from "./queries/holds.ts";

/** A service, or another unit: what others wrote of it would mean something else. */
export const AS_GOODS = ["stock", "transfer", "count", "kit", "order"] as const;
/** A kit may itself be part of a kit. */
export const AS_PART = ["stock", "transfer", "count", "order"] as const;
/** Orders and kits say nothing of lots. */
export const WITH_LOTS = ["stock", "transfer", "count"] as const;

const REFUSALS = {
  stock: errors.KIND_HAS_STOCK,
  transfer: errors.KIND_IN_TRANSFER,
  count: errors.KIND_COUNTED,
  kit: errors.KIND_IN_KIT,
  order: errors.KIND_ORDERED,
} as const;

export type Holds = ReturnType<typeof createHolds>;

export function createHolds() {
  let findOrders: FindOrders | undefined;

  /** By product, the first reason each. Who goes on to change them has locked their shelves before. */
  async function of(tx: Tx, productIds: readonly number[], kinds: readonly Hold["by"][]): Promise<Map<number, Hold>> {
    const held = await holdsOf(tx, productIds, kinds);
    const free = productIds.filter((id) => !held.has(id));
    if (free.length === 0 || !kinds.includes("order")) return held;
    for (const [id, number] of (await findOrders?.(tx, free)) ?? []) held.set(id, { by: "order", number });
    return held;
  }

  return {
    of,
    lock: lockShelvesOf,
    registerOrders(find: FindOrders): void {
      findOrders = find;
    },
    /** Throws KIND_HAS_STOCK, KIND_IN_TRANSFER, KIND_COUNTED, KIND_IN_KIT, KIND_ORDERED. */
    async refuse(tx: Tx, { id, name }: { id: number; name: string }, kinds: readonly Hold["by"][]): Promise<void> {
      await lockShelvesOf(tx, [id]);
      const hold = (await of(tx, [id], kinds)).get(id);
      if (hold) throw REFUSALS[hold.by]({ params: { name, number: hold.number } });
    },
  };
}
