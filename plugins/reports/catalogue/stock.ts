/** Reports of shelves, purchases and debts. */
import type { Column, Report } from "../domain.ts";

const money = (key: string): Column => ({ key, unit: "money", sum: true });
const count = (key: string): Column => ({ key, unit: "count", sum: true });
const SKU: Column = { key: "sku", unit: "text" };
const UNIT: Column = { key: "unit", unit: "text" };
const ON_HAND: Column = { key: "on_hand", unit: "quantity" };
const VALUE: Column = { key: "value", unit: "money", sum: true, cost: true };

const shelves = { group: "stock", permission: "inventory.read", inCosts: true, tellsStock: true } as const;
const ofProducts = { ...shelves, dimension: "product", path: (key: string) => `/products/${key}` } as const;

export const STOCK: Report[] = [
  {
    ...ofProducts,
    name: "stock-value",
    period: false,
    needsCosts: true,
    rank: "value",
    chart: { measure: "value", kind: "ranks" },
    columns: [SKU, UNIT, ON_HAND, VALUE],
    note: true,
  },
  {
    ...shelves,
    name: "stock-value-by-category",
    dimension: "category",
    period: false,
    needsCosts: true,
    rank: "value",
    chart: { measure: "value", kind: "ranks" },
    columns: [count("products"), VALUE],
  },
  {
    ...ofProducts,
    name: "rotation",
    period: true,
    needsCosts: true,
    rank: "cost",
    note: true,
    columns: [
      SKU,
      UNIT,
      { key: "sold", unit: "quantity" },
      ON_HAND,
      VALUE,
      { key: "cost", unit: "money", sum: true, cost: true },
      { key: "turns", unit: "quantity" },
      { key: "lasts", unit: "days" },
    ],
  },
  {
    ...ofProducts,
    name: "dead-stock",
    period: true,
    rank: "value",
    rankWithoutCosts: "on_hand",
    note: true,
    columns: [SKU, UNIT, ON_HAND, VALUE, { key: "last_sold", unit: "date" }],
  },
  {
    group: "stock",
    permission: "inventory.read",
    dimension: "product",
    path: (key) => `/products/${key}`,
    name: "abc",
    period: true,
    rank: "net",
    note: true,
    columns: [
      SKU,
      money("net"),
      { key: "share", unit: "rate" },
      { key: "upto", unit: "rate" },
      { key: "class", unit: "text", coded: true },
    ],
  },
  {
    ...shelves,
    name: "expiry",
    dimension: "lot",
    period: false,
    path: (key) => `/lots/${Number(key.slice(-15))}`,
    columns: [
      SKU,
      { key: "lot", unit: "text" },
      { key: "expires", unit: "date" },
      { key: "days_left", unit: "days" },
      UNIT,
      ON_HAND,
      VALUE,
    ],
  },
  {
    name: "purchases-by-supplier",
    group: "stock",
    dimension: "supplier",
    permission: "purchases.read",
    inCosts: true,
    period: true,
    rank: "total",
    compare: "total",
    chart: { measure: "total", kind: "ranks" },
    path: (key) => `/suppliers/${key}`,
    columns: [count("deliveries"), money("received"), money("sent_back"), money("total")],
  },
  {
    name: "receivables-aging",
    group: "money",
    dimension: "customer",
    permission: "customers.read",
    inCosts: true,
    period: false,
    rank: "owed",
    chart: { measure: "owed", kind: "ranks" },
    path: (key) => `/customers/${key}`,
    note: true,
    columns: [money("owed"), money("d30"), money("d60"), money("d90"), money("older"), { key: "oldest", unit: "days" }],
  },
];
