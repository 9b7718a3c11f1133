/** Reports for the accountant, and of what cashiers take off, take back and miss. */
import type { Column, Report } from "../domain.ts";

const money = (key: string): Column => ({ key, unit: "money", sum: true });
const count = (key: string): Column => ({ key, unit: "count", sum: true });

export const BOOKS: Report[] = [
  {
    name: "tax-book",
    group: "books",
    dimension: "range",
    period: true,
    note: true,
    columns: [
      { key: "kind", unit: "text", coded: true },
      { key: "rate", unit: "rate" },
      { key: "tax_kind", unit: "text", coded: true },
      money("net"),
      money("tax"),
      money("total"),
    ],
  },
  {
    name: "number-ranges",
    group: "books",
    dimension: "range",
    period: true,
    note: true,
    columns: [
      { key: "day", unit: "date" },
      { key: "first", unit: "text" },
      { key: "last", unit: "text" },
      count("documents"),
      money("net"),
      money("tax"),
      money("rounding"),
      money("total"),
    ],
  },
  {
    name: "collections",
    group: "money",
    dimension: "tender",
    period: true,
    rank: "total",
    compare: "total",
    note: true,
    columns: [
      { key: "kind", unit: "text", coded: true },
      { key: "cashier", unit: "text" },
      count("payments"),
      money("taken"),
      money("given_back"),
      money("total"),
    ],
  },
  {
    name: "z-list",
    group: "money",
    dimension: "shift",
    permission: "shifts.read",
    period: true,
    columns: [
      { key: "day", unit: "date" },
      { key: "register", unit: "text" },
      { key: "cashier", unit: "text" },
      money("expected"),
      money("counted"),
      money("difference"),
    ],
    path: (key) => `/shifts/${Number(key)}`,
  },
  {
    name: "care-by-cashier",
    group: "people",
    dimension: "cashier",
    permission: "reports.loss",
    period: true,
    rank: "sales",
    note: true,
    columns: [
      count("sales"),
      count("discounts"),
      money("discount"),
      count("voids"),
      money("voided"),
      count("returns"),
      money("returned"),
      count("differences"),
      money("difference"),
    ],
  },
];
