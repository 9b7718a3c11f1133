/** What the till offers to other plugins. */
import { eventRef } from "../../kernel/events/event.ts";
import { serviceRef } from "../../kernel/service.ts";

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

export interface SalesLookup {
  /** Count of a business day's sales, and their sum less what came back, in minor units. */
  dayTotals(businessDate: string): Promise<{ sales: number; totalMinor: number }>;
}

export const salesRef = serviceRef<SalesLookup>("sales");
