/** Customers: made, changed, retired, found; and their accounts. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { PostOffice } from "../../kernel/mail.ts";
import type {
  CustomerAction,
  CustomerCard,
  CustomerCardOnPage,
  CustomerGroup,
  CustomerRecords,
  Customers,
  Entry,
  NewCustomerFacts,
  PointsService,
} from "./api.ts";
import { type Document, documentText } from "./documents.ts";
import type { Actor, Customer, CustomerFacts } from "./domain.ts";
import { errors } from "./errors.ts";
import { changeable } from "./people/changeable.ts";
import { listEntries, writeEntry } from "./queries/accounts.ts";
import { takeOffCharge } from "./queries/charges.ts";
import * as queries from "./queries/customers.ts";
import { groupById, listGroups } from "./queries/groups.ts";
import { idsOf, whoIs } from "./queries/merging.ts";

export type Wished = { [K in keyof CustomerFacts]?: CustomerFacts[K] | undefined };
export type Register = ReturnType<typeof createCustomers>;

export function createCustomers({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  /** Throws a fault of `document_number`. */
  async function refuseTaken(tx: Tx, document: Document | undefined, own: number | undefined): Promise<void> {
    if (document === undefined) return;
    await queries.lockDocument(tx, document);
    const owner = await queries.ownerOf(tx, document);
    if (owner && owner.id !== own)
      throw fieldFault("document_number", "CUSTOMER_TAKEN", "customers.validation.taken", { name: owner.name });
  }

  /** Throws a fault of `group_id`. */
  async function refuseNoGroup(tx: Tx, id: number | undefined): Promise<void> {
    if (id !== undefined && !(await groupById(tx, id)))
      throw fieldFault("group_id", "GROUP_UNKNOWN", "customers.validation.group_unknown");
  }

  /** The trail is for ever and names, numbers and addresses are not: it keeps which of them changed, and the limit. */
  const trail = (tx: Tx, actor: Actor, action: string, id: number, before: Customer | undefined, after: Customer) =>
    audit(tx, {
      ...actor,
      action,
      subject: `customer:${id}`,
      ...(before ? { before: said(before) } : {}),
      after: { ...said(after), ...(before ? { changed: changedFacts(before, after) } : {}) },
    });

  return {
    /** Throws a fault of `document_number` when another customer has that document. */
    async create(tx: Tx, actor: Actor, facts: Wished & { name: string }, currency: string): Promise<Customer> {
      await refuseTaken(tx, facts.document, undefined);
      await refuseNoGroup(tx, facts.groupId);
      const customer = await queries.insertCustomer(tx, { ...NO_FACTS, ...given(facts) }, currency, clock.now());
      await trail(tx, actor, "customer.created", customer.id, undefined, customer);
      return customer;
    },

    /** Changes what is given; `undefined` that is there empties. Throws NOT_FOUND, CUSTOMER_CHANGED, a fault of `document_number`. */
    async update(
      tx: Tx,
      actor: Actor,
      id: number,
      change: Partial<CustomerFacts>,
      version?: number,
    ): Promise<Customer> {
      const before = changeable(await queries.customerById(tx, id, true));
      if (version !== undefined && version !== before.version) throw errors.CUSTOMER_CHANGED();
      const wished = { ...before, ...change };
      if (changedFacts(before, wished).length === 0) return before;
      await refuseTaken(tx, wished.document, id);
      await refuseNoGroup(tx, wished.groupId);
      const after = await queries.updateCustomer(tx, id, wished, clock.now());
      await trail(tx, actor, "customer.updated", id, before, after);
      return after;
    },

    /** Throws NOT_FOUND. */
    async get(id: number): Promise<Customer> {
      const customer = await queries.customerById(db.primary, id);
      if (!customer) throw kernelErrors.NOT_FOUND();
      return customer;
    },

    idsOf: (id: number) => idsOf(db.primary, id),
    find: (query: string, limit: number, active?: boolean) =>
      queries.findCustomers(db.primary, query, { limit, active }),
    list: (after: [string, number] | undefined, limit: number) => queries.listCustomers(db.replica, { after, limit }),
    owing: (after: [number, number] | undefined, limit: number) => queries.listOwing(db.replica, { after, limit }),
    entries: (id: number, before: number | undefined, limit: number) => listEntries(db.replica, id, { before, limit }),
  };
}

