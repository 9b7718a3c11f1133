/** What buying offers to other plugins. */
import type { Tx } from "../../kernel/db/database.ts";
import { serviceRef } from "../../kernel/service.ts";
import type { Awaited } from "./awaited.ts";
import type { Actor } from "./domain.ts";
import type { Advised } from "./ordering.ts";
import type { CostRise, Terms } from "./queries/replenishment.ts";
import type { Suggestions } from "./replenishment.ts";

export type { Arrival, Awaited, Overdue } from "./awaited.ts";
export type { CostRise, Suggestions, Terms };

/** To order from suppliers; whoever makes an order for somebody asks for it. */
export const ORDER_PERMISSION = "purchases.order";

export interface Purchases {
  /** What to order for a store of each supplier. `perDay`: of these products alone, by what is expected to be sold on a day, thousandths. */
  suggestions(storeId: number, perDay: ReadonlyMap<number, number>): Promise<Suggestions>;
  /** Of whom each product is usually bought, and on what terms; those of nobody known are left out. */
  suppliersOf(productIds: readonly number[]): Promise<ReadonlyMap<number, Terms>>;
  /** What was ordered for a store and has not come, by product, and when it is expected; the suggestions go by the same. */
  awaited(storeId: number): Promise<ReadonlyMap<number, Awaited>>;
  /** Days that pass from an order to the delivery of whom nothing is known. */
  readonly leadTimeDays: number;
  /** Active products of which the last delivery to the store since then cost more than the one before it, of whomever. */
  costRises(storeId: number, since: Date): Promise<CostRise[]>;
  /**
   * A draft of what is still wanted of this advice, by what is expected to be sold on a day. Answers its id. Throws NOTHING_TO_ORDER and what
   * an order throws: TRAINING_STORE, faults of `supplier_id`.
   */
  order(tx: Tx, actor: Actor, advised: Advised): Promise<number>;
}

export const purchasesRef = serviceRef<Purchases>("purchases");
