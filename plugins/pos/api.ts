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

export interface SalesLookup {
  /** Count and sum of a business day, in minor units. */
  dayTotals(businessDate: string): Promise<{ sales: number; totalMinor: number }>;
}

export const salesRef = serviceRef<SalesLookup>("sales");
