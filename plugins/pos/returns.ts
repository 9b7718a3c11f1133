/** Returns and voids: documents of their own that take a sale back, in part or whole. The sale itself is never touched. */
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import { currencyDigits, sum } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { amountIn, type Shop } from "../../kernel/settings/shop.ts";
import type { Inventory } from "../inventory/api.ts";
import { saleTakenBack } from "./api.ts";
import type { TenderHandlers } from "./booked-tenders.ts";
import { bookPayments } from "./booking.ts";
import type { Condition, Payment, Register, Sale, SaleLine } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Intents } from "./payments/intents.ts";
import type { SalePoints } from "./points.ts";
import { soldOf } from "./posting.ts";
import type { PriceActor } from "./prices.ts";
import { totalsOf } from "./pricing.ts";
import { registerById, registerToUse } from "./queries/carts.ts";
import { insertSale, takeNumber } from "./queries/posting.ts";
import { lockSale, takenBack } from "./queries/returns.ts";
import { findSale } from "./queries/sales.ts";
import { refunds, type WantedRefund } from "./refunds.ts";
import { type Due, lineBack, NOTHING, type TakenBack, tendersHeld } from "./returning.ts";
import { smallestCoin } from "./settings.ts";
import type { Shifts } from "./shifts.ts";
import type { Tenders } from "./tenders.ts";
import { refuseRealTenders } from "./training.ts";

export interface ReturnOrder {
  /** undefined: everything that is left */
  lines: { line: number; quantityMilli: number; condition: Condition }[] | undefined;
  refund: WantedRefund;
  reason: string;
  /** out of whose drawer the money is taken; undefined: the sale's own register */
  registerId: number | undefined;
}

export interface Returnable {
  sale: Sale;
  /** quantities that can still come back, by line */
  left: Map<number, number>;
  /** what each tender of the sale still holds */
  held: Map<string, number>;
}

export type Returns = ReturnType<typeof createReturns>;

export interface ReturnsParts {
  db: Database;
  clock: Clock;
  inventory: Inventory;
  emit: Emit;
  audit: Auditor;
  settings: Settings;
  tenders: Pick<Tenders, "list">;
  handlers: TenderHandlers;
  points: Pick<SalePoints, "takeBack">;
  intents: Pick<Intents, "refund">;
  shifts: Pick<Shifts, "forSale" | "current" | "takeCash">;
}

