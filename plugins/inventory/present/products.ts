/** Products as the API and the pages show them. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import type { FormState } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits, includedTax } from "../../../kernel/money.ts";
import { PRODUCT_KINDS, TAX_KINDS } from "../api.ts";
import { marginOf } from "../costs.ts";
import { type Category, isStocked, type Product, type TaxRate } from "../domain.ts";
import { hashOf, type PictureFacts } from "../pictures/picture.ts";
import { PLAIN_KINDS } from "../schema.ts";
import { toUnitJson, unitJson } from "./units.ts";

export const productJson = z.strictObject({
  id: z.number(),
  sku: z.string(),
  barcodes: z.array(z.string()),
  name: z.string(),
  kind: z.enum(PRODUCT_KINDS),
  /** of a variant */
  parent_id: z.number().nullable(),
  variant: z.record(z.string(), z.string()).nullable(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  brand: z.string().nullable(),
  unit: z.string(),
  /** further ones */
  units: z.array(unitJson),
  price: z.string(),
  tax_rate_bp: z.number(),
  tax_kind: z.enum(TAX_KINDS),
  /** the product's own: a store in which it was bought since has its average */
  cost: z.string().nullable(),
  average_cost: z.string().nullable(),
  /** null: it is being counted, and the reader is one who counts */
  on_hand: z.string().nullable(),
  reorder_point: z.string(),
  active: z.boolean(),
  /** path of its picture */
  picture: z.string().nullable(),
  updated_at: z.string(),
});

export const productListJson = z.strictObject({ data: z.array(productJson), next_cursor: z.string().nullable() });
export const categoryListJson = z.strictObject({ data: z.array(z.strictObject({ id: z.number(), name: z.string() })) });
export const taxRateListJson = z.strictObject({
  data: z.array(z.strictObject({ id: z.number(), name: z.string(), tax_rate_bp: z.number(), is_default: z.boolean() })),
});

/** What a person may not see is not in the data: cost is null then. */
export interface Eyes {
  currency: string;
  cost: boolean;
  /** counts without seeing what the books say */
  blind: boolean;
}

export function hidesStock({ blind }: Pick<Eyes, "blind">, { counting }: Pick<Product, "counting">): boolean {
  return blind && counting;
}

export function toProductJson(product: Product, eyes: Eyes): z.output<typeof productJson> {
  const { currency, cost } = eyes;
  const digits = currencyDigits(currency);
  return {
    id: product.id,
    sku: product.sku,
    barcodes: product.barcodes,
    name: product.name,
    kind: product.kind,
    parent_id: product.parentId ?? null,
    variant: product.variant ?? null,
    description: product.description ?? null,
    category: product.category ?? null,
    brand: product.brand ?? null,
    unit: product.unit,
    units: product.units.map((unit) => toUnitJson(unit, currency)),
    price: formatDecimal(product.priceMinor, digits),
    tax_rate_bp: product.taxRateBp,
    tax_kind: product.taxKind,
    cost: cost ? formatDecimal(product.costMinor, digits) : null,
    average_cost: cost ? formatDecimal(product.storeCostMinor, digits) : null,
    on_hand: hidesStock(eyes, product) ? null : formatDecimal(product.onHandMilli, QUANTITY_SCALE),
    reorder_point: formatDecimal(product.reorderPointMilli, QUANTITY_SCALE),
    active: product.active,
    picture: product.pictureHash === undefined ? null : picturePath(product.id, product.pictureHash),
    updated_at: product.updatedAt.toISOString(),
  };
}

export function picturePath(productId: number, hash: string): string {
  return `/products/${productId}/picture/${hash}`;
}

/** As an <img> shows it; undefined: there is none. */
export function pictureView(product: Pick<Product, "id" | "name">, facts: PictureFacts | undefined, text: Text) {
  if (facts === undefined) return undefined;
  const { width, height } = facts;
  const alt = text.t("inventory.picture.of", { name: product.name });
  return { src: picturePath(product.id, hashOf(facts)), width, height, alt };
}

export function toTaxRateJson({ id, name, rateBp, isDefault }: TaxRate) {
  return { id, name, tax_rate_bp: rateBp, is_default: isDefault };
}

