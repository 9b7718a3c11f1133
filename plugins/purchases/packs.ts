/** The packs in which a supplier sells a product: a case of twelve is ordered whole. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import { QUANTITY_LIMIT } from "../../kernel/input.ts";
import { type Inventory, inOwnUnit, type SellableProduct } from "../inventory/api.ts";
import type { Actor, Pack } from "./domain.ts";
import { onShelves } from "./lines.ts";
import * as queries from "./queries/packs.ts";
import type { Suppliers } from "./suppliers.ts";

export type Packs = ReturnType<typeof createPacks>;

export function createPacks(parts: {
  db: Database;
  audit: Auditor;
  suppliers: Pick<Suppliers, "locked">;
  inventory: Pick<Inventory, "findByCode" | "products">;
}) {
  const { db, audit, suppliers, inventory } = parts;

  async function write(
    tx: Tx,
    actor: Actor,
    supplierId: number,
    product: SellableProduct,
    packMilli: number,
    field: string,
  ): Promise<Pack> {
    const { id: productId, sku, name, unit } = product;
    if (!onShelves(product.kind)) throw fieldFault(field, "NOT_STOCKED", "purchases.validation.not_stocked", { name });
    await suppliers.locked(tx, supplierId);
    const before = (await queries.packsOf(tx, supplierId, [productId])).get(productId);
    if (before !== packMilli) {
      await queries.writePack(tx, supplierId, productId, packMilli);
      await audit(tx, {
        ...actor,
        action: "supplier.pack_set",
        subject: `supplier:${supplierId}`,
        before: { product: sku, pack_milli: before ?? null },
        after: { product: sku, pack_milli: packMilli },
      });
    }
    return { productId, sku, name, unit, packMilli };
  }

  return {
    /** By one of the product's codes; that of a case stands for its bottles. Throws NOT_FOUND, faults of `code` and `pack`. */
    async setByCode(tx: Tx, actor: Actor, supplierId: number, code: string, packMilli: number): Promise<Pack> {
      const product = await inventory.findByCode(code, undefined, tx);
      if (!product) throw fieldFault("code", "CODE_UNKNOWN", "purchases.validation.code", { code });
      const inUnits = Number(inOwnUnit(packMilli, product.soldBy?.factorMilli ?? 1000));
      if (inUnits < 1 || inUnits > QUANTITY_LIMIT)
        throw fieldFault("pack", "TOO_LARGE", "kernel.validation.quantity_large");
      return write(tx, actor, supplierId, product, inUnits, "code");
    },

    /** Throws NOT_FOUND, a fault of `product` of what is kept on no shelf. */
    async set(tx: Tx, actor: Actor, supplierId: number, productId: number, packMilli: number): Promise<Pack> {
      const product = (await inventory.products([productId], undefined, tx)).get(productId);
      if (!product) throw kernelErrors.NOT_FOUND();
      return write(tx, actor, supplierId, product, packMilli, "product");
    },

    /** From now on it is ordered in any quantity. Throws NOT_FOUND of the supplier; where there is no pack nothing happens. */
    async remove(tx: Tx, actor: Actor, supplierId: number, productId: number): Promise<void> {
      await suppliers.locked(tx, supplierId);
      const pack_milli = await queries.removePack(tx, supplierId, productId);
      if (pack_milli === undefined) return;
      const product = (await inventory.products([productId], undefined, tx)).get(productId)?.sku ?? "";
      const subject = `supplier:${supplierId}`;
      await audit(tx, { ...actor, action: "supplier.pack_removed", subject, before: { product, pack_milli } });
    },

    list: (supplierId: number, after: number, limit: number) => queries.listPacks(db.primary, supplierId, after, limit),
  };
}
