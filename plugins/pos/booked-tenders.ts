/**
 * Tenders that are booked and not handed over: each takes its part of a sale off a balance in the sale's own transaction, by a
 * condition that whoever spends at the same time must meet too.
 */
import type { Tx } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Customers, Entry } from "../customers/api.ts";
import type { DocumentKind, Seller } from "./domain.ts";
import { errors, refuseOtherCurrency } from "./errors.ts";
import * as queries from "./queries/vouchers.ts";
import type { TenderKind } from "./settlement.ts";
import { maskedCode, newCode, plainCode, type VoucherKind } from "./vouchers.ts";

/** One payment, or one refund, of a document that is being posted. */
export interface Booked {
  document: { type: DocumentKind; id: number; number: string };
  /** of a return or a void */
  returnsSaleId: number | undefined;
  storeId: number;
  currency: string;
  /** YYYY-MM-DD */
  businessDate: string;
  seller: Seller;
  customer: { id: number; name: string } | undefined;
  /** above zero both ways */
  amountMinor: number;
  /** what was typed */
  reference: string | undefined;
  /** the name of its field */
  field: string;
  now: Date;
}

/** Both answer what of the reference stays on the receipt. */
export interface TenderHandler {
  spend(tx: Tx, booked: Booked): Promise<string | undefined>;
  giveBack(tx: Tx, booked: Booked): Promise<string | undefined>;
}

export type TenderHandlers = ReadonlyMap<TenderKind, TenderHandler>;

export function createHandlers({ customers }: { customers: Customers | undefined }): TenderHandlers {
  const handlers = new Map<TenderKind, TenderHandler>([
    ["gift_card", voucherHandler("gift_card")],
    ["store_credit", voucherHandler("store_credit")],
  ]);
  if (customers) handlers.set("customer_credit", creditHandler(customers)).set("points", pointsHandler(customers));
  return handlers;
}

/** Throws CUSTOMER_NEEDED. */
function entry({ document, storeId, currency, seller, customer, amountMinor }: Booked): Entry {
  if (customer === undefined) throw errors.CUSTOMER_NEEDED();
  return { customerId: customer.id, storeId, currency, amountMinor, document, user: seller };
}

/** How many points it was stays on the receipt. */
function pointsHandler({ points }: Customers): TenderHandler {
  return {
    async spend(tx, booked) {
      const spent = await points.spend(tx, entry(booked));
      if (spent.ok) return `${spent.points} pts`;
      const { currency } = booked;
      throw errors.POINTS_SHORT({ data: { spendable_minor: spent.spendableMinor, currency } });
    },
    async giveBack(tx, booked) {
      if (booked.returnsSaleId === undefined) throw new Error("points come back to a sale");
      return `${await points.giveBack(tx, booked.returnsSaleId, entry(booked))} pts`;
    },
  };
}

function creditHandler(customers: Customers): TenderHandler {
  return {
    async spend(tx, booked) {
      const charged = await customers.charge(tx, entry(booked));
      if (charged.ok) return undefined;
      const { currency } = booked;
      const card = booked.customer && (await customers.card(booked.customer.id, tx));
      if (card) refuseOtherCurrency(card, booked);
      throw errors.CREDIT_LIMIT({ data: { available_minor: charged.availableMinor, currency } });
    },
    async giveBack(tx, booked) {
      const credited = await customers.credit(tx, "refund", { ...entry(booked), returnsSaleId: booked.returnsSaleId });
      if (!credited.ok) throw errors.CUSTOMER_NEEDED();
      return undefined;
    },
  };
}

function voucherHandler(kind: VoucherKind): TenderHandler {
  const booking = ({ storeId, document, seller, now }: Booked) => ({ storeId, saleId: document.id, seller, now });
  return {
    async spend(tx, booked) {
      const { reference, currency, businessDate: day, amountMinor, field } = booked;
      const code = plainCode(reference ?? "");
      if (await queries.spend(tx, { kind, code, currency, day }, amountMinor, booking(booked))) return maskedCode(code);
      const found = await queries.voucherByCode(tx, code);
      if (!found || found.kind !== kind) throw fieldFault(field, "VOUCHER_UNKNOWN", "pos.validation.voucher_unknown");
      if (found.blocked) throw fieldFault(field, "VOUCHER_BLOCKED", "pos.validation.voucher_blocked");
      if (found.expiresOn !== undefined && found.expiresOn < day)
        throw fieldFault(field, "VOUCHER_EXPIRED", "pos.validation.voucher_expired");
      refuseOtherCurrency(found, booked);
      throw errors.VOUCHER_SHORT({ data: { balance_minor: found.balanceMinor, currency: found.currency } });
    },

    /** To those that paid first, unless they are blocked or expired; what is left is given as store credit of its own. */
    async giveBack(tx, booked) {
      const { returnsSaleId: saleId, storeId, currency, customer, businessDate: day, now } = booked;
      let rest = booked.amountMinor;
      let reference: string | undefined;
      const paid = saleId === undefined ? [] : await queries.spentOn(tx, { kind, saleId, day });
      for (const one of paid) {
        const part = Math.min(rest, one.minor);
        if (part === 0) break;
        await queries.fill(tx, "refund", one.id, part, booking(booked));
        reference = maskedCode(one.code);
        rest -= part;
      }
      if (rest === 0) return reference;
      const code = newCode();
      const fresh = { kind: "store_credit" as const, code, storeId, currency, expiresOn: undefined, customer, now };
      const id = await queries.insertVoucher(tx, fresh);
      if (id === undefined) throw new Error("two new codes were the same");
      await queries.fill(tx, "issue", id, rest, booking(booked));
      return maskedCode(code);
    },
  };
}
