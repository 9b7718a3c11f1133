/** Posts a sale: prices, payment, shift, number, stock, rows and event, all in the caller's transaction. */
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { toSafe } from "../../kernel/decimal.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { MONEY_LIMIT } from "../../kernel/input.ts";
import { sum } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { amountIn, type Shop } from "../../kernel/settings/shop.ts";
import { type Inventory, inOwnUnit, type Shortage, shortLines } from "../inventory/api.ts";
import { saleCompleted } from "./api.ts";
import type { TenderHandlers } from "./booked-tenders.ts";
import { bookPayments } from "./booking.ts";
import type { CartCustomer, CartLine, Payment, Register, Sale, SaleLine, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Intents } from "./payments/intents.ts";
import type { SalePoints } from "./points.ts";
import { type CartPrice, type Discount, type PricedLine, priceCart } from "./pricing.ts";
import type { Rule } from "./promotions/taking.ts";
import { insertSale, takeNumber } from "./queries/posting.ts";
import { smallestCoin } from "./settings.ts";
import { roundToCoin, settle } from "./settlement.ts";
import type { Shifts } from "./shifts.ts";
import type { Tenders } from "./tenders.ts";
import { refuseRealTenders } from "./training.ts";

export interface Order {
  register: Register;
  lines: Omit<CartLine, "line">[];
  /** undefined: exactly the total, in cash */
  payments: Payment[] | undefined;
  /** what a provider has taken for it already, beside `payments` */
  held?: Payment[];
  cartId: string | undefined;
  customer: CartCustomer | undefined;
  note: string | undefined;
  discount: Discount | undefined;
  /** the promotions that hold */
  rules: readonly Rule[];
  /** the name of the field that holds the reference of a payment */
  referenceField(index: number): string;
}

export type Post = (tx: Tx, order: Order, seller: Seller, shop: Shop) => Promise<Sale>;

export interface PostingParts {
  clock: Clock;
  inventory: Inventory;
  emit: Emit;
  shifts: Pick<Shifts, "forSale">;
  tenders: Pick<Tenders, "offers">;
  handlers: TenderHandlers;
  points: Pick<SalePoints, "earn">;
  intents: Pick<Intents, "check" | "use">;
  settings: Settings;
}