export function createReturns(parts: ReturnsParts) {
  const { db, clock, inventory, emit, audit, settings, tenders, handlers, points, intents, shifts } = parts;

  /** Throws NOT_FOUND, RETURN_OF_RETURN for a document that is none of a sale, SALE_VOIDED. */
  async function open(tx: Tx | undefined, saleId: number) {
    const from = tx ?? db.primary;
    if (tx && !(await lockSale(tx, saleId))) throw kernelErrors.NOT_FOUND();
    const sale = await findSale(from, saleId);
    if (!sale) throw kernelErrors.NOT_FOUND();
    if (sale.kind !== "sale") throw errors.RETURN_OF_RETURN();
    const back = await takenBack(from, saleId);
    if (back.documents.some(({ kind }) => kind === "void")) throw errors.SALE_VOIDED();
    const taken = (line: number): TakenBack => back.lines.get(line) ?? NOTHING;
    const left = new Map(sale.lines.map((one) => [one.line, one.quantityMilli - taken(one.line).quantityMilli]));
    return { sale, ...back, taken, left, held: tendersHeld(sale, back.refunds) };
  }

  async function registerFor(tx: Tx, sale: Sale, wanted: number | undefined): Promise<Register> {
    const register =
      wanted === undefined
        ? await registerToUse(tx, { chosen: sale.registerId, storeIds: [sale.storeId] })
        : await registerById(tx, wanted);
    if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
    if (register.storeId !== sale.storeId)
      throw fieldFault("register_id", "OTHER_STORE", "pos.validation.return_other_store");
    return register;
  }

  /** Number, shift, stock, rows, event and trail of a document that takes a sale back. */
  async function post(
    tx: Tx,
    document: { kind: "return" | "void"; sale: Sale; lines: SaleLine[]; payments: Payment[]; reason: string },
    register: Register,
    by: PriceActor,
    shop: Shop,
  ): Promise<Sale> {
    const { kind, sale, payments, reason } = document;
    const lines = document.lines.map((one, index) => ({ ...one, line: index + 1 }));
    const { seller } = by;
    const createdAt = clock.now();
    const day = businessDate(createdAt, shop.timeZone, shop.dayCutoffHour);
    // in the order of a sale (posting.ts), or the two lock each other out
    const number = await takeNumber(tx, register.id, day);
    const shiftId = await shifts.forSale(tx, register, seller, shop, number?.shiftId);
    // between looking and holding it another may have been opened
    if (kind === "void" && shiftId !== sale.shiftId) throw errors.VOID_TOO_LATE();
    if (!number) throw errors.NUMBERS_EXHAUSTED();
    const totals = totalsOf(lines);
    const kinds = new Map((await tenders.list(tx)).map((one) => [one.code, one.kind]));
    const offers = payments.map(({ method }) => ({ kind: kinds.get(method) ?? ("other" as const) }));
    const training = number.rangeId === undefined;
    if (training) refuseRealTenders(offers, payments);
    const paidMinor = sum(payments.map(({ amountMinor }) => amountMinor));
    const posted: Sale = {
      ...sale,
      id: number.id,
      number: number.number,
      numberRangeId: number.rangeId,
      status: "completed",
      kind,
      returnsSaleId: sale.id,
      returnsNumber: sale.number,
      takenBackBy: [],
      reason,
      note: undefined,
      registerId: register.id,
      shiftId,
      userId: seller.id,
      userName: seller.fullName,
      subtotalMinor: totals.subtotalMinor,
      taxMinor: totals.taxMinor,
      discountMinor: sum(lines.map((one) => one.discountMinor)),
      roundingMinor: paidMinor - totals.totalMinor,
      totalMinor: paidMinor,
      paidMinor,
      changeMinor: 0,
      businessDate: day,
      createdAt,
      lines,
      payments,
    };
    await inventory.receive(tx, {
      storeId: sale.storeId,
      document: { type: kind, id: posted.id, number: posted.number },
      takesBack: { type: "sale", id: sale.id },
      user: { id: seller.id, username: seller.username },
      lines: lines.flatMap(goodsBack),
    });
    const { customerId, customerName: name = "", storeId, currency } = sale;
    posted.payments = await bookPayments(tx, "giveBack", { handlers, payments, offers }, () => "method", {
      document: { type: kind, id: posted.id, number: posted.number },
      returnsSaleId: sale.id,
      storeId,
      currency,
      businessDate: day,
      seller,
      customer: customerId === undefined ? undefined : { id: customerId, name },
      now: createdAt,
    });
    await insertSale(tx, posted, undefined);
    await intents.refund(tx, sale.id, posted.id, payments);
    if (!training) await points.takeBack(tx, posted);
    if (payments.some(({ method, amountMinor }) => method === "cash" && amountMinor < 0))
      await shifts.takeCash(tx, register.id, shiftId);
    await emit(tx, saleTakenBack, {
      saleId: posted.id,
      number: posted.number,
      kind,
      returnsSaleId: sale.id,
      storeId: posted.storeId,
      registerId: posted.registerId,
      totalMinor: posted.totalMinor,
      currency: posted.currency,
      businessDate: day,
      lines: lines.map(soldOf),
    });
    const after = {
      sale_id: posted.id,
      number: posted.number,
      total_minor: posted.totalMinor,
      ...(by.approvedBy === undefined ? {} : { approved_by: by.approvedBy }),
    };
    const about = { user: seller, subject: `sale:${sale.id}`, after, reason, address: by.address };
    if (kind === "void") await audit(tx, { ...about, action: "sale.voided" });
    else await audit(tx, { ...about, action: "sale.returned" });
    return posted;
  }

  return {
    /** What can still come back of a sale. Throws NOT_FOUND, RETURN_OF_RETURN, SALE_VOIDED. */
    async returnable(saleId: number, tx?: Tx): Promise<Returnable> {
      const { sale, left, held } = await open(tx, saleId);
      return { sale, left, held };
    },

    /**
     * Throws what `returnable` throws; NOTHING_LEFT; faults of `lines.N.quantity` for more than was sold and not returned
     * yet; REFUND_TENDER for more by a tender than it holds, REFUND_MISMATCH for another sum than is due; CASH_SHORT; TRAINING_STORE.
     */
    async return(tx: Tx, saleId: number, order: ReturnOrder, by: PriceActor, shop: Shop): Promise<Sale> {
      const { sale, documents, taken, left, held } = await open(tx, saleId);
      const register = await registerFor(tx, sale, order.registerId);
      const wanted =
        order.lines ??
        [...left].map(([line, quantityMilli]) => ({ line, quantityMilli, condition: "restock" as const }));
      const lines: SaleLine[] = [];
      wanted.forEach(({ line, quantityMilli, condition }, index) => {
        if (quantityMilli === 0) return;
        const sold = sale.lines.find((one) => one.line === line);
        const field = `lines.${index}`;
        if (!sold || wanted.findIndex((one) => one.line === line) !== index)
          throw fieldFault(`${field}.line`, "LINE_UNKNOWN", "pos.validation.line_unknown");
        const most = left.get(line) ?? 0;
        if (quantityMilli > most)
          throw fieldFault(`${field}.quantity`, "RETURN_TOO_MUCH", "pos.validation.return_too_much", {
            left: most / 1000,
          });
        lines.push(lineBack(sold, taken(line), { quantityMilli, condition }));
        left.set(line, most - quantityMilli);
      });
      if (lines.length === 0) throw errors.NOTHING_LEFT();
      const due: Due & { digits: number } = {
        digits: currencyDigits(sale.currency),
        linesMinor: -sum(lines.map(({ totalMinor }) => totalMinor)),
        leftMinor: sale.totalMinor + sum(documents.map(({ totalMinor }) => totalMinor)),
        complete: [...left.values()].every((quantity) => quantity === 0),
        coinMinor: await amountIn(sale.currency, settings, smallestCoin),
      };
      const payments = refunds(order.refund, held, due);
      return post(tx, { kind: "return", sale, lines, payments, reason: order.reason }, register, by, shop);
    },

    /**
     * Takes back a sale that should not have been, whole: of the shift that is open at its register, nothing of it returned.
     * Throws NOT_FOUND, RETURN_OF_RETURN, SALE_VOIDED, VOID_AFTER_RETURN, VOID_TOO_LATE, CASH_SHORT.
     */
    async void(tx: Tx, saleId: number, reason: string, by: PriceActor, shop: Shop): Promise<Sale> {
      const { sale, documents, held } = await open(tx, saleId);
      if (documents.length > 0) throw errors.VOID_AFTER_RETURN();
      const register = await registerById(tx, sale.registerId);
      const current = register && (await shifts.current(register.id, tx));
      if (!register || sale.shiftId === undefined || current?.id !== sale.shiftId) throw errors.VOID_TOO_LATE();
      const lines = sale.lines.map((one) =>
        lineBack(one, NOTHING, { quantityMilli: one.quantityMilli, condition: "restock" }),
      );
      const payments = [...held].flatMap(([method, amountMinor]) =>
        amountMinor > 0 ? [{ method, amountMinor: -amountMinor, reference: undefined }] : [],
      );
      return post(tx, { kind: "void", sale, lines, payments, reason }, register, by, shop);
    },
  };
}

/** What goes back onto the shelf of a line: the product, or what it had taken. */
function goodsBack(line: SaleLine) {
  const damaged = line.condition === "damaged";
  const { productId, quantityMilli, costMinor, goods = [{ productId, quantityMilli, costMinor }] } = line;
  return goods.flatMap((good) =>
    good.quantityMilli === 0 ? [] : [{ ...good, quantityMilli: -good.quantityMilli, damaged }],
  );
}
