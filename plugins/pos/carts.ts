/** Carts: on the server from the first scan, of one person at one register. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { formatDecimal, parseDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Inventory, SellableProduct, SellableUnit } from "../inventory/api.ts";
import type { Cart, CartLine, Register, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import type { GroupPrices } from "./group-prices.ts";
import type { Promotions } from "./promotions/promotions.ts";
import * as queries from "./queries/carts.ts";
import { type FindCode, type Found, soldAs } from "./scanning.ts";

const ONE_MILLI = 1000;
const MOST_MILLI = 1_000_000_000;
/** what the scan box shows at most; more is a reason to type another letter */
export const RESULT_LIMIT = 20;

/** weigh: it is sold by weight, and nobody has said how much. */
export type Scanned = { kind: "added" } | { kind: "search"; query: string } | { kind: "weigh"; productId: number };

/** What is added when nobody scans: a product, by a further unit of it, so many. */
export interface Wanted {
  productId: number;
  unitId: number | undefined;
  /** undefined: one */
  quantityMilli: number | undefined;
}

/** Where somebody stands who sells. */
export interface Till {
  /** the register that was chosen */
  chosen: number | undefined;
  /** the stores in use in which the person works */
  storeIds: readonly number[];
  /** whose prices and shelves count */
  storeId: number | undefined;
}

export interface Carts {
  /** The one chosen, or the first in use when it is none, out of use, or of another store. Throws NO_REGISTER. */
  register(till: Till, tx?: Tx): Promise<Register>;
  /** The cart as its owner sees it; empty when nothing was scanned yet. Somebody else's is NOT_FOUND. */
  read(id: string, seller: Seller, tx?: Tx): Promise<Cart>;
  /** As read; within a transaction nobody changes it until that ends, and one that nobody made yet is NOT_FOUND. */
  held(id: string, seller: Seller, tx: Tx | undefined): Promise<Cart>;
  /** Exact code: adds it. `3*code` adds three. Otherwise tells the text to search by; CODE_UNKNOWN when nothing is like it. */
  scan(id: string, seller: Seller, typed: string, till: Till, tx?: Tx): Promise<Scanned>;
  /** Throws NOT_FOUND for a product or a unit that is none. */
  add(id: string, seller: Seller, wanted: Wanted, till: Till, tx?: Tx): Promise<Scanned>;
  /** Throws PRICE_FOR_LESS for more of a line whose price was changed by hand, of somebody who may not change it. */
  setQuantity(
    id: string,
    seller: Seller,
    line: number,
    wanted: { quantityMilli: number; mayChangePrice: boolean },
  ): Promise<void>;
  /** One line as it stands; within a transaction as held. Throws NOT_FOUND, CART_PAID. */
  line(id: string, seller: Seller, line: number, tx?: Tx): Promise<CartLine>;
  remove(id: string, seller: Seller, line: number): Promise<void>;
  /** As priced for whom the cart is. */
  search(
    id: string,
    query: string,
    storeId: number | undefined,
    seller: Seller,
  ): Promise<(SellableProduct & { units: SellableUnit[] })[]>;
  /** To say what is weighed, as priced for whom the cart is. Throws NOT_FOUND. */
  product(id: string, productId: number, storeId: number | undefined): Promise<SellableProduct>;
  /** What is open at the register chosen, or at the first in use when it is none, out of use, or of another store. */
  standing(seller: Seller, till: Till): Promise<queries.Standing>;
  /** What a person had open at a register that was put out of use goes on at this one. */
  moveStranded(seller: Seller, registerId: number): Promise<void>;
}