/** Throws what keeps a sale from being posted: STOCK_INSUFFICIENT, PAYMENT_INSUFFICIENT, SHIFT_CLOSED, NUMBERS_EXHAUSTED, TRAINING_STORE... */
export function createPosting(parts: PostingParts): Post {
  const { clock, inventory, emit, shifts, tenders, handlers, points, intents, settings } = parts;
  return async function post(tx, order, seller, shop) {
    const numbered = order.lines.map((line, index) => Object.assign({}, line, { line: index + 1 }));
    const { lines: ringed, totals, discountMinor } = priced(numbered, order.discount, order.rules);
    if (totals.totalMinor > MONEY_LIMIT) throw errors.AMOUNT_TOO_LARGE();
    const coinMinor = await amountIn(shop.currency, settings, smallestCoin);
    const held = order.held ?? [];
    const typed = order.payments ?? exactCash(totals.totalMinor, held, coinMinor);
    const { cartId, register } = order;
    const own = { cartId, storeId: register.storeId, userId: seller.id };
    const payments = await intents.check(tx, [...held, ...typed], order.referenceField, own);
    const offers = await tenders.offers(payments, order.referenceField);
    const settled = settle(totals.totalMinor, offers, coinMinor);
    if (!settled.ok) throw unsettled(settled, shop);
    const { roundingMinor, paidMinor, changeMinor } = settled;

    const createdAt = clock.now();
    const day = businessDate(createdAt, shop.timeZone, shop.dayCutoffHour);
    const taken = await takeNumber(tx, order.register.id, day);
    const shiftId = await shifts.forSale(tx, order.register, seller, shop, taken?.shiftId);
    if (!taken) throw errors.NUMBERS_EXHAUSTED();
    const { id, number, rangeId } = taken;
    const training = rangeId === undefined;
    if (training) refuseRealTenders(offers, payments);
    const issued = await inventory.sell(tx, {
      storeId: order.register.storeId,
      document: { type: "sale", id, number },
      user: { id: seller.id, username: seller.username },
      lines: order.lines,
    });
    if (!issued.ok) throw shortage(issued.shortages, seller.countsBlind);
    const booked = await bookPayments(tx, "spend", { handlers, payments, offers }, order.referenceField, {
      document: { type: "sale", id, number },
      returnsSaleId: undefined,
      storeId: order.register.storeId,
      currency: shop.currency,
      businessDate: day,
      seller,
      customer: order.customer,
      now: createdAt,
    });
    const sale: Sale = {
      id,
      number,
      numberRangeId: rangeId,
      status: "completed",
      kind: "sale",
      returnsSaleId: undefined,
      reason: undefined,
      note: order.note,
      storeId: order.register.storeId,
      registerId: order.register.id,
      shiftId,
      userId: seller.id,
      userName: seller.fullName,
      customerId: order.customer?.id,
      customerName: order.customer?.name,
      customerDocument: order.customer?.document,
      currency: shop.currency,
      subtotalMinor: totals.subtotalMinor,
      taxMinor: totals.taxMinor,
      discountMinor,
      roundingMinor,
      totalMinor: totals.totalMinor + roundingMinor,
      paidMinor,
      changeMinor,
      businessDate: day,
      createdAt,
      lines: ringed.map((line, index) => Object.assign({}, line, issued.lines[index] ?? { costMinor: 0 })),
      payments: booked,
    };
    const isNamed = sale.customerId !== undefined || booked.some(({ intentId }) => intentId !== undefined);
    await insertSale(tx, sale, order.cartId, !isNamed);
    await intents.use(tx, booked, id);
    if (!training) await points.earn(tx, sale);
    await emit(tx, saleCompleted, {
      saleId: id,
      number,
      storeId: sale.storeId,
      registerId: sale.registerId,
      totalMinor: sale.totalMinor,
      currency: sale.currency,
      businessDate: sale.businessDate,
      lines: sale.lines.map(soldOf),
    });
    return sale;
  };
}

/** As whoever hears of it counts: in the product's own unit. */
export function soldOf({ productId, quantityMilli, factorMilli }: SaleLine) {
  return { productId, quantityMilli: toSafe(inOwnUnit(quantityMilli, factorMilli)) };
}

function exactCash(totalMinor: number, held: readonly Payment[], coinMinor: number): Payment[] {
  const dueMinor = totalMinor - sum(held.map(({ amountMinor }) => amountMinor));
  if (held.length > 0 && dueMinor <= 0) return [];
  return [{ method: "cash", amountMinor: roundToCoin(dueMinor, coinMinor), reference: undefined }];
}

/** As priceCart; an amount that no integer holds exactly is the cashier's slip, not a fault of ours. */
export function priced<L extends PricedLine>(
  lines: readonly L[],
  discount: Discount | undefined,
  rules: readonly Rule[],
): CartPrice<L> {
  try {
    return priceCart(lines, discount, rules);
  } catch (error) {
    throw error instanceof RangeError ? errors.AMOUNT_TOO_LARGE() : error;
  }
}

function unsettled(settled: { missingMinor: number } | { overMinor: number }, { currency }: Shop) {
  return "missingMinor" in settled
    ? errors.PAYMENT_INSUFFICIENT({ data: { missing_minor: settled.missingMinor, currency } })
    : errors.CHANGE_FROM_CASH_ONLY({ data: { over_minor: settled.overMinor, currency } });
}

/** Who counts blind could ask here for any quantity, and read what the books say. */
function shortage(shortages: Shortage[], blind: boolean) {
  const names = shortages
    .slice(0, 5)
    .map(({ name }) => name)
    .join(", ");
  return errors.STOCK_INSUFFICIENT({
    params: { names },
    data: { lines: shortLines(shortages, blind) },
  });
}
