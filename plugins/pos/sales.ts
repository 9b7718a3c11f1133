/** Sales: posted once, in one transaction, never changed. */
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { approvalNeeded, fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { MONEY_LIMIT } from "../../kernel/input.ts";
import { currencyDigits, sum } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Inventory, SellableProduct, Shortage } from "../inventory/api.ts";
import { saleCompleted } from "./api.ts";
import { cartPaid } from "./carts.ts";
import type { CartLine, Payment, Register, Sale, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import { auditPrice, type PriceActor, type PriceChange } from "./prices.ts";
import { changeFor, type LineAmounts, type PricedLine, priceLine, totalsOf } from "./pricing.ts";
import { firstRegister, markPaid, readCart, registerById } from "./queries/carts.ts";
import { insertSale, takeNumber } from "./queries/posting.ts";
import { findSale, listSales, type SaleFilter } from "./queries/sales.ts";

export interface NewSale {
  items: {
    productId?: number | undefined;
    code?: string | undefined;
    quantityMilli: number;
    unitPriceMinor?: number | undefined;
    /** why it is another price than the list's */
    priceReason?: string | undefined;
    discountMinor?: number | undefined;
  }[];
  payments: Payment[];
  customerId?: number | undefined;
  registerId?: number | undefined;
  expectedTotalMinor?: number | undefined;
}

/** what a sale may be paid with */
const TENDERS: readonly string[] = ["cash"];

interface Order {
  register: Register;
  lines: Omit<CartLine, "line">[];
  /** undefined: exactly the total, in cash */
  payments: Payment[] | undefined;
  cartId: string | undefined;
  customerId: number | undefined;
}

export interface Sales {
  /** The sale of a cart, paid in cash. `shownMinor` is the total the page showed; `amountMinor` undefined is exact cash. */
  payCart(
    tx: Tx,
    cartId: string,
    seller: Seller,
    cash: { shownMinor: number; amountMinor: number | undefined },
    shop: Shop,
  ): Promise<Sale>;
  /** A sale rung by a program. Throws APPROVAL_NEEDED for a price by hand of somebody who may not. */
  post(tx: Tx, sale: NewSale, by: PriceActor & { mayChangePrice: boolean }, shop: Shop): Promise<Sale>;
  find(id: number): Promise<Sale>;
  list(filter: SaleFilter): ReturnType<typeof listSales>;
}

export function createSales(parts: {
  db: Database;
  clock: Clock;
  inventory: Inventory;
  emit: Emit;
  audit: Auditor;
}): Sales {
  const { db, clock, inventory, emit, audit } = parts;

  async function complete(tx: Tx, order: Order, seller: Seller, shop: Shop): Promise<Sale> {
    const ringed = order.lines.map((line, index) => ({
      ...line,
      line: index + 1,
      discountMinor: 0,
      ...priced(line),
    }));
    const totals = totalsOf(ringed);
    if (totals.totalMinor > MONEY_LIMIT) throw errors.AMOUNT_TOO_LARGE();
    const payments = order.payments ?? [{ method: "cash", amountMinor: totals.totalMinor, reference: undefined }];
    const paidMinor = sum(payments.map((one) => one.amountMinor));
    const changeMinor = changeFor(totals.totalMinor, paidMinor);
    if (changeMinor === undefined) throw insufficient(totals.totalMinor, paidMinor, shop);

    const { id, number } = await takeNumber(tx, order.register.id);
    const issued = await inventory.issue(tx, {
      storeId: order.register.storeId,
      document: { type: "sale", id, number },
      user: { id: seller.id, username: seller.username },
      lines: quantitiesByProduct(order.lines),
    });
    if (!issued.ok) throw shortage(issued.shortages);
    const createdAt = clock.now();
    const sale: Sale = {
      id,
      number,
      status: "completed",
      storeId: order.register.storeId,
      registerId: order.register.id,
      userId: seller.id,
      userName: seller.fullName,
      customerId: order.customerId,
      currency: shop.currency,
      ...totals,
      discountMinor: 0,
      roundingMinor: 0,
      paidMinor,
      changeMinor,
      businessDate: businessDate(createdAt, shop.timeZone, shop.dayCutoffHour),
      createdAt,
      lines: ringed.map((line) => ({ ...line, discountMinor: 0, costMinor: issued.costs.get(line.productId) ?? 0 })),
      payments,
    };
    await insertSale(tx, sale, order.cartId);
    await emit(tx, saleCompleted, {
      saleId: id,
      number,
      storeId: sale.storeId,
      registerId: sale.registerId,
      totalMinor: sale.totalMinor,
      currency: sale.currency,
      businessDate: sale.businessDate,
      lines: sale.lines.map(({ productId, quantityMilli }) => ({ productId, quantityMilli })),
    });
    return sale;
  }

  return {
    list: (filter) => listSales(db.replica, filter),

    async find(id) {
      const sale = await findSale(db.primary, id);
      if (!sale) throw kernelErrors.NOT_FOUND();
      return sale;
    },

    async payCart(tx, cartId, seller, { shownMinor, amountMinor }, shop) {
      const cart = await readCart(tx, cartId, true);
      if (!cart) throw errors.CART_EMPTY();
      if (cart.userId !== seller.id) throw kernelErrors.NOT_FOUND();
      if (cart.status === "paid") throw cartPaid(cart);
      if (cart.lines.length === 0) throw errors.CART_EMPTY();
      const register = await registerById(tx, cart.registerId);
      if (!register) throw kernelErrors.NOT_FOUND();
      const lines = [...cart.lines].reverse();
      const { totalMinor } = totalsOf(lines.map(priced));
      if (totalMinor !== shownMinor) throw errors.TOTAL_CHANGED();
      const payments = amountMinor === undefined ? undefined : [{ method: "cash", amountMinor, reference: undefined }];
      const sale = await complete(tx, { register, lines, payments, cartId, customerId: undefined }, seller, shop);
      await markPaid(tx, cartId, sale.id, sale.createdAt);
      return sale;
    },

    async post(tx, sale, by, shop) {
      const unknown = sale.payments.find(({ method }) => !TENDERS.includes(method));
      if (unknown) throw errors.TENDER_UNKNOWN({ params: { method: unknown.method } });
      const register =
        sale.registerId === undefined ? await firstRegister(tx) : await registerById(tx, sale.registerId);
      if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
      const { lines, changes } = await linesOf(tx, inventory, sale.items);
      if (changes.length > 0 && !by.mayChangePrice) throw approvalNeeded("pos.change_price");
      const { totalMinor } = totalsOf(lines.map(priced));
      const text = (minor: number) => formatDecimal(minor, currencyDigits(shop.currency));
      if (sale.expectedTotalMinor !== undefined && sale.expectedTotalMinor !== totalMinor) {
        throw errors.TOTAL_MISMATCH({
          data: { expected_total: text(sale.expectedTotalMinor), total: text(totalMinor) },
        });
      }
      const order = { register, lines, payments: sale.payments, cartId: undefined, customerId: sale.customerId };
      const posted = await complete(tx, order, by.seller, shop);
      for (const change of changes) await auditPrice(audit, tx, `sale:${posted.id}`, change, by);
      return posted;
    },
  };
}

/** The lines, and which of them have a price by hand. */
async function linesOf(
  tx: Tx,
  inventory: Inventory,
  items: NewSale["items"],
): Promise<{ lines: Order["lines"]; changes: PriceChange[] }> {
  const ids = items.flatMap(({ productId }) => (productId === undefined ? [] : [productId]));
  const byId = ids.length > 0 ? await inventory.products([...new Set(ids)], tx) : new Map();
  const byCode = new Map<string, SellableProduct | undefined>();
  for (const code of new Set(items.flatMap(({ productId, code }) => (productId === undefined && code ? [code] : [])))) {
    byCode.set(code, await inventory.findByCode(code, tx));
  }
  const changes: PriceChange[] = [];
  const lines = items.map((item, index) => {
    const found = item.productId === undefined ? byCode.get(item.code ?? "") : byId.get(item.productId);
    if (!found || ("active" in found && !found.active)) {
      const field = item.productId === undefined ? "code" : "product_id";
      throw fieldFault(`items.${index}.${field}`, "PRODUCT_UNKNOWN", "pos.validation.product_unknown");
    }
    if (item.discountMinor) throw errors.DISCOUNT_NOT_ALLOWED({ data: { line: index + 1 } });
    const unitPriceMinor = item.unitPriceMinor ?? found.priceMinor;
    if (unitPriceMinor !== found.priceMinor) {
      const { priceReason: reason } = item;
      // without a reason the program only had an old price
      if (reason === undefined)
        throw errors.PRICE_MISMATCH({ params: { name: found.name }, data: { line: index + 1, product_id: found.id } });
      changes.push({
        sku: found.sku,
        quantityMilli: item.quantityMilli,
        beforeMinor: found.priceMinor,
        afterMinor: unitPriceMinor,
        reason,
      });
    }
    return {
      productId: found.id,
      sku: found.sku,
      name: found.name,
      unit: found.unit,
      quantityMilli: item.quantityMilli,
      unitPriceMinor,
      taxRateBp: found.taxRateBp,
    };
  });
  return { lines, changes };
}

/** The ledger takes one entry a product, however many lines it stands on. */
function quantitiesByProduct(lines: Order["lines"]): { productId: number; quantityMilli: number }[] {
  const totals = new Map<number, number>();
  for (const { productId, quantityMilli } of lines) totals.set(productId, (totals.get(productId) ?? 0) + quantityMilli);
  return [...totals].map(([productId, quantityMilli]) => ({ productId, quantityMilli }));
}

/** As priceLine; an amount that no integer holds exactly is the cashier's slip, not a fault of ours. */
function priced(line: PricedLine): LineAmounts {
  try {
    return priceLine(line);
  } catch (error) {
    throw error instanceof RangeError ? errors.AMOUNT_TOO_LARGE() : error;
  }
}

function insufficient(totalMinor: number, paidMinor: number, shop: Shop) {
  return errors.PAYMENT_INSUFFICIENT({ data: { missing_minor: totalMinor - paidMinor, currency: shop.currency } });
}

function shortage(shortages: Shortage[]) {
  const names = shortages
    .slice(0, 5)
    .map(({ name }) => name)
    .join(", ");
  return errors.STOCK_INSUFFICIENT({
    params: { names },
    data: {
      lines: shortages.map((one) => ({
        product_id: one.productId,
        sku: one.sku,
        name: one.name,
        requested: formatDecimal(one.requestedMilli, QUANTITY_SCALE),
        on_hand: formatDecimal(one.onHandMilli, QUANTITY_SCALE),
      })),
    },
  });
}
