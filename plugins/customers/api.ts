/** What customers offers to other plugins. */
import type { Tx } from "../../kernel/db/database.ts";
import type { Identity, Telltale } from "../../kernel/forgetting.ts";
import type { Model } from "../../kernel/http/reply.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { PostOffice } from "../../kernel/mail.ts";
import { serviceRef } from "../../kernel/service.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Store } from "../../kernel/stores/store.ts";

export { DOCUMENT_TYPES, type DocumentType } from "./documents.ts";
export { unpaidSql } from "./queries/charges.ts";
export { newCustomerFields, withDocument as readDocumentField } from "./schema.ts";

/** A customer as the till needs one. Money in minor units of `currency`. */
export interface CustomerCard {
  id: number;
  name: string;
  /** as it is printed, e.g. `NIT 900123456-8` */
  document: string | undefined;
  currency: string;
  creditLimitMinor: number;
  /** owed to the shop; below zero the shop owes */
  balanceMinor: number;
  points: number;
  active: boolean;
  /** the one that the customer is in */
  group: CustomerGroup | undefined;
}

/** Customers who pay by the same list and get the same promotions. */
export interface CustomerGroup {
  id: number;
  name: string;
}

export interface NewCustomerFacts {
  name: string;
  document: { type: string; number: string } | undefined;
  phone?: string | undefined;
  email?: string | undefined;
  address?: string | undefined;
  note?: string | undefined;
}

/** One line of an account. `amountMinor` is above zero whatever it does to the balance. */
export interface Entry {
  customerId: number;
  storeId: number;
  currency: string;
  amountMinor: number;
  document: { type: string; id: number; number: string };
  user: { id: number; fullName: string };
}

export type Charged = { ok: true; balanceMinor: number } | { ok: false; availableMinor: number };
export type Credited = { ok: true; balanceMinor: number } | { ok: false; owedMinor: number };

/**
 * Points of customers, in whole points. Each change is one conditional statement in the caller's transaction, whoever else spends at
 * the same time; amounts are minor units of the document's currency.
 */
export interface PointsService {
  /** What a customer can pay with points. */
  worth(card: Pick<CustomerCard, "points" | "currency">): Promise<number>;
  /** For a sale of `amountMinor`, less what was itself paid with points. */
  earn(tx: Tx, entry: Entry): Promise<void>;
  /** Takes back what a sale earned for that part of `wholeMinor` that has come back, though it be spent already. */
  takeBack(
    tx: Tx,
    saleId: number,
    of: { wholeMinor: number; leftMinor: number },
    entry: Omit<Entry, "amountMinor">,
  ): Promise<void>;
  spend(tx: Tx, entry: Entry): Promise<{ ok: true; points: number } | { ok: false; spendableMinor: number }>;
  /** Of the points that paid a sale those for `amountMinor` of it; answers how many. */
  giveBack(tx: Tx, saleId: number, entry: Entry): Promise<number>;
  /** What a document did to points, and how many there were after it; undefined: nothing. */
  of(document: { type: string; id: number }): Promise<{ earned: number; spent: number; balance: number } | undefined>;
}

/** Something to do about a customer that another plugin brings to the customer's page. */
export interface CustomerAction {
  /** locale key */
  label: string;
  permission: string;
  path(customerId: number): string;
  /** false: nothing to do there for this one */
  fits(card: CustomerCard): boolean;
}

/** What another plugin keeps about customers: it hands it over, and forgets it as far as the law lets (adr 0011). */
export interface CustomerRecords {
  /** its name in the export */
  name: string;
  /** `ids`: all that one customer has had. */
  all(tx: Tx, ids: readonly number[], identity: Identity): Promise<unknown[]>;
  /** `told`, `identity`: what told who it was, for words that somebody typed elsewhere. */
  forget(tx: Tx, ids: readonly number[], told: Telltale, identity: Identity): Promise<void>;
  /** True: not long inactive, or something is left that is worth money. */
  seenSince(tx: Tx, ids: readonly number[], since: Date): Promise<boolean>;
}

/** Something that another plugin shows on a customer's page. */
export interface CustomerCardOnPage {
  /** `ids`: all that the customer has had. Undefined: nothing to show to this person. */
  load(
    customer: { id: number; ids: readonly number[] },
    request: { text: Text; shop: Shop; stores: readonly Store[]; can(permission: string): boolean },
  ): Promise<{ view: string; model: Model } | undefined>;
}

export interface Customers {
  /** Of whoever it is now, when it was merged into another. */
  card(id: number, tx?: Tx): Promise<CustomerCard | undefined>;
  /** Active ones whose name, document, phone or mail have these words, by name. */
  search(query: string, limit: number): Promise<CustomerCard[]>;
  /** By name. */
  groups(): Promise<CustomerGroup[]>;
  /** Throws a fault of `document_number` when another customer has that document. */
  create(
    tx: Tx,
    actor: { user: { id: number; username: string }; address: string },
    facts: NewCustomerFacts,
    currency: string,
  ): Promise<CustomerCard>;
  /** Puts a sale on the account, if the limit allows: judged and written by one statement, whoever else buys at the same time. */
  charge(tx: Tx, entry: Entry): Promise<Charged>;
  /**
   * Takes off what was paid, at most what is owed, or what came back, however little is owed: what came back off the charge of the sale
   * that it was bought by, so that the rest is as old as it is.
   */
  credit(tx: Tx, kind: "payment" | "refund", entry: Entry & { returnsSaleId?: number | undefined }): Promise<Credited>;
  /** Puts back what a payment took off that was a mistake, whatever the limit. False: there is no such account in that currency. */
  reverse(tx: Tx, entry: Entry): Promise<boolean>;
  points: PointsService;
  /** All ids that a customer has had: those of others that were merged into it too. */
  idsOf(id: number): Promise<number[]>;
  /** Brings an action to every customer's page; called while plugins are set up. */
  offer(action: CustomerAction): void;
  /** Says what is kept about customers elsewhere; called while plugins are set up. */
  keep(records: CustomerRecords): void;
  /** Reminders of debts go out through it; called while plugins are set up. */
  mailThrough(office: PostOffice): void;
  /** Brings a card to every customer's page; called while plugins are set up. */
  show(card: CustomerCardOnPage): void;
}

export const customersRef = serviceRef<Customers>("customers");
