/** Variants: the attributes of a parent, and the products made of their combinations. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { AppError, type FieldFault, fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { fold } from "../../kernel/text.ts";
import { productsChanged } from "./api.ts";
import { type Actor, isStocked, type Product } from "./domain.ts";
import { errors } from "./errors.ts";
import { AS_GOODS, type Holds } from "./holds.ts";
import { type Attribute, type Combination, combinationsOf, isSame, nameOf, skuOf, writeAttributes } from "./matrix.ts";
import type { Products } from "./products.ts";
import { lockCodes } from "./queries/codes.ts";
import { isPart, lockKits } from "./queries/kits.ts";
import { productForUpdate, touchProduct } from "./queries/products.ts";
import * as queries from "./queries/variants.ts";
import { PRODUCT_LIMITS } from "./schema.ts";

/** combinations of one parent: what a person can still look through */
export const MOST_COMBINATIONS = 200;

export interface WantedVariant {
  combination: Combination;
  sku?: string | undefined;
  barcodes?: string[] | undefined;
  /** undefined: the parent's */
  priceMinor?: number | undefined;
}
type Field = "values" | "sku" | "barcodes";

export type Variants = ReturnType<typeof createVariants>;

export interface VariantParts {
  db: Database;
  clock: Clock;
  audit: Auditor;
  emit: Emit;
  products: Pick<Products, "create">;
  holds: Pick<Holds, "refuse">;
}

export function createVariants({ db, clock, audit, emit, products, holds }: VariantParts) {
  async function parentForUpdate(tx: Tx, id: number): Promise<Product> {
    // in the order in which everybody takes them: kits, codes, rows
    await lockKits(tx);
    await lockCodes(tx);
    const product = await productForUpdate(tx, id);
    if (!product) throw errors.PRODUCT_UNKNOWN();
    return product;
  }

  return {
    attributes: (parentId: number) => queries.attributesOf(db.primary, parentId),
    of: (parentId: number, storeId?: number) => queries.variantsOf(db.primary, parentId, storeId),

    /**
     * Makes a product a parent; without attributes goods again. Throws PRODUCT_UNKNOWN, KIND_FIXED, what holds it, and faults
     * of `attributes`: too many combinations, or a value that a variant has is missing.
     */
    async setAttributes(tx: Tx, actor: Actor, id: number, attributes: readonly Attribute[]): Promise<void> {
      const product = await parentForUpdate(tx, id);
      const [before, variants] = [await queries.attributesOf(tx, id), await queries.variantsOf(tx, id, undefined)];
      await mayBeParent(tx, product, holds);
      refuseRepeated(attributes);
      const combinations = combinationsOf(attributes);
      if (attributes.reduce((count, { values }) => count * values.length, 1) > MOST_COMBINATIONS)
        throw fieldFault("attributes", "TOO_MANY", "inventory.validation.too_many_variants", {
          limit: MOST_COMBINATIONS,
        });
      const lost = variants.find(({ variant = {} }) => !combinations.some((one) => isSame(one, variant)));
      if (lost)
        throw fieldFault("attributes", "ATTRIBUTE_USED", "inventory.validation.attribute_used", { name: lost.name });
      const [was, is] = [writeAttributes(before), writeAttributes(attributes)];
      if (was === is) return;
      await queries.setAttributes(tx, id, attributes);
      await touchProduct(tx, id, clock.now());
      await audit(tx, {
        ...actor,
        action: "product.attributes_set",
        subject: `product:${id}`,
        before: { attributes: was },
        after: { attributes: is },
      });
      await emit(tx, productsChanged, { productIds: [id] });
    },

    /**
     * Makes the products of those combinations, or of all that are missing. What is not said is the parent's. Throws
     * PRODUCT_UNKNOWN, NOT_PARENT, PRODUCT_CHANGED, and faults of the fields.
     */
    async make(
      tx: Tx,
      actor: Actor,
      id: number,
      wanted: readonly WantedVariant[] | undefined,
      { field, version }: { field: (index: number, name: Field) => string; version?: number },
    ): Promise<Product[]> {
      const parent = await parentForUpdate(tx, id);
      if (parent.kind !== "parent") throw errors.NOT_PARENT({ params: { name: parent.name } });
      if (version !== undefined && version !== parent.version) throw errors.PRODUCT_CHANGED();
      const combinations = combinationsOf(await queries.attributesOf(tx, id));
      const had = (await queries.variantsOf(tx, id, undefined)).map(({ variant = {} }) => variant);
      const isNew = (one: Combination) => !had.some((other) => isSame(one, other));
      const all = wanted ?? combinations.filter(isNew).map((combination): WantedVariant => ({ combination }));
      const made: Product[] = [];
      const faults: FieldFault[] = [];
      for (const [index, one] of all.entries()) {
        // as the attributes order them
        const combination = combinations.find((other) => isSame(one.combination, other));
        if (!combination || !isNew(combination)) {
          const text = `inventory.validation.${combination ? "variant_taken" : "variant_unknown"}`;
          faults.push({ path: field(index, "values"), code: combination ? "VARIANT_TAKEN" : "VARIANT_UNKNOWN", text });
          continue;
        }
        had.push(combination);
        try {
          const product = await products.create(tx, actor, factsOf(parent, { ...one, combination }));
          await queries.linkVariant(tx, product.id, id, combination);
          made.push({ ...product, parentId: id, variant: combination });
        } catch (error) {
          if (!(error instanceof AppError) || !error.details.fields) throw error;
          const codes = error.details.fields;
          faults.push(
            ...codes.map((fault) => ({ ...fault, path: field(index, fault.path === "sku" ? "sku" : "barcodes") })),
          );
        }
      }
      if (faults.length > 0) throw kernelErrors.VALIDATION({ fields: faults });
      return made;
    },
  };
}

function factsOf(parent: Product, { combination, sku, barcodes = [], priceMinor }: WantedVariant) {
  const { description, category, brand, unit, taxRateBp, taxKind, costMinor, reorderPointMilli } = parent;
  return {
    sku: sku ?? skuOf(parent.sku, combination, PRODUCT_LIMITS.sku),
    name: nameOf(parent.name, combination, PRODUCT_LIMITS.name),
    barcodes,
    priceMinor: priceMinor ?? parent.priceMinor,
    description,
    category,
    brand,
    unit,
    taxRateBp,
    taxKind,
    costMinor,
    reorderPointMilli,
  };
}

/** A variant has no variants, and what is in a kit or on a shelf is something one can hold. */
async function mayBeParent(tx: Tx, product: Product, holds: Pick<Holds, "refuse">): Promise<void> {
  const { id, name, kind, parentId } = product;
  if (kind === "parent") return;
  if (!isStocked({ kind }) || parentId !== undefined || (await isPart(tx, id)))
    throw errors.KIND_FIXED({ params: { name } });
  await holds.refuse(tx, product, AS_GOODS);
}

function refuseRepeated(attributes: readonly Attribute[]): void {
  for (const names of [attributes.map(({ name }) => name), ...attributes.map(({ values }) => values)]) {
    const twice = names.find((name, index) => names.findIndex((other) => fold(other) === fold(name)) !== index);
    if (twice !== undefined)
      throw fieldFault("attributes", "REPEATED", "inventory.validation.attribute_repeated", { name: twice });
  }
}
