/** Gift cards and store credit: money of the customer's that the shop holds, spent by whoever has the code. */
import { randomInt } from "node:crypto";
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Collections, Handed } from "./collections.ts";
import type { Register, Seller } from "./domain.ts";
import * as queries from "./queries/vouchers.ts";
import { refuseInTraining } from "./training.ts";

export type VoucherKind = "gift_card" | "store_credit";

export interface Voucher {
  id: number;
  kind: VoucherKind;
  code: string;
  storeId: number;
  currency: string;
  balanceMinor: number;
  /** YYYY-MM-DD, the last day on which it is taken */
  expiresOn: string | undefined;
  blocked: boolean;
  customer: { id: number; name: string } | undefined;
  createdAt: Date;
}

export interface VoucherEntry {
  id: number;
  kind: "issue" | "spend" | "refund" | "reversal";
  /** signed */
  amountMinor: number;
  balanceMinor: number;
  saleId: number | undefined;
  saleNumber: string | undefined;
  collectionId: number | undefined;
  userName: string;
  createdAt: Date;
}

/** without letters and digits that people take for one another */
const SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/** 31^12 codes: nobody guesses one, and the API counts the tries */
const LENGTH = 12;

export function newCode(): string {
  return Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join("");
}

/** As it is kept: people type small letters, spaces and dashes. */
export function plainCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

/** As it is printed, to be typed again. */
export function spacedCode(code: string): string {
  return code.match(/.{1,4}/g)?.join(" ") ?? code;
}

/** What of a code may stand on a receipt and in a list. */
export function maskedCode(code: string): string {
  return `····${code.slice(-4)}`;
}

/** Who may see a code in full that was written down by somebody: that person, and whoever manages them. */
export function tellCode(code: string, isTold: boolean): string {
  return isTold ? spacedCode(code) : maskedCode(code);
}

export interface Issue {
  register: Register;
  seller: Seller;
  address: string;
  /** undefined: a new one */
  code: string | undefined;
  expiresOn: string | undefined;
}

export type Vouchers = ReturnType<typeof createVouchers>;

export function createVouchers(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  collections: Pick<Collections, "record">;
}) {
  const { db, clock, audit, collections } = parts;

  return {
    list: (before: number | undefined, limit: number) => queries.listVouchers(db.replica, before, limit),

    /** Throws NOT_FOUND. */
    async find(id: number, tx?: Tx): Promise<Voucher> {
      const found = await queries.voucherById(tx ?? db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    entries: (id: number) => queries.voucherEntries(db.replica, id),

    /** Throws a fault of `code` for one that nobody was given. */
    async byCode(typed: string): Promise<Voucher> {
      const found = await queries.voucherByCode(db.primary, plainCode(typed));
      if (!found) throw fieldFault("code", "VOUCHER_UNKNOWN", "pos.validation.voucher_unknown");
      return found;
    },

    /**
     * Sells a gift card: its money goes into the open shift and onto the card. Answers the collection. Throws faults of `code` that
     * is taken and of `expires_on` that is past, and what `record` throws.
     */
    async sell(tx: Tx, handed: Handed, issue: Issue, shop: Shop): Promise<{ collectionId: number; voucherId: number }> {
      const { register, seller, address, expiresOn } = issue;
      const now = clock.now();
      if (expiresOn !== undefined && expiresOn < businessDate(now, shop.timeZone, shop.dayCutoffHour))
        throw fieldFault("expires_on", "PAST", "pos.validation.expires_past");
      const code = issue.code === undefined ? newCode() : plainCode(issue.code);
      const { currency } = shop;
      const fresh = { kind: "gift_card" as const, code, storeId: register.storeId, currency, expiresOn, now };
      const wanted = { ...fresh, customer: undefined };
      const voucherId = (await queries.insertVoucher(tx, wanted)) ?? (await queries.soldAgain(tx, wanted));
      if (voucherId === undefined) throw fieldFault("code", "CODE_TAKEN", "pos.validation.voucher_taken");
      const what = { kind: "gift_card" as const, customer: undefined, voucherId };
      const collectionId = await collections.record(tx, what, handed, register, seller, shop);
      const booking = { storeId: register.storeId, collectionId, seller, now };
      await queries.fill(tx, "issue", voucherId, handed.amountMinor, booking);
      const after = { amount_minor: handed.amountMinor, method: handed.method };
      await audit(tx, { user: seller, action: "gift_card.sold", subject: `voucher:${voucherId}`, after, address });
      return { collectionId, voucherId };
    },

    /** A lost one is not taken until it is unblocked. `storeId`: where whoever asks stands. Throws NOT_FOUND, TRAINING_STORE. */
    async block(
      tx: Tx,
      id: number,
      blocked: boolean,
      reason: string,
      by: { seller: Seller; address: string; storeId: number | undefined },
    ): Promise<void> {
      if (by.storeId !== undefined) await refuseInTraining(tx, by.storeId);
      const before = await queries.voucherById(tx, id);
      if (!before) throw kernelErrors.NOT_FOUND();
      if (!(await queries.setBlocked(tx, id, blocked))) return;
      const entry = { user: by.seller, subject: `voucher:${id}`, reason, address: by.address };
      await audit(tx, { ...entry, action: blocked ? "voucher.blocked" : "voucher.unblocked" });
    },
  };
}
