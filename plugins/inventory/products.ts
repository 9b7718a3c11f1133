/** Products: made, changed, retired, found by id. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { QUANTITY_LIMIT } from "../../kernel/input.ts";
import { productsChanged, stockMoved, type TaxKind } from "./api.ts";
import { type Actor, auditedFacts, isStocked, type Product, type ProductFacts } from "./domain.ts";
import { errors } from "./errors.ts";
import { AS_GOODS, type Holds } from "./holds.ts";
import { lockCodes, ownersOf, replaceBarcodes } from "./queries/codes.ts";
import { notePrices, priceChangesOf } from "./queries/price-history.ts";
import * as queries from "./queries/products.ts";
import * as shelves from "./queries/shelves.ts";
import { openWith } from "./queries/stock.ts";
import { inOwnUnit } from "./store-prices.ts";

type Wished<T> = { [K in keyof T]?: T[K] | undefined };

export type NewProduct = Pick<ProductFacts, "sku" | "name" | "priceMinor"> & Wished<ProductFacts>;
export type ProductChange = Wished<ProductFacts>;

export const DEFAULT_UNIT = "un";

export interface ProductParts {
  db: Database;
  clock: Clock;
  emit: Emit;
  audit: Auditor;
  holds: Pick<Holds, "refuse">;
}

export type Products = ReturnType<typeof createProducts>;

/** What there is of a new product. */
export interface Opening {
  storeId: number;
  quantityMilli: number;
}