export function createCarts(parts: {
  db: Database;
  clock: Clock;
  inventory: Inventory;
  find: FindCode;
  groupPrices: Pick<GroupPrices, "ofCart" | "byList">;
  promotions: Pick<Promotions, "ofCart">;
}): Carts {
  const { db, clock, inventory, find, groupPrices, promotions } = parts;

  const register = async (till: Till, tx?: Tx): Promise<Register> => {
    return (await queries.registerToUse(tx ?? db.primary, till)) ?? noRegister();
  };

  const read = async (id: string, seller: Seller, tx?: Tx, hold = false): Promise<Cart> => {
    const cart = await queries.readCart(tx ?? db.primary, id, hold);
    if (!cart && hold) throw kernelErrors.NOT_FOUND();
    if (!cart) return { id, registerId: 0, userId: seller.id, status: "open", saleId: undefined, lines: [] };
    if (cart.userId !== seller.id) throw kernelErrors.NOT_FOUND();
    return Object.assign({}, cart, { promotions: await promotions.ofCart(cart, tx) });
  };

  const held: Carts["held"] = (id, seller, tx) => read(id, seller, tx, tx !== undefined);

  /** Says why a cart did not take a change. */
  const refused = async (id: string, seller: Seller, till?: Till, tx?: Tx): Promise<never> => {
    const cart = await read(id, seller, tx);
    if (cart.status === "paid") throw cartPaid(cart);
    if (cart.lines.length >= queries.LINE_LIMIT) throw errors.CART_FULL({ params: { limit: queries.LINE_LIMIT } });
    if (till) await register(till, tx);
    throw kernelErrors.NOT_FOUND();
  };

  /** `listId`: by which the cart's customer paid a moment ago. */
  const put = async (
    cart: { id: string; seller: Seller; till: Till },
    { product: found, unit, labelMinor }: Pick<Found, "product" | "unit"> & { labelMinor?: number | undefined },
    quantityMilli: number,
    listId: number | undefined,
    within?: Tx,
  ): Promise<void> => {
    const standing = Object.assign({}, cart, { now: clock.now() });
    const add = async (listId: number | undefined, tx?: Tx): Promise<boolean> => {
      const [product = found] = await groupPrices.byList(listId, [found], cart.till.storeId, tx);
      if (!product.priced) throw errors.NO_PRICE({ params: { name: product.name } });
      const line = {
        productId: product.id,
        sku: product.sku,
        name: product.name,
        ...soldAs(product, unit),
        quantityMilli,
        taxRateBp: product.taxRateBp,
        taxKind: product.taxKind,
        labelMinor,
      };
      return orTooLarge(queries.addLine(tx ?? db.primary, standing, line, listId));
    };
    if (await add(listId, within)) return;
    // the customer was chosen or taken away in that moment: once more, while nobody else touches the cart
    const again = async (tx: Tx): Promise<boolean> => {
      await queries.holdCart(tx, standing);
      const now = await groupPrices.ofCart(cart.id, tx);
      return now !== listId && (await add(now, tx));
    };
    const added = await (within ? again(within) : db.transaction(again));
    if (!added) await refused(cart.id, cart.seller, cart.till, within);
  };

  return {
    register,
    read,
    held,
    moveStranded: (seller, registerId) => queries.moveStranded(db.primary, seller.id, registerId),

    async search(id, query, storeId, seller) {
      const [found, listId] = await Promise.all([
        inventory.search(query, storeId, RESULT_LIMIT, seller.id),
        groupPrices.ofCart(id),
      ]);
      const [priced, units] = await Promise.all([
        groupPrices.byList(listId, found, storeId),
        inventory.units(
          found.map((one) => one.id),
          storeId,
        ),
      ]);
      return priced.map((one) => ({ ...one, units: units.get(one.id) ?? [] }));
    },

    async product(id, productId, storeId) {
      const found = (await inventory.products([productId], storeId)).get(productId);
      if (!found?.active) throw kernelErrors.NOT_FOUND();
      const [product = found] = await groupPrices.byList(await groupPrices.ofCart(id), [found], storeId);
      return product;
    },

    async standing(seller, till) {
      return (await queries.standingAt(db.primary, seller.id, till)) ?? noRegister();
    },

    async scan(id, seller, typed, till, tx) {
      // a code that reads like a multiplication is first of all a code
      const [listId, exact] = await Promise.all([groupPrices.ofCart(id, tx), find(typed, till.storeId, tx)]);
      const { code, quantityMilli } = exact ? { code: typed, quantityMilli: undefined } : parseScan(typed);
      const found = exact ?? (code === typed ? undefined : await find(code, till.storeId, tx));
      if (found) {
        // a label says how much it is of: three of them are three labels
        if (found.quantityMilli !== undefined && quantityMilli !== undefined)
          throw fieldFault("code", "LABEL_FIXED", "pos.validation.label_alone");
        const much = found.quantityMilli ?? quantityMilli;
        if (found.product.kind === "parent") return { kind: "search", query: found.product.name };
        if (needsWeight(found.product, found.unit, much)) return { kind: "weigh", productId: found.product.id };
        await put({ id, seller, till }, found, much ?? ONE_MILLI, listId, tx);
        return { kind: "added" };
      }
      // a program hears the same, and its transaction must not wait for a second connection
      const like = tx ? [] : await inventory.search(code, till.storeId, 1);
      if (like.length === 0) throw errors.CODE_UNKNOWN({ params: { code } });
      return { kind: "search", query: code };
    },

    async add(id, seller, { productId, unitId, quantityMilli }, till, tx) {
      const [listId, products] = await Promise.all([
        groupPrices.ofCart(id, tx),
        inventory.products([productId], till.storeId, tx),
      ]);
      const product = products.get(productId);
      if (!product?.active) throw kernelErrors.NOT_FOUND();
      if (product.kind === "parent") return { kind: "search", query: product.name };
      const units = unitId === undefined ? undefined : await inventory.units([productId], till.storeId, tx);
      const unit = units?.get(productId)?.find((one) => one.id === unitId);
      if (unitId !== undefined && !unit) throw kernelErrors.NOT_FOUND();
      if (needsWeight(product, unit, quantityMilli)) return { kind: "weigh", productId };
      await put({ id, seller, till }, { product, unit }, quantityMilli ?? ONE_MILLI, listId, tx);
      return { kind: "added" };
    },

    async setQuantity(id, seller, line, { quantityMilli, mayChangePrice }) {
      const key = { cart: id, line, userId: seller.id };
      if (await orTooLarge(queries.setQuantity(db.primary, key, quantityMilli, mayChangePrice))) return;
      const found = (await read(id, seller)).lines.find((one) => one.line === line);
      if (found?.labelMinor !== undefined) throw errors.LABEL_FIXED({ params: { name: found.name } });
      if (found?.listPriceMinor === undefined) return refused(id, seller);
      const quantity = formatDecimal(found.quantityMilli, QUANTITY_SCALE).replace(/\.?0+$/, "");
      throw errors.PRICE_FOR_LESS({ params: { name: found.name, quantity } });
    },

    async line(id, seller, line, tx) {
      const cart = await held(id, seller, tx);
      if (cart.status === "paid") throw cartPaid(cart);
      const found = cart.lines.find((one) => one.line === line);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    async remove(id, seller, line) {
      if (await queries.removeLine(db.primary, { cart: id, line, userId: seller.id })) return;
      const cart = await read(id, seller);
      // gone already: a double click asked twice for what is done
      if (cart.status === "paid") throw cartPaid(cart);
    },
  };
}

/** A sack of it is a sack; loose it is as much as the scale says. */
function needsWeight({ kind }: SellableProduct, unit: SellableUnit | undefined, milli: number | undefined): boolean {
  return kind === "weighed" && unit === undefined && milli === undefined;
}

function noRegister(): never {
  throw errors.NO_REGISTER();
}

export function cartPaid(cart: Cart) {
  const links = cart.saleId === undefined ? [] : [{ path: `/sales/${cart.saleId}/receipt`, label: "" }];
  return errors.CART_PAID({ data: { sale_id: cart.saleId ?? null, links } });
}

/** `3*770...` or `3x770...` is three of that code, `0,5*770...` half of one. */
export function parseScan(typed: string): { code: string; quantityMilli: number | undefined } {
  const match = /^(\d{1,6}(?:[.,]\d{1,3})?)\s*[*x×]\s*(\S.*)$/i.exec(typed);
  const quantityMilli = parseDecimal(match?.[1]?.replace(",", ".") ?? "", QUANTITY_SCALE);
  if (!match?.[2] || !quantityMilli) return { code: typed, quantityMilli: undefined };
  return { code: match[2], quantityMilli };
}

/** The table refuses a quantity beyond a million and a line beyond every amount; the cashier is told so. */
export async function orTooLarge<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const check = error instanceof Error && "code" in error && error.code === "23514";
    if (check) throw errors.QUANTITY_TOO_LARGE({ params: { limit: MOST_MILLI / ONE_MILLI } });
    throw error;
  }
}
