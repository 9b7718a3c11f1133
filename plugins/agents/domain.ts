/** The nouns of the agents. Money in minor units of the shop's currency, quantities in thousandths, rates in basis points. */
import { divideRounded } from "../../kernel/money.ts";
import type { Measure } from "../pos/api.ts";

export const AGENTS = ["stock", "reorder", "margin", "anomaly"] as const;
export type AgentName = (typeof AGENTS)[number];

export const STATES = ["new", "seen", "dismissed", "acted"] as const;
export type State = (typeof STATES)[number];

interface Goods {
  sku: string;
  name: string;
}

/** An order that did not come when it should; days YYYY-MM-DD. */
export interface OverdueOrder {
  number: string;
  sentOn: string;
  dueOn: string;
}

/** How much better than the two naive forecasts the one was that this rests on: mean errors of a week, thousandths. */
export interface Grounds {
  method: string;
  errorMilli: number;
  naiveMilli: number;
  seasonalMilli: number;
}

export interface OrderLine extends Goods, Grounds {
  productId: number;
  unit: string;
  quantityMilli: number;
  /** in which the supplier sells it, whole; absent: in any quantity */
  packMilli?: number | undefined;
  /** expected to be sold on a day; absent: advice of before this was kept, which makes no order until it is renewed */
  perDayMilli?: number | undefined;
  costMinor: number;
  /** how long what is there, on its way and ordered will last */
  days: number;
}

/** By kind: what its sentence is made of. */
export interface Facts {
  runs_out: Goods &
    Grounds & {
      unit: string;
      /** without lots that have gone bad */
      onHandMilli: number;
      /** of orders that were sent and are awaited still, and from other stores */
      onOrderMilli: number;
      /** until what was sent for comes, to an empty shelf; absent: nothing does */
      arrivesDays?: number | undefined;
      /** the oldest first; absent: none */
      overdue?: OverdueOrder[] | undefined;
      perDayMilli: number;
      days: number;
      leadDays: number;
    };
  /** `missingMinor`: to the least order that the supplier takes, which is `minimumMinor` */
  order: {
    supplierId: number;
    supplier: string;
    totalMinor: number;
    minimumMinor?: number;
    missingMinor?: number;
    /** of what is to be ordered: the oldest first; absent: none */
    overdue?: OverdueOrder[] | undefined;
    lines: OrderLine[];
  };
  cost_rose: Goods & { supplier: string; beforeMinor: number; afterMinor: number; currency: string };
  low_margin: Goods & { priceMinor: number; costMinor: number; marginBp: number; targetBp: number };
  /** `rate`, `usual`: hundredths of occurrences in 100 sales, the person's and what half of those who have any are at or below; absent: not known */
  cashier: {
    measure: Measure;
    person: string;
    count: number;
    sales: number;
    days: number;
    rate?: number;
    usual?: number;
  };
  /** `usualDays`: of the `days` before it on which anything was sold, those with a sale in that hour; absent: not known */
  hour: {
    day: string;
    hour: number;
    sales: number;
    days: number;
    usualDays?: number;
    /** who sold then; absent: not known */
    userIds?: number[];
    number: string;
    saleId: number;
  };
  price: Goods & { beforeMinor: number; afterMinor: number; by: string };
}
export type Kind = keyof Facts;

/** What is told of one thing. */
export type Notice = {
  [K in Kind]: { kind: K; storeId: number | undefined; subject: string; facts: Facts[K] };
}[Kind];

/**
 * Something that an agent has to say. `news`: what happened, each by a name of its own; of one that was not there when somebody marked it
 * nobody knows yet. None: it holds or it does not.
 */
export type Said = Notice & { news: readonly string[] };

export type Finding = Notice & {
  id: number;
  agent: AgentName;
  state: State;
  foundAt: Date;
  toldAt: Date;
  goneAt: Date | undefined;
  document: string | undefined;
};

export interface Looked {
  /** things that were looked at */
  looked: number;
  /** of how many the agent knows enough to speak */
  able: number;
  said: Said[];
}

export interface Run extends Omit<Looked, "said"> {
  agent: AgentName;
  ranAt: Date;
}

export type Agent = (signal: AbortSignal) => Promise<Looked>;

export const nothingYet = (): Looked => ({ looked: 0, able: 0, said: [] });

/** Adds what is said of another store. */
export function addLooked(sum: Looked, one: Looked): void {
  sum.looked += one.looked;
  sum.able += one.able;
  sum.said.push(...one.said);
}

/** Basis points; of what cost nothing there is none. */
export function riseOf(beforeMinor: number, afterMinor: number): number {
  if (beforeMinor <= 0) return 0;
  return Number(divideRounded(BigInt(afterMinor - beforeMinor) * 10_000n, BigInt(beforeMinor)));
}
