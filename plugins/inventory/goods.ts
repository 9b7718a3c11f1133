/** What is sold becomes what leaves the shelf: a case its bottles, a kit its parts, a service nothing. */
import type { Tx } from "../../kernel/db/database.ts";
import { divideRounded } from "../../kernel/money.ts";
import type { Good, IssueResult, SellOrder, SellResult } from "./api.ts";
import { errors } from "./errors.ts";
import { type Part, recipesOf } from "./queries/goods.ts";
import type { Stock } from "./stock.ts";

type Sold = SellOrder["lines"][number];

/** what a shelf holds at most, in thousandths */
const MOST_MILLI = 1_000_000_000_000n;
const MILLI = 1000n;

/** See `Inventory.sell`. Most sales are of goods alone: what anything is made of is asked only when one of them is made of something. */
export function createSelling({ issue, issueOwn }: Pick<Stock, "issue" | "issueOwn">) {
  const none: ReadonlyMap<number, Part[]> = new Map();
  return async (tx: Tx, order: SellOrder): Promise<SellResult> => {
    const own = order.lines.map((line) => goodsOf(line, undefined));
    if (own.every((goods) => goods.length > 0)) {
      const issued = await issueOwn(tx, { ...order, lines: perProduct(own.flat()) });
      if (issued) return sold(order, none, own, issued);
    }
    const recipes = await recipesOf(tx, [...new Set(order.lines.map(({ productId }) => productId))]);
    const taken = order.lines.map((line) => goodsOf(line, recipes.get(line.productId)));
    return sold(order, recipes, taken, await issue(tx, { ...order, lines: perProduct(taken.flat()) }));
  };
}

function sold(
  order: SellOrder,
  recipes: ReadonlyMap<number, Part[]>,
  taken: readonly Omit<Good, "costMinor">[][],
  issued: IssueResult,
): SellResult {
  if (!issued.ok) return issued;
  const lines = order.lines.map((line, index) => {
    const parts = recipes.get(line.productId);
    const goods = (taken[index] ?? []).map((good) => ({ ...good, costMinor: issued.costs.get(good.productId) ?? 0 }));
    const isOwn = parts === undefined && line.factorMilli === 1000;
    return { costMinor: costOf(line, parts, issued.costs), goods: isOwn ? undefined : goods };
  });
  return { ok: true, lines };
}

/** Each rounded to a thousandth once; what comes to nothing is left out. Throws STOCK_TOO_LARGE. */
export function goodsOf(
  { productId, quantityMilli, factorMilli }: Sold,
  parts: readonly Part[] | undefined,
): Omit<Good, "costMinor">[] {
  const own: Part[] = [{ productId, stocked: true, costMinor: 0, quantityMilli: 1000 }];
  return (parts ?? own).flatMap((part) => {
    if (!part.stocked) return [];
    const exact = BigInt(quantityMilli) * BigInt(factorMilli) * BigInt(part.quantityMilli);
    const milli = divideRounded(exact, MILLI * MILLI);
    if (milli > MOST_MILLI) throw errors.STOCK_TOO_LARGE();
    return milli === 0n ? [] : [{ productId: part.productId, quantityMilli: Number(milli) }];
  });
}

/** Of one of what is sold, in minor units: the sum of its parts, rounded once. */
function costOf(
  { productId, factorMilli }: Sold,
  parts: readonly Part[] | undefined,
  costs: ReadonlyMap<number, number>,
) {
  const own: Part[] = [{ productId, stocked: true, costMinor: 0, quantityMilli: 1000 }];
  const total = (parts ?? own).reduce((sum, part) => {
    const each = part.stocked ? (costs.get(part.productId) ?? part.costMinor) : part.costMinor;
    return sum + BigInt(each) * BigInt(part.quantityMilli) * BigInt(factorMilli);
  }, 0n);
  return Number(divideRounded(total, MILLI * MILLI));
}

/** The ledger takes one entry a product, however many lines it stands on. */
function perProduct(goods: readonly Omit<Good, "costMinor">[]): Omit<Good, "costMinor">[] {
  const totals = new Map<number, number>();
  for (const { productId, quantityMilli } of goods) totals.set(productId, (totals.get(productId) ?? 0) + quantityMilli);
  return [...totals].map(([productId, quantityMilli]) => ({ productId, quantityMilli }));
}
