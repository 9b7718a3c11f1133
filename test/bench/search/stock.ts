/** A shop with a given catalogue, whose search has read it and fitted a model of it. */
import { insertProducts } from "../../../plugins/inventory/queries/bulk.ts";
import { categoryIds, categoryKey } from "../../../plugins/inventory/queries/shelves.ts";
import { openShop, type Shop } from "../../harness/shop.ts";
import { fitted, productsRead } from "./model.ts";
import type { Document } from "./sets.ts";

const BATCH = 2000;

/** Documents without a code of their own have their id for one. Products have no stock: searching asks for none. */
export async function shopWith(documents: readonly Document[]): Promise<Shop> {
  const shop = await openShop();
  try {
    const now = new Date();
    for (let from = 0; from < documents.length; from += BATCH) {
      const batch = documents.slice(from, from + BATCH);
      await shop.db.transaction(async (tx) => {
        const categories = await categoryIds(
          tx,
          batch.flatMap(({ category }) => category ?? []),
        );
        await insertProducts(
          tx,
          batch.map(({ id, name, category, description }) => ({
            ...PLAIN,
            barcodes: [],
            sku: id,
            name,
            description,
            category,
            brand: undefined,
            brandId: undefined,
            categoryId: categories.get(categoryKey(category ?? "")),
          })),
          now,
        );
      });
    }
    await shop.db.raw("INSERT INTO search_changes (product_id) SELECT id FROM products");
    await shop.db.raw("ANALYZE");
    const api = await shop.api("admin");
    await productsRead(api, (count) => count === documents.length);
    await fitted(api);
    return shop;
  } catch (error) {
    await shop.close();
    throw error;
  }
}

const PLAIN = {
  kind: "goods",
  unit: "un",
  priceMinor: 100_000,
  taxRateBp: 1900,
  taxKind: "included",
  costMinor: 50_000,
  reorderPointMilli: 0,
  active: true,
} as const;
