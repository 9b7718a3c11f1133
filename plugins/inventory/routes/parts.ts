/** What the routes are given. */
import type { Database } from "../../../kernel/db/database.ts";
import type { Advice } from "../advice.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Export } from "../export.ts";
import type { Kits } from "../kits.ts";
import type { LedgerExport } from "../ledger-export.ts";
import type { Pictures } from "../pictures/pictures.ts";
import type { PriceLists } from "../price-lists.ts";
import type { Products } from "../products.ts";
import type { Stock } from "../stock.ts";
import type { Units } from "../units.ts";
import type { Variants } from "../variants.ts";

export type Transaction = Database["transaction"];

export interface RouteParts {
  products: Products;
  units: Units;
  kits: Kits;
  variants: Variants;
  pictures: Pictures;
  catalogue: Catalogue;
  stock: Stock;
  priceLists: PriceLists;
  exportAll: Export;
  exportLedger: LedgerExport;
  advice: Advice;
  transaction: Transaction;
}
