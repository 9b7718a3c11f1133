/** Puts the articles on the shelves as an import does: with categories, words to search by, codes and opening stock. */
import type { Database } from "../../../kernel/db/database.ts";
import { insertProducts } from "../../../plugins/inventory/queries/bulk.ts";
import { replaceBarcodes } from "../../../plugins/inventory/queries/codes.ts";
import { openStock } from "../../../plugins/inventory/queries/products.ts";
import { brandIds, categoryIds, categoryKey } from "../../../plugins/inventory/queries/shelves.ts";
import { openWith } from "../../../plugins/inventory/queries/stock.ts";
import { rememberWords } from "../../../plugins/inventory/queries/words.ts";
import { type Demand, MEAN_LINES } from "./demand.ts";
import type { Article } from "./names.ts";
import type { Person } from "./people.ts";

/** A product as the days of the shop know it. */
export interface Good extends Article {
  id: number;
  onHandMilli: number;
  /** how many are on the shelf after a delivery */
  fullMilli: number;
}

const BATCH = 1000;
/** what a shelf holds, and how little of it makes somebody order, in days of sales */
const FULL_DAYS = 30;
const ORDER_DAYS = 7;
/** even what nobody asks for is there a few times, more than anybody takes at once */
const LEAST = 12;

/** In order of demand. `salesADay`: of the whole shop. */
export async function stockShelves(
  db: Database,
  shop: { storeId: number; manager: Person; articles: Article[]; demand: Demand; salesADay: number; now: Date },
): Promise<Good[]> {
  const { storeId, manager, demand, salesADay, now } = shop;
  const ofDays = (rank: number, days: number) =>
    (LEAST + Math.ceil(demand.share(rank) * salesADay * MEAN_LINES * 2 * days)) * 1000;
  const articles = shop.articles.map((one, rank) => ({ ...one, reorderPointMilli: ofDays(rank, ORDER_DAYS) / 2 }));
  const goods: Good[] = [];
  for (let from = 0; from < articles.length; from += BATCH) {
    const batch = articles.slice(from, from + BATCH);
    await db.transaction(async (tx) => {
      const categories = await categoryIds(
        tx,
        batch.flatMap(({ category }) => category ?? []),
      );
      const brands = await brandIds(
        tx,
        batch.flatMap(({ brand }) => brand ?? []),
      );
      await rememberWords(
        tx,
        batch.map(({ name }) => name),
      );
      const placed = batch.map((one) => ({
        ...one,
        categoryId: categories.get(categoryKey(one.category ?? "")),
        brandId: brands.get(categoryKey(one.brand ?? "")),
      }));
      const ids = await insertProducts(tx, placed, now);
      const fresh = batch.map((one, index) => {
        const fullMilli = ofDays(from + index, FULL_DAYS);
        return { ...one, id: ids.get(one.sku) ?? 0, onHandMilli: fullMilli, fullMilli };
      });
      const productIds = fresh.map(({ id }) => id);
      const codes = fresh.flatMap(({ id, barcodes }) => barcodes.map((code) => ({ productId: id, code })));
      await replaceBarcodes(tx, [], codes);
      await openStock(
        tx,
        productIds,
        fresh.map(() => true),
      );
      const quantitiesMilli = fresh.map(({ onHandMilli }) => onHandMilli);
      const user = { id: manager.id, username: manager.username };
      await openWith(tx, { storeId, productIds, quantitiesMilli, note: "lista-de-precios.csv", user, now });
      goods.push(...fresh);
    });
  }
  return goods;
}
