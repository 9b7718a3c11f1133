/** What a shift took in, and how much cash must be in the drawer. Amounts in minor units of the shift's currency. */
import { sum } from "../../kernel/money.ts";
import type { CollectionKind } from "./collections.ts";
import type { TaxShare } from "./pricing.ts";

export interface ShiftReport {
  floatMinor: number;
  /** count of sales */
  sales: number;
  /** of sales less what came back */
  totalMinor: number;
  /** count and sum, below zero, of what came back; reports from before there were returns have none */
  returns?: TakenBackSum;
  voids?: TakenBackSum;
  /** how often the drawer was opened without a sale; reports from before that was counted have none */
  drawerOpenings?: number;
  discountMinor: number;
  roundingMinor: number;
  taxes: TaxShare[];
  /** what was handed over, by tender; cash before change */
  tenders: { method: string; amountMinor: number }[];
  changeMinor: number;
  /** money for no goods: debts that were paid, gift cards that were bought; reports from before there were any have none */
  collected?: { kind: CollectionKind; method: string; amountMinor: number }[];
  cashInMinor: number;
  cashOutMinor: number;
  firstNumber: string | undefined;
  lastNumber: string | undefined;
}

export interface TakenBackSum {
  count: number;
  totalMinor: number;
}

export interface Denomination {
  /** value of one coin or note */
  denominationMinor: number;
  count: number;
}

/** float + cash tendered - change + cash collected + cash in - cash out; cash that was given back counts as tendered below zero. */
export function expectedCash(report: ShiftReport): number {
  const handed = [...report.tenders, ...(report.collected ?? [])];
  const cash = handed.filter(({ method }) => method === "cash").map(({ amountMinor }) => amountMinor);
  const { floatMinor, changeMinor, cashInMinor, cashOutMinor } = report;
  return sum([floatMinor, ...cash, -changeMinor, cashInMinor, -cashOutMinor]);
}

export function countedCash(counts: readonly Denomination[]): number {
  return sum(counts.map(({ denominationMinor, count }) => denominationMinor * count));
}

/** Notes and coins in use, in whole units of the currency, largest first; of others only the total is asked. */
const IN_USE: Record<string, readonly number[]> = {
  COP: [100_000, 50_000, 20_000, 10_000, 5000, 2000, 1000, 500, 200, 100, 50],
  USD: [100, 50, 20, 10, 5, 2, 1, 0.5, 0.25, 0.1, 0.05, 0.01],
  EUR: [200, 100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
  MXN: [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0.5],
};

/** Values in minor units. */
export function denominationsOf(currency: string, digits: number): number[] {
  return (IN_USE[currency] ?? []).map((value) => Math.round(value * 10 ** digits));
}
