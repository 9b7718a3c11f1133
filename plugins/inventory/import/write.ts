/** Writes what was planned for a batch of rows. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Emit } from "../../../kernel/events/event.ts";
import type { ListImport } from "../../../kernel/lists/state.ts";
import { productsChanged, stockMoved } from "../api.ts";
import type { ProductFacts } from "../domain.ts";
import * as bulk from "../queries/bulk.ts";
import { replaceBarcodes } from "../queries/codes.ts";
import { notePrices } from "../queries/price-history.ts";
import { openStock } from "../queries/products.ts";
import { brandIds, categoryIds, categoryKey, defaultStore } from "../queries/shelves.ts";
import { openWith } from "../queries/stock.ts";
import { rememberWords } from "../queries/words.ts";
import type { Plan } from "./plan.ts";

export interface WriteParts {
  emit: Emit;
  audit: Auditor;
}

export async function writePlan(
  tx: Tx,
  { emit, audit }: WriteParts,
  one: Pick<ListImport, "id" | "fileName" | "userId" | "userName" | "address" | "storeId">,
  { newcomers, changes }: Plan,
  now: Date,
): Promise<void> {
  const all = [...newcomers, ...changes].map(({ facts }) => facts);
  if (all.length === 0) return;
  const ids = await categoryIds(tx, new Set(all.flatMap(({ category }) => category ?? [])));
  const brands = await brandIds(tx, new Set(all.flatMap(({ brand }) => brand ?? [])));
  const place = (facts: ProductFacts): bulk.Placed => ({
    ...facts,
    categoryId: facts.category === undefined ? undefined : ids.get(categoryKey(facts.category)),
    brandId: facts.brand === undefined ? undefined : brands.get(categoryKey(facts.brand)),
  });
  await rememberWords(
    tx,
    all.map(({ name }) => name),
  );
  const made = await bulk.insertProducts(
    tx,
    newcomers.map(({ facts }) => place(facts)),
    now,
  );
  await bulk.updateProducts(
    tx,
    changes.map(({ facts }) => place(facts)),
    now,
  );
  const newIds = newcomers.map(({ facts }) => made.get(facts.sku) ?? fail(facts.sku));
  const changedIds = changes.map(({ before }) => before.id);
  const productIds = [...newIds, ...changedIds];
  const codes = all.flatMap(({ barcodes }, index) =>
    barcodes.map((code) => ({ productId: productIds[index] ?? 0, code })),
  );
  await replaceBarcodes(tx, changedIds, codes);
  await openStock(
    tx,
    newIds,
    newcomers.map(({ stockMilli }) => stockMilli !== undefined),
  );

  const user = { id: one.userId, username: one.userName };
  const opened = newcomers.flatMap(({ stockMilli }, index) =>
    stockMilli ? [{ productId: newIds[index] ?? 0, stockMilli }] : [],
  );
  if (opened.length > 0) {
    const storeId = one.storeId ?? (await defaultStore(tx)).id;
    const openedIds = opened.map(({ productId }) => productId);
    const quantitiesMilli = opened.map(({ stockMilli }) => stockMilli);
    await openWith(tx, { storeId, productIds: openedIds, quantitiesMilli, note: one.fileName, user, now });
    await emit(tx, stockMoved, { storeId, productIds: openedIds });
  }
  const priced = [
    ...newcomers.map(({ facts }, index) => ({ productId: newIds[index] ?? 0, priceMinor: facts.priceMinor })),
    ...changes.flatMap(({ before, facts }) =>
      before.priceMinor === facts.priceMinor ? [] : [{ productId: before.id, priceMinor: facts.priceMinor }],
    ),
  ];
  await notePrices(tx, undefined, priced, user, now);
  const prices = changes.filter(({ before, facts }) => before.priceMinor !== facts.priceMinor);
  if (prices.length > 0) {
    await audit(tx, {
      user,
      ...(one.address === null ? {} : { address: one.address }),
      action: "products.repriced",
      subject: `import:${one.id}`,
      before: { price_minor: Object.fromEntries(prices.map(({ before }) => [before.sku, before.priceMinor])) },
      after: { price_minor: Object.fromEntries(prices.map(({ facts }) => [facts.sku, facts.priceMinor])) },
    });
  }
  await emit(tx, productsChanged, { productIds });
}

function fail(sku: string): never {
  throw new Error(`the new product ${sku} was not written`);
}