/** Of whoever the customer is now, until the end of the transaction. */
export async function atRest<E extends { customerId: number }>(tx: Tx, entry: E): Promise<E> {
  return { ...entry, customerId: (await whoIs(tx, entry.customerId, true)) ?? entry.customerId };
}

/** What other plugins are given; what they bring stands in `parts`. */
export function createService(
  register: Register,
  { db, clock }: { db: Database; clock: Clock },
  parts: {
    actions: CustomerAction[];
    cards: CustomerCardOnPage[];
    records: CustomerRecords[];
    mailThrough(office: PostOffice): void;
  },
  points: PointsService,
): Customers {
  const { actions, cards, records, mailThrough } = parts;
  return {
    points,
    mailThrough,
    async card(id, tx) {
      const customer = await queries.customerById(tx ?? db.primary, (await whoIs(tx ?? db.primary, id)) ?? id);
      return customer && cardOf(customer);
    },
    search: async (query, limit) => (await register.find(query, limit, true)).map(cardOf),
    groups: () => listGroups(db.primary),
    create: async (tx, actor, facts: NewCustomerFacts, currency) => {
      const document = facts.document as Document | undefined;
      return cardOf(await register.create(tx, actor, { ...facts, document }, currency));
    },
    idsOf: (id) => idsOf(db.primary, id),
    async charge(tx, asked: Entry) {
      const entry = await atRest(tx, asked);
      const charged = await writeEntry(tx, "charge", entry, clock.now());
      if (charged) return { ok: true, balanceMinor: charged.balanceMinor };
      const customer = await queries.customerById(tx, entry.customerId);
      const may = customer?.active && customer.currency === entry.currency;
      const left = may ? customer.creditLimitMinor - customer.balanceMinor : 0;
      return { ok: false, availableMinor: Math.max(left, 0) };
    },
    async credit(tx, kind, asked) {
      const entry = await atRest(tx, asked);
      const taken = { ...entry, amountMinor: -entry.amountMinor };
      const credited = await writeEntry(tx, kind, taken, clock.now());
      if (credited) {
        const { amountMinor, returnsSaleId: saleId } = entry;
        if (saleId !== undefined) await takeOffCharge(tx, { entryId: credited.id, amountMinor, saleId });
        return { ok: true, balanceMinor: credited.balanceMinor };
      }
      const customer = await queries.customerById(tx, entry.customerId);
      const owed = customer?.currency === entry.currency ? customer.balanceMinor : 0;
      return { ok: false, owedMinor: Math.max(owed, 0) };
    },
    reverse: async (tx, entry: Entry) =>
      (await writeEntry(tx, "reversal", await atRest(tx, entry), clock.now())) !== undefined,
    offer: (action) => void actions.push(action),
    keep: (kept) => void records.push(kept),
    show: (card) => void cards.push(card),
  };
}

export const NO_FACTS: Omit<CustomerFacts, "name"> = {
  document: undefined,
  phone: undefined,
  email: undefined,
  address: undefined,
  note: undefined,
  creditLimitMinor: 0,
  groupId: undefined,
  active: true,
};

/** Without what is undefined, so that it does not hide a default. */
function given(facts: Wished & { name: string }): Partial<CustomerFacts> & { name: string } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as never;
}

export function cardOf(customer: Customer): CustomerCard {
  const { id, name, document, currency, creditLimitMinor, balanceMinor, points, active } = customer;
  const group = groupOf(customer);
  return {
    id,
    name,
    document: documentText(document),
    currency,
    creditLimitMinor,
    balanceMinor,
    points,
    active,
    group,
  };
}

/** The group that a customer is in. */
export function groupOf({ groupId: id, groupName: name }: Customer): CustomerGroup | undefined {
  return id === undefined || name === undefined ? undefined : { id, name };
}

function said({ creditLimitMinor, active, groupName }: Customer) {
  return { credit_limit_minor: creditLimitMinor, active, group: groupName ?? null };
}

const FACTS = [
  "name",
  "document",
  "phone",
  "email",
  "address",
  "note",
  "creditLimitMinor",
  "groupId",
  "active",
] as const;

export function changedFacts(before: CustomerFacts, after: CustomerFacts): string[] {
  return FACTS.filter((fact) => JSON.stringify(before[fact]) !== JSON.stringify(after[fact]));
}
