/**
 * Money that is handed over for no goods, into the register's open shift: a debt that is paid, a gift card that is bought. What was
 * a mistake is taken back by a row below zero.
 */
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Customers } from "../customers/api.ts";
import type { Register, Seller } from "./domain.ts";
import { errors, refuseOtherCurrency } from "./errors.ts";
import type { PriceActor } from "./prices.ts";
import { registerById, registerToUse } from "./queries/carts.ts";
import { findCollection, insertCollection, lockCollection } from "./queries/collections.ts";
import { takeOff } from "./queries/vouchers.ts";
import type { Shifts } from "./shifts.ts";
import { isBooked, type Tenders } from "./tenders.ts";
import { refuseInTraining } from "./training.ts";

export type CollectionKind = "debt" | "gift_card";

/** How it was paid. */
export interface Handed {
  method: string;
  amountMinor: number;
  reference: string | undefined;
}

export interface NewCollection extends Handed {
  kind: CollectionKind;
  register: Register;
  shiftId: number;
  customer: { id: number; name: string } | undefined;
  voucherId: number | undefined;
  currency: string;
  /** YYYY-MM-DD */
  businessDate: string;
  seller: Seller;
  createdAt: Date;
  /** of a row that takes another back: which, and why; the amount is below zero */
  reversesId?: number | undefined;
  reason?: string | undefined;
}

export interface Collection extends Omit<NewCollection, "register" | "seller"> {
  id: number;
  storeId: number;
  registerId: number;
  registerName: string;
  userId: number;
  userName: string;
  /** what took it back */
  reversedById: number | undefined;
}

export interface Reversal {
  reason: string;
  /** out of whose drawer; undefined: of the one that it went into */
  registerId: number | undefined;
}

/** As it is printed. It is no invoice and needs no range. */
export function collectionNumber({ id }: Pick<Collection, "id">): string {
  return `RC-${id}`;
}

export type Collections = ReturnType<typeof createCollections>;

export function createCollections(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  shifts: Pick<Shifts, "forSale" | "takeCash">;
  tenders: Pick<Tenders, "offers">;
  customers: Pick<Customers, "card" | "credit" | "reverse"> | undefined;
}) {
  const { db, clock, audit, shifts, tenders, customers } = parts;

  /**
   * Into the shift as a sale, which holds it open. Throws TENDER_UNKNOWN also for what is not handed over, SHIFT_CLOSED, TRAINING_STORE,
   * a fault of `reference` that is missing.
   */
  async function record(
    tx: Tx,
    what: { kind: CollectionKind; customer: NewCollection["customer"]; voucherId: number | undefined },
    handed: Handed,
    register: Register,
    seller: Seller,
    shop: Shop,
  ): Promise<number> {
    await refuseInTraining(tx, register.storeId);
    const [offer] = await tenders.offers([handed], () => "reference");
    if (!offer || isBooked(offer.kind)) throw fieldFault("method", "NOT_HANDED", "pos.validation.not_handed");
    const shiftId = await shifts.forSale(tx, register, seller, shop);
    const createdAt = clock.now();
    const day = businessDate(createdAt, shop.timeZone, shop.dayCutoffHour);
    const { currency } = shop;
    return insertCollection(tx, {
      ...what,
      ...handed,
      register,
      shiftId,
      currency,
      businessDate: day,
      seller,
      createdAt,
    });
  }

  return {
    record,

    /** Throws NOT_FOUND. */
    async find(id: number, tx?: Tx): Promise<Collection> {
      const found = await findCollection(tx ?? db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** A customer pays a debt. Throws what `record` throws, NOT_FOUND, and a fault of `amount` above what is owed. */
    async payDebt(
      tx: Tx,
      customerId: number,
      handed: Handed,
      register: Register,
      seller: Seller,
      shop: Shop,
    ): Promise<number> {
      const card = await customers?.card(customerId, tx);
      if (!card || !customers) throw kernelErrors.NOT_FOUND();
      refuseOtherCurrency(card, shop);
      const customer = { id: card.id, name: card.name };
      const id = await record(tx, { kind: "debt", customer, voucherId: undefined }, handed, register, seller, shop);
      const paid = await customers.credit(tx, "payment", {
        customerId,
        storeId: register.storeId,
        currency: shop.currency,
        amountMinor: handed.amountMinor,
        document: { type: "collection", id, number: collectionNumber({ id }) },
        user: seller,
      });
      if (!paid.ok) throw errors.DEBT_EXCEEDED({ data: { owed_minor: paid.owedMinor, currency: shop.currency } });
      return id;
    },

    /**
     * Takes a mistaken one back whole, as it was handed over, out of an open shift. Throws NOT_FOUND, COLLECTION_REVERSED, CARD_SPENT when
     * not all of it is on the card any more, SHIFT_CLOSED, CASH_SHORT, a fault of `register_id`.
     */
    async reverse(tx: Tx, id: number, { reason, registerId }: Reversal, by: PriceActor, shop: Shop): Promise<number> {
      await lockCollection(tx, id);
      const one = await findCollection(tx, id);
      if (!one) throw kernelErrors.NOT_FOUND();
      if (one.reversesId !== undefined || one.reversedById !== undefined) throw errors.COLLECTION_REVERSED();
      const { storeId, currency, amountMinor, customer, voucherId, method } = one;
      const register =
        registerId === undefined
          ? await registerToUse(tx, { chosen: one.registerId, storeIds: [storeId] })
          : await registerById(tx, registerId);
      if (register?.storeId !== storeId)
        throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
      const { seller } = by;
      const shiftId = await shifts.forSale(tx, register, seller, shop);
      const now = clock.now();
      const reversalId = await insertCollection(tx, {
        ...one,
        amountMinor: -amountMinor,
        register,
        shiftId,
        businessDate: businessDate(now, shop.timeZone, shop.dayCutoffHour),
        seller,
        createdAt: now,
        reversesId: id,
        reason,
      });
      if (voucherId !== undefined) {
        const booking = { storeId, collectionId: reversalId, seller, now };
        if (!(await takeOff(tx, voucherId, amountMinor, booking))) throw errors.CARD_SPENT();
      }
      if (one.kind === "debt" && customer !== undefined) {
        const document = { type: "collection", id: reversalId, number: collectionNumber({ id: reversalId }) };
        const entry = { customerId: customer.id, storeId, currency, amountMinor, document, user: seller };
        if (!(await customers?.reverse(tx, entry))) throw kernelErrors.NOT_FOUND();
      }
      if (method === "cash") await shifts.takeCash(tx, register.id, shiftId);
      const { approvedBy, address } = by;
      const after = {
        number: collectionNumber({ id: reversalId }),
        amount_minor: -amountMinor,
        method,
        ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
      };
      const about = { subject: `collection:${id}`, after, reason, address };
      await audit(tx, { user: seller, action: "collection.reversed", ...about });
      return reversalId;
    },
  };
}
