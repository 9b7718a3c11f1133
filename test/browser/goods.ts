/** The sample shop, as the database knows it. */
import type { Knex } from "knex";
import type { Page } from "playwright-core";

export interface Goods {
  id: string;
  sku: string;
  barcode: string;
  name: string;
}

/** Loads the sample shop from the home page. */
export async function loadSample(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.click("#sample button");
  await page.waitForURL((at) => at.pathname === "/products");
}

/** Products that have a barcode and stock, the first ones of the shop. */
export async function goods(db: Knex, count: number): Promise<Goods[]> {
  const rows: Goods[] = await db("products as p")
    .join("product_barcodes as b", "b.product_id", "p.id")
    .join("inventory as s", "s.product_id", "p.id")
    .where("s.on_hand_milli", ">=", 10_000)
    .orderBy("p.id")
    .limit(count)
    .select("p.id", "p.sku", "p.name", "b.code as barcode");
  if (rows.length < count) throw new Error(`the sample shop has only ${rows.length} such products`);
  return rows;
}

export async function onHand(db: Knex, productId: string): Promise<number> {
  const row = await db("inventory").where({ product_id: productId }).sum({ milli: "on_hand_milli" }).first();
  return Number(row?.["milli"]);
}