export function createProducts({ db, clock, emit, audit, holds }: ProductParts) {
  async function write(tx: Tx, facts: ProductFacts) {
    const ids = await shelves.categoryIds(tx, facts.category === undefined ? [] : [facts.category]);
    const [categoryId] = ids.values();
    const [brandId] = (await shelves.brandIds(tx, facts.brand === undefined ? [] : [facts.brand])).values();
    return { ...facts, categoryId, brandId, now: clock.now() };
  }

  async function mustGet(tx: Tx, id: number): Promise<Product> {
    const product = await queries.productById(tx, id);
    if (!product) throw errors.PRODUCT_UNKNOWN();
    return product;
  }

  async function mustFind(code: string, storeId?: number) {
    const found = isText(code) ? await queries.productByCode(db.primary, code, storeId) : undefined;
    if (!found) throw errors.CODE_UNKNOWN({ params: { code } });
    return found;
  }

  return {
    /**
     * A new product, counted as none unless `opening` says how many there are. Throws faults of the fields `sku` and
     * `barcodes` for a code that another product has.
     */
    async create(tx: Tx, actor: Actor, wished: NewProduct, opening?: Opening): Promise<Product> {
      await lockCodes(tx);
      const facts = await withDefaults(tx, wished);
      await refuseTakenCodes(tx, facts, undefined);
      if (opening && opening.quantityMilli > 0 && !isStocked(facts))
        throw fieldFault("stock", "NOT_STOCKED", "inventory.validation.not_stocked");
      const id = await queries.insertProduct(tx, await write(tx, facts));
      if (facts.barcodes.length > 0) await replaceBarcodes(tx, [id], pairs(id, facts.barcodes));
      await queries.openStock(tx, [id], [true]);
      await notePrices(tx, undefined, [{ productId: id, priceMinor: facts.priceMinor }], actor.user, clock.now());
      if (opening && opening.quantityMilli > 0) {
        const { storeId, quantityMilli } = opening;
        await openWith(tx, {
          storeId,
          productIds: [id],
          quantitiesMilli: [quantityMilli],
          note: undefined,
          user: actor.user,
          now: clock.now(),
        });
        await emit(tx, stockMoved, { storeId, productIds: [id] });
      }
      await audit(tx, { ...actor, action: "product.created", subject: `product:${id}`, after: auditedFacts(facts) });
      await emit(tx, productsChanged, { productIds: [id] });
      return mustGet(tx, id);
    },

    /**
     * Changes what is given. `version` is the one the person saw. Throws PRODUCT_UNKNOWN, PRODUCT_CHANGED when somebody
     * else was faster, KIND_FIXED, what holds it (`Holds.refuse`), and faults of `sku` and `barcodes`.
     */
    async update(tx: Tx, actor: Actor, id: number, change: ProductChange, version?: number): Promise<Product> {
      await lockCodes(tx);
      const before = await queries.productForUpdate(tx, id);
      if (!before) throw errors.PRODUCT_UNKNOWN();
      if (version !== undefined && version !== before.version) throw errors.PRODUCT_CHANGED();
      const after = merge(before, change);
      if (JSON.stringify(auditedFacts(before)) === JSON.stringify(auditedFacts(after))) return before;
      await refuseTakenCodes(tx, after, id);
      await mayBecome(tx, holds, before, after);
      await queries.updateProduct(tx, id, await write(tx, after));
      await replaceBarcodes(tx, [id], pairs(id, after.barcodes));
      if (after.priceMinor !== before.priceMinor)
        await notePrices(tx, undefined, [{ productId: id, priceMinor: after.priceMinor }], actor.user, clock.now());
      await audit(tx, {
        ...actor,
        action: "product.updated",
        subject: `product:${id}`,
        before: auditedFacts(before),
        after: auditedFacts(after),
      });
      await emit(tx, productsChanged, { productIds: [id] });
      return mustGet(tx, id);
    },

    /** Throws PRODUCT_UNKNOWN. */
    async get(id: number, storeId?: number): Promise<Product> {
      const product = await queries.productById(db.primary, id, storeId);
      if (!product) throw errors.PRODUCT_UNKNOWN();
      return product;
    },

    /** By barcode or SKU, retired or not. Throws CODE_UNKNOWN. */
    async getByCode(code: string, storeId?: number): Promise<Product> {
      return (await mustFind(code, storeId)).product;
    },

    /**
     * So many of what has that code, as the product is counted: two of a case of 24 are 48. Throws CODE_UNKNOWN, a fault of `quantity` for
     * more than can be counted, or less.
     */
    async countedBy(code: string, quantityMilli: number): Promise<{ product: Product; quantityMilli: number }> {
      const { product, factorMilli } = await mustFind(code);
      const all = inOwnUnit(quantityMilli, factorMilli);
      if (all > BigInt(QUANTITY_LIMIT)) throw fieldFault("quantity", "TOO_LARGE", "kernel.validation.quantity_large");
      if (all === 0n && quantityMilli > 0)
        throw fieldFault("quantity", "TOO_SMALL", "kernel.validation.quantity_small");
      return { product, quantityMilli: Number(all) };
    },

    findByCode: async (code: string, storeId: number | undefined, tx?: Tx) =>
      isText(code) ? queries.sellableByCode(tx ?? db.primary, code, storeId) : undefined,
    byIds: (ids: readonly number[], storeId: number | undefined, tx?: Tx) =>
      queries.sellableByIds(tx ?? db.primary, ids, storeId),
    /** Newest first, before the id given. */
    priceChanges: (id: number, before: number | undefined, limit: number) =>
      priceChangesOf(db.replica, id, before, limit),
    /** By id, after the one given; what is on hand is the store's. */
    after: (id: number, limit: number, storeId?: number) => queries.productsAfter(db.replica, id, limit, storeId),
    isEmpty: async () => !(await queries.isAnyProduct(db.primary)),
    categories: () => shelves.categories(db.primary),
    brands: () => shelves.brands(db.primary),
    taxRates: () => shelves.taxRates(db.primary),
  };
}

/** PostgreSQL has no text with NUL; such a code is nobody's. */
function isText(code: string): boolean {
  return code !== "" && !code.includes("\0");
}

function pairs(productId: number, codes: readonly string[]) {
  return codes.map((code) => ({ productId, code }));
}

