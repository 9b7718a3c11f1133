/** The nouns of this plugin. Money in minor units of the shop's currency, quantities in thousandths, rates in basis points. */
import type { AuditEntry } from "../../kernel/audit.ts";
import type { ProductKind, TaxKind } from "./api.ts";
import type { Combination } from "./matrix.ts";

/** Who does it, for the audit trail and the ledger. */
export interface Actor {
  user: { id: number; username: string };
  address?: string;
}

/** What a person decides about a product. */
export interface ProductFacts {
  sku: string;
  barcodes: string[];
  name: string;
  kind: ProductKind;
  description: string | undefined;
  /** name of the category */
  category: string | undefined;
  /** name of who makes it */
  brand: string | undefined;
  unit: string;
  /** tax included, unless it is added */
  priceMinor: number;
  taxRateBp: number;
  taxKind: TaxKind;
  costMinor: number;
  /** 0: nobody wants to be warned */
  reorderPointMilli: number;
  active: boolean;
}

/** A further unit of a product, e.g. a case of 24. */
export interface Unit {
  id: number;
  name: string;
  /** thousandths of the product's own unit */
  factorMilli: number;
  /** undefined: the product's price by the factor */
  priceMinor: number | undefined;
  barcodes: string[];
}

export interface Product extends ProductFacts {
  id: number;
  /** of a variant: of what, and which */
  parentId: number | undefined;
  variant: Combination | undefined;
  /** the smallest first */
  units: Unit[];
  categoryId: number | undefined;
  onHandMilli: number;
  /** what a unit in that store cost: the moving average of what was received there, else `costMinor` */
  storeCostMinor: number;
  /** false: imported without a stock figure and never counted since */
  counted: boolean;
  /** an open count of that store has it, or something that it is made of */
  counting: boolean;
  /** nothing of it stands anywhere: a service, or a kit of services alone */
  unlimited: boolean;
  /** of its picture, when it has one */
  pictureHash: string | undefined;
  /** grows with each change */
  version: number;
  updatedAt: Date;
}

/** It stands on a shelf of its own. */
export function isStocked({ kind }: Pick<Product, "kind">): boolean {
  return kind === "goods" || kind === "weighed";
}

export interface Category {
  id: number;
  name: string;
}

export interface TaxRate {
  id: number;
  name: string;
  rateBp: number;
  isDefault: boolean;
}

/** Why a person changes the quantity. `adjustment` is the API's, with a reason in its own words. */
export const ADJUSTMENT_REASONS = ["received", "damaged", "lost", "returned", "count", "other"] as const;
export type AdjustmentReason = (typeof ADJUSTMENT_REASONS)[number] | "adjustment" | "opening";

/** Every reason that a shelf changes for, as the ledger's filter offers them: those of documents as well. */
export const LEDGER_REASONS = [
  "sale",
  "return",
  "void",
  "purchase",
  "supplier_return",
  "transfer",
  ...ADJUSTMENT_REASONS,
  "adjustment",
  "opening",
] as const;

export interface Movement {
  id: number;
  storeId: number;
  storeName: string;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  /** an adjustment's reason, or the type of the document, e.g. `sale` */
  reason: string;
  /** signed */
  quantityMilli: number;
  /** on hand after it */
  balanceMilli: number;
  costMinor: number;
  document: { type: string; id: number; number: string } | undefined;
  note: string | undefined;
  userName: string | undefined;
  createdAt: Date;
}

/** What the audit trail keeps of a product. */
export function auditedFacts(facts: ProductFacts): AuditEntry["before"] {
  const {
    sku,
    barcodes,
    name,
    kind,
    description,
    category,
    brand,
    unit,
    priceMinor,
    taxRateBp,
    taxKind,
    costMinor,
    reorderPointMilli,
    active,
  } = facts;
  return {
    sku,
    barcodes,
    name,
    kind,
    description: description ?? null,
    category: category ?? null,
    brand: brand ?? null,
    unit,
    price_minor: priceMinor,
    tax_rate_bp: taxRateBp,
    tax_kind: taxKind,
    cost_minor: costMinor,
    reorder_point_milli: reorderPointMilli,
    active,
  };
}
