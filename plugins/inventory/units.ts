/** The further units in which a product is sold: a case of 24, with its own codes and, when it has one, its own price. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { type FieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { productsChanged } from "./api.ts";
import type { Actor, Product, Unit } from "./domain.ts";
import { errors } from "./errors.ts";
import { lockCodes, ownersOf } from "./queries/codes.ts";
import { productForUpdate, touchProduct } from "./queries/products.ts";
import { categoryKey as nameKey } from "./queries/shelves.ts";
import { replaceUnits, unitsOf } from "./queries/units.ts";

export type NewUnit = Omit<Unit, "id">;
/** Where a fault of that unit is told; undefined: it was there before. */
export type FieldOf = (index: number, field: "name" | "barcodes") => string;

export type Units = ReturnType<typeof createUnits>;

export interface UnitParts {
  db: Database;
  clock: Clock;
  audit: Auditor;
  emit: Emit;
  stores: Pick<Stores, "shopOf">;
}

export function createUnits({ db, clock, audit, emit, stores }: UnitParts) {
  /**
   * Makes them what `change` says. Throws PRODUCT_UNKNOWN, PARENT_NOT_SOLD, and faults of the fields for a name or a code
   * that is taken.
   */
  async function set(tx: Tx, actor: Actor, productId: number, change: (now: Unit[]) => NewUnit[], field: FieldOf) {
    await lockCodes(tx);
    const product = await productForUpdate(tx, productId);
    if (!product) throw errors.PRODUCT_UNKNOWN();
    if (product.kind === "parent") throw errors.PARENT_NOT_SOLD({ params: { name: product.name } });
    const units = change(product.units).map((unit) => ({ ...unit, nameKey: nameKey(unit.name) }));
    await refuse(tx, product, units, field);
    await replaceUnits(tx, productId, units);
    const digits = currencyDigits((await stores.shopOf(undefined)).currency);
    const [before, after] = [said(product.units, digits), said(units, digits)];
    if (before === after) return;
    await touchProduct(tx, productId, clock.now());
    await audit(tx, {
      ...actor,
      action: "product.units_set",
      subject: `product:${productId}`,
      before: { units: before },
      after: { units: after },
    });
    await emit(tx, productsChanged, { productIds: [productId] });
  }

  return {
    of: async (productId: number, tx?: Tx) => (await unitsOf(tx ?? db.primary, [productId])).get(productId) ?? [],
    /** By product. */
    ofAll: (productIds: readonly number[], tx?: Tx) => unitsOf(tx ?? db.primary, productIds),
    set: (tx: Tx, actor: Actor, productId: number, units: NewUnit[]) =>
      set(
        tx,
        actor,
        productId,
        () => units,
        (index, name) => `units.${index}.${name}`,
      ),
    /** One more, or in place of the one of the same name. */
    add: (tx: Tx, actor: Actor, productId: number, unit: NewUnit) =>
      set(
        tx,
        actor,
        productId,
        (now) => [unit, ...now.filter(({ name }) => nameKey(name) !== nameKey(unit.name))],
        (_, name) => name,
      ),
    remove: (tx: Tx, actor: Actor, productId: number, unitId: number) =>
      set(
        tx,
        actor,
        productId,
        (now) => now.filter(({ id }) => id !== unitId),
        (_, name) => name,
      ),
  };
}

async function refuse(tx: Tx, product: Product, units: (NewUnit & { nameKey: string })[], field: FieldOf) {
  const fields: FieldFault[] = [];
  const own = new Set([product.sku, ...product.barcodes]);
  const owners = await ownersOf(
    tx,
    units.flatMap(({ barcodes }) => barcodes),
  );
  units.forEach((unit, index) => {
    const isTaken =
      unit.nameKey === nameKey(product.unit) || units.findIndex(({ nameKey: its }) => its === unit.nameKey) !== index;
    if (isTaken)
      fields.push({
        path: field(index, "name"),
        code: "UNIT_TAKEN",
        text: "inventory.validation.unit_taken",
        params: { unit: unit.name },
      });
    for (const code of unit.barcodes) {
      const owner = owners.find((one) => one.code === code && (one.productId !== product.id || own.has(code)));
      const twice = units.find((other, at) => at < index && other.barcodes.includes(code));
      if (!owner && !twice) continue;
      const { name, sku } = owner ?? { name: twice?.name ?? "", sku: product.sku };
      fields.push({
        path: field(index, "barcodes"),
        code: "BARCODE_TAKEN",
        text: "inventory.validation.code_taken",
        params: { code, name, sku },
      });
    }
  });
  if (fields.length > 0) throw kernelErrors.VALIDATION({ fields });
}

/** As the trail tells it. */
function said(units: readonly NewUnit[], digits: number): string {
  return [...units]
    .sort((a, b) => a.factorMilli - b.factorMilli || (a.name < b.name ? -1 : 1))
    .map(({ name, factorMilli, priceMinor, barcodes }) => {
      const price = priceMinor === undefined ? [] : [`= ${formatDecimal(priceMinor, digits)}`];
      return [name, `× ${formatDecimal(factorMilli, QUANTITY_SCALE)}`, ...price, ...barcodes].join(" ");
    })
    .join("; ");
}
