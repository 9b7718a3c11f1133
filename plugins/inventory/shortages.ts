/** What is said when there is less than is wanted. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { IssueOrder, Shortage } from "./api.ts";
import { errors } from "./errors.ts";
import type { ShelfRow } from "./queries/stock.ts";

/** None where there is enough, or nobody has counted. `counting`: what open counts of the store have. */
export function shortageOf(
  line: IssueOrder["lines"][number],
  shelf: ShelfRow | undefined,
  counting: ReadonlySet<number>,
): Shortage[] {
  if (!shelf?.counted || shelf.onHandMilli >= line.quantityMilli) return [];
  const { productId, sku, name, onHandMilli } = shelf;
  const requestedMilli = line.quantityMilli;
  return [{ productId, sku, name, requestedMilli, onHandMilli, counting: counting.has(productId) }];
}

/** For programs. `blind`: of who asks, see countsBlind. Null on hand: it is being counted, and who asks is not to know. */
export function shortLines(shortages: readonly Shortage[], blind: boolean) {
  return shortages.map((one) => ({
    product_id: one.productId,
    sku: one.sku,
    name: one.name,
    requested: formatDecimal(one.requestedMilli, QUANTITY_SCALE),
    on_hand: blind && one.counting ? null : formatDecimal(one.onHandMilli, QUANTITY_SCALE),
  }));
}

/** Somebody would take more by hand than there is. */
export function short(shelf: ShelfRow, difference: number) {
  return errors.STOCK_INSUFFICIENT({
    params: { name: shelf.name, on_hand: shelf.onHandMilli / 1000, requested: -difference / 1000, unit: shelf.unit },
    data: {
      lines: [
        {
          product_id: shelf.productId,
          sku: shelf.sku,
          name: shelf.name,
          requested: formatDecimal(-difference, QUANTITY_SCALE),
          on_hand: formatDecimal(shelf.onHandMilli, QUANTITY_SCALE),
        },
      ],
    },
  });
}

export type Named = Pick<ShelfRow, "productId" | "sku" | "name">;

/** More of them was sold since they were counted than would be left. */
export function belowZero(shelves: readonly Named[]) {
  return errors.COUNT_BELOW_ZERO(named(shelves));
}

/** Something moved between two entries of each. */
export function countedInParts(lines: readonly Named[]) {
  return errors.COUNT_AGAIN(named(lines));
}

function named(products: readonly Named[]) {
  const names = products.slice(0, 5).map(({ name }) => name);
  return {
    params: { names: names.join(", ") },
    data: { lines: products.map(({ productId, sku, name }) => ({ product_id: productId, sku, name })) },
  };
}
