/** Reports of what was sold. */
import type { Column, Report } from "../domain.ts";

const money = (key: string): Column => ({ key, unit: "money", sum: true });
const count = (key: string): Column => ({ key, unit: "count", sum: true });

const EARNED: Column[] = [
  { key: "cost", unit: "money", sum: true, cost: true },
  { key: "margin", unit: "money", sum: true, cost: true },
  { key: "margin_rate", unit: "rate", ratio: ["margin", "net"], cost: true },
];
const DOCUMENTS: Column[] = [
  count("sales"),
  count("returns"),
  count("voids"),
  money("discount"),
  money("net"),
  money("tax"),
  money("rounding"),
  money("total"),
  ...EARNED,
];
const LINES: Column[] = [money("discount"), money("net"), money("tax"), money("total"), ...EARNED];

const base = { group: "sales", period: true, compare: "total", documents: true } as const;
const inTime = { ...base, chart: { measure: "total", kind: "time" } } as const;
const ranked = { ...base, rank: "total", chart: { measure: "total", kind: "ranks" } } as const;

export const SALES: Report[] = [
  { ...inTime, name: "sales-by-day", dimension: "day", columns: DOCUMENTS },
  { ...inTime, name: "sales-by-hour", dimension: "hour", columns: DOCUMENTS },
  { ...inTime, name: "sales-by-weekday", dimension: "weekday", columns: DOCUMENTS },
  {
    ...ranked,
    name: "sales-by-product",
    dimension: "product",
    columns: [
      { key: "sku", unit: "text" },
      { key: "unit", unit: "text" },
      { key: "sold", unit: "quantity" },
      { key: "returned", title: "taken_back", unit: "quantity" },
      ...LINES,
    ],
    note: true,
  },
  { ...ranked, name: "sales-by-category", dimension: "category", columns: LINES, note: true },
  { ...ranked, name: "sales-by-brand", dimension: "brand", columns: LINES, note: true },
  { ...ranked, name: "sales-by-cashier", dimension: "cashier", columns: DOCUMENTS },
  { ...ranked, name: "sales-by-register", dimension: "register", columns: DOCUMENTS },
  { ...ranked, name: "sales-by-store", dimension: "store", columns: DOCUMENTS },
  {
    ...ranked,
    name: "sales-by-customer",
    dimension: "customer",
    permission: "customers.read",
    columns: [count("sales"), money("net"), money("tax"), money("total"), ...EARNED],
  },
  {
    ...ranked,
    name: "sales-by-tender",
    group: "money",
    dimension: "tender",
    columns: [count("payments"), money("taken"), money("given_back"), money("total")],
    note: true,
  },
  {
    ...ranked,
    name: "sales-by-tax",
    group: "books",
    dimension: "tax",
    columns: [money("net"), money("tax"), money("total")],
    note: true,
  },
];
