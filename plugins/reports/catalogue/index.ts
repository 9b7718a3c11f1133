/** All reports, in the order in which they are offered. */
import type { Report } from "../domain.ts";
import { BOOKS } from "./books.ts";
import { SALES } from "./sales.ts";
import { STOCK } from "./stock.ts";

export const REPORTS: readonly Report[] = [...SALES, ...STOCK, ...BOOKS];