/** `12,5 kg`, with what is to be said about it. */
export function stockOf(product: Product, text: Text, eyes: Pick<Eyes, "blind">) {
  const { onHandMilli, reorderPointMilli, counted, unit } = product;
  if (product.kind === "service" || product.kind === "parent")
    return { amount: text.t(`inventory.kinds.${product.kind}`), badge: undefined };
  if (hidesStock(eyes, product)) return { amount: "–", badge: { text: text.t("inventory.stock.counting"), kind: "" } };
  if (!isStocked(product)) {
    const badge = { text: text.t("inventory.kinds.kit"), kind: "" };
    const amount = product.unlimited ? text.t("inventory.stock.unlimited") : `${text.quantity(onHandMilli)} ${unit}`;
    return { amount, badge };
  }
  const state = !counted
    ? "uncounted"
    : onHandMilli <= 0
      ? "none"
      : onHandMilli <= reorderPointMilli
        ? "low"
        : undefined;
  return {
    amount: `${text.quantity(onHandMilli)} ${unit}`,
    badge: state && { text: text.t(`inventory.stock.${state}`), kind: BADGES[state] },
  };
}

const BADGES = { uncounted: "", none: "bad", low: "warn" } as const;

export function toProductRow(product: Product, text: Text, eyes: Eyes) {
  return {
    href: `/products/${product.id}`,
    sku: product.sku,
    name: product.name,
    description: (product.description ?? "").slice(0, 80),
    category: product.category ?? "",
    brand: product.brand ?? "",
    price: text.money(product.priceMinor, eyes.currency),
    stock: stockOf(product, text, eyes),
    active: product.active,
  };
}

/** Everything a person may know of a product, as words. */
export function toProductFacts(product: Product, text: Text, eyes: Eyes) {
  return {
    ...toProductRow(product, text, eyes),
    barcodes: product.barcodes,
    description: product.description ?? "",
    unit: product.unit,
    taxRate: taxText(product, text),
    ...(eyes.cost ? costTexts(product, text, eyes.currency) : {}),
    reorderPoint: product.reorderPointMilli > 0 ? `${text.quantity(product.reorderPointMilli)} ${product.unit}` : "",
    counted: product.counted,
  };
}

/** What it costs in the store, and what is left of the product's own price without its tax. */
function costTexts(product: Product, text: Text, currency: string) {
  const { priceMinor, taxKind, taxRateBp, storeCostMinor } = product;
  const tax = taxKind === "included" ? includedTax(priceMinor, taxRateBp) : 0;
  const { minor, bp } = marginOf(priceMinor - tax, storeCostMinor);
  return {
    cost: text.money(storeCostMinor, currency),
    margin: bp === undefined || storeCostMinor === 0 ? undefined : `${text.money(minor, currency)} (${text.rate(bp)})`,
  };
}

function taxText({ taxKind, taxRateBp }: Product, text: Text): string {
  if (taxKind === "included") return text.rate(taxRateBp);
  const kind = text.t(`inventory.tax_kinds.${taxKind}`);
  return taxKind === "added" ? `${text.rate(taxRateBp)} (${kind})` : kind;
}

/** The kinds a form offers. */
export function taxKindOptions(text: Text) {
  return TAX_KINDS.map((value) => ({ value, label: text.t(`inventory.tax_kinds.${value}`) }));
}

/** What a form may make of it; undefined: it is what its parts or variants make it. */
export function kindOptions(kind: Product["kind"], text: Text) {
  if (kind === "kit" || kind === "parent") return undefined;
  return PLAIN_KINDS.map((value) => ({ value, label: text.t(`inventory.kinds.${value}`) }));
}

/** The form as the product is now. */
export function productForm(product: Product, text: Text, currency: string): FormState {
  const values = {
    sku: product.sku,
    name: product.name,
    description: product.description ?? "",
    category: product.category ?? "",
    brand: product.brand ?? "",
    unit: product.unit,
    price: text.moneyField(product.priceMinor, currency),
    tax_rate_bp: String(product.taxRateBp),
    tax_kind: product.taxKind,
    kind: product.kind,
    cost: text.moneyField(product.costMinor, currency),
    reorder_point: text.quantityField(product.reorderPointMilli),
    barcodes: product.barcodes.join("\n"),
    version: String(product.version),
    ...(product.active ? { active: "on" } : {}),
  };
  return { values, errors: {} };
}

export function emptyForm(values: Record<string, string> = {}): FormState {
  return { values, errors: {} };
}

/** One entry a rate, though several may be of 0 %; a rate the product has and the list does not stays choosable. */
export function taxRateOptions(rates: readonly TaxRate[], own: number | undefined, text: Text) {
  const options = new Map<number, string>();
  for (const { rateBp, name } of rates)
    options.set(rateBp, options.has(rateBp) ? `${options.get(rateBp)} / ${name}` : name);
  if (own !== undefined && !options.has(own)) options.set(own, text.rate(own));
  return [...options].map(([rateBp, label]) => ({ value: String(rateBp), label }));
}

export function categoryOptions(categories: readonly Category[], text: Text) {
  return [
    { value: "", label: text.t("inventory.products.all_categories") },
    ...categories.map(({ id, name }) => ({ value: String(id), label: name })),
  ];
}
