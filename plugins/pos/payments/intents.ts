/** Payments that a provider takes: begun, watched, abandoned, spent on a sale, given back. */
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { afterCommit } from "../../../kernel/db/after-commit.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Payment, Register, Seller } from "../domain.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/intents.ts";
import type { Shifts } from "../shifts.ts";
import type { Tenders } from "../tenders.ts";
import { refuseInTraining } from "../training.ts";
import type { Answers } from "./answers.ts";
import type { Intent } from "./domain.ts";
import { paymentPending } from "./pending.ts";
import type { Providers } from "./provider.ts";

/** where the provider names no end */
const OPEN_MINUTES = 15;

export interface IntentParts {
  db: Database;
  clock: Clock;
  audit: Auditor;
  log: Logger;
  providers: Providers;
  tenders: Pick<Tenders, "list">;
  shifts: Pick<Shifts, "forSale">;
  answers: Answers;
  /** tells the worker that there is something to do */
  wake(): void;
}

export type Intents = ReturnType<typeof createIntents>;

export function createIntents({ db, clock, audit, log, providers, tenders, shifts, answers, wake }: IntentParts) {
  async function find(id: string, tx?: Tx): Promise<Intent> {
    const intent = await queries.findIntent(tx ?? db.primary, id);
    if (!intent) throw kernelErrors.NOT_FOUND();
    return intent;
  }

  return {
    find,
    list: (storeIds: readonly number[], limit: number) => queries.listIntents(db.replica, storeIds, limit),
    waitingRefunds: (storeIds: readonly number[]) => queries.waitingRefunds(db.primary, storeIds),
    ofCart: (cartId: string, tx?: Tx) => queries.intentsOfCart(tx ?? db.primary, cartId, tx !== undefined),

    /** Asks for a payment; the provider is told after the commit. Throws a fault of `method`, CART_PAID, SHIFT_CLOSED, TRAINING_STORE. */
    async begin(
      tx: Tx,
      wanted: { cartId: string | undefined; method: string; amountMinor: number; register: Register },
      seller: Seller,
      shop: Shop,
    ): Promise<string> {
      await refuseInTraining(tx, wanted.register.storeId);
      const tender = (await tenders.list(tx)).find(({ code }) => code === wanted.method);
      const provider = tender?.active && tender.provider !== undefined ? providers.get(tender.provider) : undefined;
      if (!provider) throw fieldFault("method", "NO_PROVIDER", "pos.validation.no_provider");
      if (wanted.cartId !== undefined && !(await queries.holdOpenCart(tx, wanted.cartId))) throw errors.CART_PAID();
      // held open: a shift is not closed between this and the commit
      await shifts.forSale(tx, wanted.register, seller, shop);
      const now = clock.now();
      const id = randomUUID();
      const expiresAt = new Date(now.getTime() + OPEN_MINUTES * 60_000);
      await queries.insertIntent(tx, {
        ...wanted,
        id,
        provider: provider.code,
        currency: shop.currency,
        expiresAt,
        seller,
        now,
      });
      afterCommit(tx, wake);
      return id;
    },

    /**
     * Nobody will pay it any more: the provider is told, and may answer that it was paid already. Where it does not answer, it goes
     * on being asked whether money came late. Throws NOT_FOUND.
     */
    async abandon(id: string): Promise<Intent> {
      const intent = await find(id);
      if (intent.state !== "new" && intent.state !== "pending") return intent;
      await answers.cancel(intent).catch((err: unknown) => {
        log.warn({ err, intent: id }, "a provider was not told that a payment is abandoned");
        return answers.given(intent, { state: "cancelled" });
      });
      return find(id);
    },

    /** No sale came of it: all of it goes back. Throws NOT_FOUND, INTENT_SETTLED. */
    async giveBack(tx: Tx, id: string, reason: string, by: { seller: Seller; address: string }): Promise<void> {
      const intent = await find(id, tx);
      const now = clock.now();
      if (!(await queries.moveIntent(tx, id, ["approved"], { state: "returned", nextAskAt: undefined, now })))
        throw errors.INTENT_SETTLED();
      await queries.insertRefund(tx, {
        id: randomUUID(),
        intentId: id,
        saleId: undefined,
        amountMinor: intent.amountMinor,
        now,
      });
      const after = { amount_minor: intent.amountMinor, method: intent.method };
      const about = { action: "payment.given_back", subject: `payment:${id}`, after, reason, address: by.address };
      await audit(tx, { user: by.seller, ...about });
      afterCommit(tx, wake);
    },

    /**
     * The approved ones of a cart as payments, locked. Throws PAYMENT_PENDING while the customer of one may still pay.
     */
    async approvedOf(tx: Tx, cartId: string): Promise<Payment[]> {
      const open = await queries.intentsOfCart(tx, cartId, true);
      if (open.some(({ state }) => state !== "approved")) throw paymentPending();
      return open.map(paymentOf);
    },

    /**
     * Throws a fault of a payment whose intent is not approved, says something else, or belongs to another sale: it is its cart's,
     * or of whoever asked for it.
     */
    async check(
      tx: Tx,
      payments: readonly Payment[],
      fieldOf: (index: number) => string,
      sale: { cartId: string | undefined; storeId: number; userId: number },
    ): Promise<Payment[]> {
      const ids = payments.flatMap(({ intentId }) => (intentId === undefined ? [] : [intentId]));
      if (ids.length === 0) return [...payments];
      const known = new Map((await queries.lockIntents(tx, ids)).map((one) => [one.id, one]));
      return payments.map((payment, index) => {
        if (payment.intentId === undefined) return payment;
        const intent = known.get(payment.intentId);
        const isOurs =
          intent?.storeId === sale.storeId &&
          intent.cartId === sale.cartId &&
          (intent.cartId !== undefined || intent.userId === sale.userId);
        const fits = isOurs && intent.state === "approved" && intent.method === payment.method;
        if (
          !fits ||
          intent.amountMinor !== payment.amountMinor ||
          ids.indexOf(intent.id) !== ids.lastIndexOf(intent.id)
        )
          throw fieldFault(fieldOf(index), "INTENT_UNFIT", "pos.validation.intent_unfit");
        return paymentOf(intent);
      });
    },

    /** They are part of that sale now. */
    async use(tx: Tx, payments: readonly Payment[], saleId: number): Promise<void> {
      for (const { intentId } of payments) {
        if (intentId === undefined) continue;
        const to = { state: "used" as const, saleId, nextAskAt: undefined, now: clock.now() };
        if (!(await queries.moveIntent(tx, intentId, ["approved"], to))) throw errors.INTENT_SETTLED();
      }
    },

    /** What a return gives back of the payments of a sale goes back through their providers. Amounts below zero. */
    async refund(tx: Tx, saleId: number, returnId: number, payments: readonly Payment[]): Promise<void> {
      const held = await queries.heldBySale(tx, saleId);
      for (const { method, amountMinor } of payments) {
        let rest = -amountMinor;
        for (const intent of held.filter((one) => one.method === method)) {
          const part = Math.min(rest, intent.minor);
          if (part <= 0) continue;
          intent.minor -= part;
          rest -= part;
          const refund = {
            id: randomUUID(),
            intentId: intent.id,
            saleId: returnId,
            amountMinor: part,
            now: clock.now(),
          };
          await queries.insertRefund(tx, refund);
        }
      }
      if (held.length > 0) afterCommit(tx, wake);
    },
  };
}

function paymentOf({ id, method, amountMinor, reference }: Intent): Payment {
  return { method, amountMinor, reference, intentId: id };
}
