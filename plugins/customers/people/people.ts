/** The people behind a customer: further contacts, and what somebody agreed to (habeas data, Ley 1581 de 2012). */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { MergeActor } from "../merging.ts";
import { customerById } from "../queries/customers.ts";
import { idsOf } from "../queries/merging.ts";
import * as queries from "../queries/people.ts";
import { changeable } from "./changeable.ts";

/** to be kept in the register, to get offers, to be reported to credit bureaus, to be reminded of debts by e-mail */
export const PURPOSES = ["records", "offers", "credit_bureau", "reminders"] as const;
export const CHANNELS = ["written", "spoken", "message", "web"] as const;

export interface NewContact {
  name: string;
  role?: string | undefined;
  phone?: string | undefined;
  email?: string | undefined;
}

export interface Contact extends NewContact {
  id: number;
}

export interface NewConsent {
  purpose: (typeof PURPOSES)[number];
  given: boolean;
  channel: (typeof CHANNELS)[number];
  note?: string | undefined;
}

export interface Consent extends NewConsent {
  id: number;
  userName: string;
  createdAt: Date;
}

export type People = ReturnType<typeof createPeople>;

const MOST = 50;

export function createPeople({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  const ids = (id: number) => idsOf(db.primary, id);
  const about = (actor: MergeActor, id: number) => {
    const { user, address } = actor;
    return { user, address, subject: `customer:${id}` };
  };

  return {
    contacts: async (id: number) => queries.listContacts(db.primary, await ids(id)),
    consents: async (id: number, tx?: Tx) => queries.listConsents(tx ?? db.primary, await ids(id)),

    /** Throws NOT_FOUND, CUSTOMER_MERGED, CUSTOMER_ERASED, a fault of `name` where there are too many. */
    async addContact(tx: Tx, actor: MergeActor, id: number, contact: NewContact): Promise<Contact> {
      changeable(await customerById(tx, id, true));
      const before = await queries.listContacts(tx, [id]);
      if (before.length >= MOST)
        throw fieldFault("name", "CONTACTS_MANY", "customers.validation.contacts_many", { most: MOST });
      const made = { ...contact, id: await queries.insertContact(tx, id, contact, clock.now()) };
      await queries.findByContacts(tx, id, [...before, made]);
      await audit(tx, { ...about(actor, id), action: "customer.contact_added", after: { contact: made.id } });
      return made;
    },

    /** Throws NOT_FOUND. */
    async removeContact(tx: Tx, actor: MergeActor, id: number, contactId: number): Promise<void> {
      changeable(await customerById(tx, id, true));
      if (!(await queries.deleteContact(tx, id, contactId))) throw kernelErrors.NOT_FOUND();
      await queries.findByContacts(tx, id, await queries.listContacts(tx, [id]));
      await audit(tx, { ...about(actor, id), action: "customer.contact_removed", after: { contact: contactId } });
    },

    /** What is agreed to, or no longer. Throws NOT_FOUND, CUSTOMER_MERGED, CUSTOMER_ERASED. */
    async consent(tx: Tx, actor: MergeActor, id: number, consent: NewConsent): Promise<void> {
      changeable(await customerById(tx, id, true));
      await queries.insertConsent(tx, id, consent, actor.user, clock.now());
      const { purpose, given, channel } = consent;
      await audit(tx, { ...about(actor, id), action: "customer.consent", after: { purpose, given, channel } });
    },
  };
}

/** What holds now, by purpose: the newest word. */
export function holding(newestFirst: readonly Consent[]): Map<Consent["purpose"], Consent> {
  return new Map([...newestFirst].reverse().map((one) => [one.purpose, one]));
}
