/** A few products that go well with a cart, as priced for whom it is; nothing while nobody knows, and nothing of a cart that is paid. */
import type { Text } from "../../kernel/i18n.ts";
import type { GoesWith, Inventory } from "../inventory/api.ts";
import type { Cart } from "./domain.ts";
import type { GroupPrices } from "./group-prices.ts";

const SHOWN = 3;
/** of a long cart the newest lines say what the customer is about */
const LINES = 20;

export type GoesWell = (cart: Cart, at: { storeId: number | undefined; text: Text }) => Promise<GoesWith[]>;

export function createGoesWell(parts: {
  inventory: Pick<Inventory, "advice">;
  groupPrices: Pick<GroupPrices, "ofCart" | "byList">;
}): GoesWell {
  const { inventory, groupPrices } = parts;
  return async (cart, { storeId, text }) => {
    if (cart.status !== "open" || cart.lines.length === 0 || !inventory.advice.ready()) return [];
    const inCart = [...new Set(cart.lines.map(({ productId }) => productId))];
    // more than are shown: some may stand in older lines, or have no price here
    const asked = { storeId, limit: SHOWN + Math.max(0, inCart.length - LINES) + SHOWN, text };
    const found = await inventory.advice.goesWith(inCart.slice(0, LINES), asked);
    const fitting = found.filter(({ product }) => product.priced && !inCart.includes(product.id)).slice(0, SHOWN);
    if (fitting.length === 0) return [];
    const products = fitting.map(({ product }) => product);
    const priced = await groupPrices.byList(await groupPrices.ofCart(cart.id), products, storeId);
    return fitting.map((one, index) => ({ ...one, product: priced[index] ?? one.product }));
  };
}
