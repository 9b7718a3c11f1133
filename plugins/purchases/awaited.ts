/** What was ordered and has not come, and when it is expected: one rule for whoever suggests, advises or watches. */
import type { Clock } from "../../kernel/clock.ts";
import { businessDate, daysBetween, plusDays } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { orderNumber } from "./domain.ts";
import { openLines } from "./queries/replenishment.ts";

/** What an order lacks of a product; thousandths. */
export interface OpenLine {
  orderId: number;
  productId: number;
  milli: number;
  /** of its supplier */
  leadTimeDays: number;
  /** undefined: a draft */
  sentOn: string | undefined;
}

/** An order whose day is past. Business days of its store. */
export interface Overdue {
  number: string;
  sentOn: string;
  dueOn: string;
  milli: number;
}

/** What is expected so many days from today. */
export interface Arrival {
  milli: number;
  inDays: number;
}

/** Of a product. */
export interface Awaited {
  /** written down, and nobody was told of it */
  draftMilli: number;
  arrivals: Arrival[];
  /** the oldest first; what is more than its lead time late is in no arrival */
  overdue: Overdue[];
}

/**
 * What was sent for is expected a lead time later. When that day is past it is expected a lead time from today, and when it is past by more
 * than a lead time (and a day) nobody counts on it any more. By product; `lines` by order.
 */
export function awaitedOf(lines: readonly OpenLine[], today: string): ReadonlyMap<number, Awaited> {
  const found = new Map<number, Awaited>();
  for (const { orderId, productId, milli, leadTimeDays, sentOn } of lines) {
    const of = found.get(productId) ?? { draftMilli: 0, arrivals: [], overdue: [] };
    found.set(productId, of);
    if (sentOn === undefined) {
      of.draftMilli += milli;
      continue;
    }
    const dueOn = plusDays(sentOn, leadTimeDays);
    const lateDays = daysBetween(dueOn, today);
    if (lateDays > 0) of.overdue.push({ number: orderNumber(orderId), sentOn, dueOn, milli });
    // who brings on the same day has a day as well
    if (lateDays <= Math.max(leadTimeDays, 1))
      of.arrivals.push({ milli, inDays: lateDays > 0 ? leadTimeDays : daysBetween(today, dueOn) });
  }
  return found;
}

/** Drafts too: what is written down is not suggested twice. */
export function onOrderMilli(awaited: Awaited | undefined): number {
  if (!awaited) return 0;
  return awaited.arrivals.reduce((sum, { milli }) => sum + milli, awaited.draftMilli);
}

export type Awaiting = ReturnType<typeof createAwaiting>;

/** What a store awaits today, by product. */
export function createAwaiting(parts: { db: Database; clock: Clock; stores: Pick<Stores, "shopOf"> }) {
  const { db, clock, stores } = parts;
  return async (storeId: number, tx?: Tx): Promise<ReadonlyMap<number, Awaited>> => {
    const { timeZone, dayCutoffHour } = await stores.shopOf(storeId);
    const dayOf = (at: Date) => businessDate(at, timeZone, dayCutoffHour);
    const lines = await openLines(tx ?? db.primary, storeId);
    const dated = lines.map(({ sentAt, ...line }) => ({ ...line, sentOn: sentAt ? dayOf(sentAt) : undefined }));
    return awaitedOf(dated, dayOf(clock.now()));
  };
}
