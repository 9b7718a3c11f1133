/** What the till offers to other plugins. */
import { eventRef } from "../../kernel/events/event.ts";
import type { PostOffice } from "../../kernel/mail.ts";
import { serviceRef } from "../../kernel/service.ts";
import type { CashierLoss } from "./loss-insight.ts";
import type { PaymentProvider } from "./payments/provider.ts";
import type { HourOfSales } from "./queries/hours.ts";

export interface SaleCompleted {
  saleId: number;
  number: string;
  storeId: number;
  registerId: number;
  /** minor units */
  totalMinor: number;
  currency: string;
  /** YYYY-MM-DD */
  businessDate: string;
  /** thousandths of the product's own unit */
  lines: { productId: number; quantityMilli: number }[];
}

export const saleCompleted = eventRef<SaleCompleted>("pos.sale_completed");

/** A return or a void; totals and quantities are below zero. */
export interface SaleTakenBack extends SaleCompleted {
  kind: "return" | "void";
  returnsSaleId: number;
}

export const saleTakenBack = eventRef<SaleTakenBack>("pos.sale_taken_back");

/** The drawer was opened without a sale: whoever drives it opens it. */
export const drawerOpened = eventRef<{ openingId: number; storeId: number; registerId: number; shiftId: number }>(
  "pos.drawer_opened",
);

export type { PaymentProvider, PaymentRequest, ProviderAnswer, ProviderState } from "./payments/provider.ts";

export interface StoreDay {
  storeId: number;
  /** YYYY-MM-DD, as the store counts its days */
  businessDate: string;
}

export interface DayTotals {
  storeId: number;
  sales: number;
  /** minor units of the store's currency, less what came back */
  totalMinor: number;
}

export interface SalesLookup {
  /** Of each store's business day, by id. */
  dayTotals(days: readonly StoreDay[]): Promise<DayTotals[]>;
}

export { MEASURES, type Measure, TIMES } from "./loss-insight.ts";
export { byHandSql, differencesSql, loweredBySql, loweredSql } from "./queries/loss-rules.ts";
export { soldWithinSql } from "./queries/sales.ts";
export type { CashierLoss, HourOfSales };

/** Whoever may see who takes back, discounts and misses more than the others. */
export const SEE_LOSS = "reports.loss";

export interface Sales extends SalesLookup {
  /** Loss insight between two business dates (both included), of what is in that currency. */
  losses(range: { from: string; to: string; currency: string; storeIds: readonly number[] }): Promise<CashierLoss[]>;
  /** At which hours a store sold on the last business days until `day`, and on how many of the `before` days before each. */
  hoursOfSales(asked: {
    storeId: number;
    day: string;
    looked: number;
    before: number;
    timeZone: string;
  }): Promise<HourOfSales[]>;
  /** Letters of other plugins go out by the queue of receipts; `writeBy` is called while plugins are set up. */
  readonly letters: PostOffice;
  /** A provider that takes payments; called while plugins are set up. Throws for a code that is taken. */
  registerProvider(provider: PaymentProvider): void;
}

export const salesRef = serviceRef<Sales>("sales");
