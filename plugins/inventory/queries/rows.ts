/** How rows of products become products. */
import type { ProductKind, TaxKind } from "../api.ts";
import type { Product } from "../domain.ts";
import type { Combination } from "../matrix.ts";
import { hashOf } from "../pictures/picture.ts";
import type { Listed } from "../store-prices.ts";
import { toUnit, UNITS, type UnitRow } from "./units.ts";

export interface ProductRow {
  id: number;
  sku: string;
  barcodes: string[];
  name: string;
  kind: ProductKind;
  parent_id: number | null;
  variant: Combination | null;
  /** null: none */
  units: UnitRow[] | null;
  description: string | null;
  category_id: number | null;
  category: string | null;
  brand: string | null;
  unit: string;
  price_minor: number;
  tax_rate_bp: number;
  tax_kind: TaxKind;
  cost_minor: number;
  store_cost_minor: number;
  reorder_point_milli: number;
  active: boolean;
  on_hand_milli: number;
  counted: boolean;
  counting: boolean;
  unlimited: boolean;
  picture: string | null;
  version: number;
  updated_at: Date;
}

/** The store that sells when nobody says another. */
export const DEFAULT_STORE = "(SELECT id FROM stores WHERE active AND NOT training ORDER BY id LIMIT 1)";

/** Of a row with a store: people learn in the others, and nothing there is real. */
export const IN_BUSINESS = "store_id <> ALL (ARRAY(SELECT id FROM stores WHERE training))";

/** The store that is asked about, or the one that sells when nobody says another. */
export const STORE = `coalesce(cast(:storeId AS bigint), ${DEFAULT_STORE})`;

/** The average of what the store received; what the product itself says until then, and again once somebody changes that. */
export const STORE_COST = "CASE WHEN i.own_cost_minor = p.cost_minor THEN i.cost_minor ELSE p.cost_minor END";

/** Of a kit told by its parts. */
const ON_HAND = `CASE p.kind WHEN 'kit' THEN inventory_kits_on_hand(p.id, ${STORE}) ELSE coalesce(i.on_hand_milli, 0) END AS on_hand_milli`;
const KIT_COST = `inventory_kit_cost(p.id, ${STORE})`;
/** What one costs in the store. */
export const SHOWN_COST = `CASE p.kind WHEN 'kit' THEN ${KIT_COST} ELSE ${STORE_COST} END`;

/** Of a kit. In a list of columns the function is not planned into the query, which took longer than the query itself. */
const PARTS = "(SELECT inventory_parts(p.id) AS part) parts";

/** Nothing of it stands anywhere: a service, or a kit of services alone. */
const UNLIMITED = `CASE p.kind WHEN 'service' THEN true
  WHEN 'kit' THEN NOT EXISTS (SELECT FROM ${PARTS} WHERE (part).kind IN ('goods', 'weighed')) ELSE false END AS unlimited`;

/** An open count of the store has it, or something that it is made of. */
const COUNTING = `EXISTS (SELECT FROM stock_count_lines cl WHERE cl.open AND cl.store_id = ${STORE} AND cl.product_id = ANY (
    CASE p.kind WHEN 'kit' THEN ARRAY(SELECT (part).product_id FROM ${PARTS}) ELSE ARRAY[p.id] END)) AS counting`;

/** `p`: products, `c`: categories, `m`: brands, `i`: inventory of the store `:storeId`. */
export const PRODUCT_COLUMNS = `
  p.id, p.sku, p.name, p.kind, p.parent_id, p.variant, p.description, p.category_id, c.name AS category, m.name AS brand, p.unit, p.price_minor, p.tax_rate_bp, p.tax_kind,
  CASE p.kind WHEN 'kit' THEN ${KIT_COST} ELSE p.cost_minor END AS cost_minor, ${SHOWN_COST} AS store_cost_minor,
  p.reorder_point_milli, p.active, p.version, p.updated_at,
  ${ON_HAND}, coalesce(i.counted, true) AS counted, ${COUNTING}, ${UNLIMITED}, ${UNITS} AS units,
  (SELECT sha256 FROM product_pictures WHERE product_id = p.id) AS picture,
  ARRAY(SELECT code FROM product_barcodes b WHERE b.product_id = p.id AND b.unit_id IS NULL ORDER BY code COLLATE "C") AS barcodes`;

export const PRODUCT_JOINS = `
  LEFT JOIN categories c ON c.id = p.category_id
  LEFT JOIN brands m ON m.id = p.brand_id
  LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = ${STORE}`;

export function toProduct(row: ProductRow): Product {
  return {
    id: row.id,
    sku: row.sku,
    barcodes: row.barcodes,
    name: row.name,
    kind: row.kind,
    parentId: row.parent_id ?? undefined,
    variant: row.variant ?? undefined,
    units: (row.units ?? []).map(toUnit),
    description: row.description ?? undefined,
    categoryId: row.category_id ?? undefined,
    category: row.category ?? undefined,
    brand: row.brand ?? undefined,
    unit: row.unit,
    priceMinor: row.price_minor,
    taxRateBp: row.tax_rate_bp,
    taxKind: row.tax_kind,
    costMinor: row.cost_minor,
    storeCostMinor: row.store_cost_minor,
    reorderPointMilli: row.reorder_point_milli,
    active: row.active,
    onHandMilli: row.on_hand_milli,
    counted: row.counted,
    counting: row.counting,
    unlimited: row.unlimited,
    pictureHash: row.picture === null ? undefined : hashOf({ sha256: row.picture }),
    version: row.version,
    updatedAt: row.updated_at,
  };
}

export const SELLABLE_COLUMNS = `
  p.id, p.sku, p.name, p.kind, left(p.description, 120) AS description, p.unit, p.price_minor, p.tax_rate_bp, p.tax_kind,
  ${SHOWN_COST} AS cost_minor, p.active,
  ${ON_HAND}, ${COUNTING}, ${UNLIMITED}, lp.price_minor AS list_price_minor, l.currency AS list_currency`;

/** `i`: inventory of the store `:storeId`, `l`: its price list, `lp`: the price there. */
export const SELLABLE_JOIN = `
  LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = ${STORE}
  LEFT JOIN store_price_lists sl ON sl.store_id = ${STORE}
  LEFT JOIN price_lists l ON l.id = sl.price_list_id
  LEFT JOIN price_list_prices lp ON lp.price_list_id = sl.price_list_id AND lp.product_id = p.id`;

/** undefined: the store that sells when nobody says another */
export type StoreId = number | undefined;

export type SellableRow = Pick<
  ProductRow,
  | "id"
  | "sku"
  | "name"
  | "kind"
  | "description"
  | "unit"
  | "price_minor"
  | "tax_rate_bp"
  | "tax_kind"
  | "cost_minor"
  | "active"
  | "on_hand_milli"
  | "counting"
  | "unlimited"
> & { list_price_minor: number | null; list_currency: string | null };

export function toSellable(row: SellableRow): Listed {
  const { list_price_minor: listMinor, list_currency: currency } = row;
  const found: Listed = {
    id: row.id,
    sku: row.sku,
    name: row.name,
    kind: row.kind,
    unit: row.unit,
    priceMinor: row.price_minor,
    taxRateBp: row.tax_rate_bp,
    taxKind: row.tax_kind,
    costMinor: row.cost_minor,
    onHandMilli: row.on_hand_milli,
    counting: row.counting,
    unlimited: row.unlimited,
    priced: true,
    listed: listMinor === null || currency === null ? undefined : { priceMinor: listMinor, currency },
  };
  return row.description === null ? found : Object.assign(found, { description: row.description });
}