async function withDefaults(tx: Tx, wished: NewProduct): Promise<ProductFacts> {
  const { sku, name, priceMinor, description, category, brand, unit = DEFAULT_UNIT } = wished;
  const { barcodes = [], costMinor = 0, reorderPointMilli = 0, active = true, kind = "goods" } = wished;
  const tax = taxOf(wished, defaultRate(await shelves.taxRates(tx)), "included");
  const facts = {
    sku,
    name,
    kind,
    priceMinor,
    description,
    category,
    brand,
    unit,
    costMinor,
    reorderPointMilli,
    active,
    ...tax,
  };
  return { ...facts, barcodes: inOrder(barcodes) };
}

/** What is exempt or excluded has no rate. Throws a fault of `tax_rate_bp` for one that is given nevertheless. */
function taxOf(wanted: Pick<ProductChange, "taxRateBp" | "taxKind">, rateBp: number, kind: TaxKind) {
  const { taxKind = kind, taxRateBp } = wanted;
  if (taxKind === "included" || taxKind === "added") return { taxKind, taxRateBp: taxRateBp ?? rateBp };
  if (taxRateBp !== undefined && taxRateBp > 0)
    throw fieldFault("tax_rate_bp", "TAX_KIND", "inventory.validation.tax_kind");
  return { taxKind, taxRateBp: 0 };
}

/** Throws KIND_FIXED for what is made of others; what holds goods that would be none, or be counted in another unit. */
async function mayBecome(
  tx: Tx,
  holds: Pick<Holds, "refuse">,
  before: Product,
  after: Pick<ProductFacts, "kind" | "unit">,
): Promise<void> {
  const { kind, name } = before;
  if (kind !== after.kind && (kind === "kit" || kind === "parent")) throw errors.KIND_FIXED({ params: { name } });
  if (!isStocked(before)) return;
  if (!isStocked(after) || isOtherUnit(before.unit, after.unit)) await holds.refuse(tx, before, AS_GOODS);
}

/** Written in another way it is the same. */
export function isOtherUnit(a: string, b: string): boolean {
  return shelves.categoryKey(a) !== shelves.categoryKey(b);
}

export function defaultRate(rates: readonly { rateBp: number; isDefault: boolean }[]): number {
  return rates.find((rate) => rate.isDefault)?.rateBp ?? 0;
}

/** What one may leave empty. */
const EMPTIABLE = new Set(["description", "category", "brand"]);

/** A category or a brand is the same in capitals: then the name it has stays. A key that is there with undefined empties the field. */
function merge(before: Product, change: ProductChange): ProductFacts {
  const wanted = Object.fromEntries(
    Object.entries(change).filter(([key, value]) => value !== undefined || EMPTIABLE.has(key)),
  );
  const after: ProductFacts = { ...before, ...wanted };
  const category = asBefore(after.category, before.category);
  const brand = asBefore(after.brand, before.brand);
  const tax = taxOf(change, before.taxRateBp, before.taxKind);
  return { ...after, ...tax, category, brand, barcodes: inOrder(after.barcodes) };
}

function asBefore(name: string | undefined, before: string | undefined): string | undefined {
  const same = name !== undefined && before !== undefined && shelves.categoryKey(name) === shelves.categoryKey(before);
  return same ? before : name;
}

function inOrder(codes: readonly string[]): string[] {
  return [...new Set(codes)].sort();
}

/** `ownId`: the product itself may have its codes, but not those of its further units. */
async function refuseTakenCodes(tx: Tx, { sku, barcodes }: ProductFacts, ownId: number | undefined): Promise<void> {
  const owners = await ownersOf(tx, [sku, ...barcodes]);
  const others = owners.filter(({ productId, ofUnit }) => productId !== ownId || ofUnit);
  if (others.length === 0) return;
  throw kernelErrors.VALIDATION({
    fields: others.map(({ code, name, sku: ownerSku }) => ({
      path: code === sku ? "sku" : "barcodes",
      code: code === sku ? "SKU_TAKEN" : "BARCODE_TAKEN",
      text: "inventory.validation.code_taken",
      params: { code, name, sku: ownerSku },
    })),
  });
}
