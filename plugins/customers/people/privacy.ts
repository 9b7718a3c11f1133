/** What a person may ask for: all that is known, and to be forgotten (adr 0011). */
import type { Auditor } from "../../../kernel/audit.ts";
import { type AuditRow, auditRows } from "../../../kernel/audit-trail/queries.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { forgetLists, forgetReplies, type Identity, telltale } from "../../../kernel/forgetting.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { CustomerRecords } from "../api.ts";
import type { Actor, Customer } from "../domain.ts";
import { errors } from "../errors.ts";
import { listEntries } from "../queries/accounts.ts";
import { customerById } from "../queries/customers.ts";
import { idsOf } from "../queries/merging.ts";
import { listConsents, listContacts, scramble, untouchedSince } from "../queries/people.ts";
import { listPoints } from "../queries/points.ts";
import { remindersOf } from "../queries/reminders.ts";
import { changeable } from "./changeable.ts";
import { retentionMonths } from "./settings.ts";

export type Privacy = ReturnType<typeof createPrivacy>;

const MOST = 100_000;
const BATCH = 200;
const MOST_TRAIL = 1000;
const ANY_TRAIL = { from: undefined, to: undefined, timeZone: "UTC", person: undefined, action: undefined };

/** Who did what about the person: without what is the staff's own. */
const trailOf = ({ at, action, before, after, reason, userName }: AuditRow) => ({
  at,
  action,
  by: userName,
  before,
  after,
  reason,
});

export function createPrivacy(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  /** of other plugins */
  records: readonly CustomerRecords[];
}) {
  const { db, clock, audit, settings, records } = parts;

  async function forget(tx: Tx, actor: Actor | undefined, customer: Customer, name: string, reason: string) {
    // what is owed is a reason to remember
    if (customer.balanceMinor !== 0) throw errors.ERASE_OWES();
    const ids = await idsOf(tx, customer.id);
    const identity = await identityOf(tx, ids);
    const told = telltale(identity);
    await scramble(tx, ids, name, clock.now());
    for (const one of records) await one.forget(tx, ids, told, identity);
    // the kernel keeps nothing of who was not there for months
    if (actor) {
      await forgetReplies(tx, told, "/customers");
      await forgetLists(tx, "customers", told);
    }
    // the trail is for ever: whoever wrote the name into the reason did not mean that
    const about = { action: "customer.erased", subject: `customer:${customer.id}`, reason: told.without(reason) };
    await audit(tx, { ...(actor ?? {}), ...about });
  }

  async function identityOf(tx: Tx, ids: readonly number[]): Promise<Identity> {
    const [facts, contacts] = [await Promise.all(ids.map((id) => customerById(tx, id))), await listContacts(tx, ids)];
    const people = [...facts.flatMap((one) => one ?? []), ...contacts];
    return {
      names: people.map((one) => one.name),
      numbers: [...facts.map((one) => one?.document?.number), ...people.map((one) => one.phone)].flatMap(
        (one) => one ?? [],
      ),
      texts: facts.flatMap((one) => [one?.address, one?.note].flatMap((said) => said ?? [])),
      mails: people.flatMap((one) => one.email ?? []),
    };
  }

  return {
    /** Everything that is known of a customer, from every plugin. Throws NOT_FOUND. Written into the trail. */
    async export(tx: Tx, actor: Actor, customer: Customer) {
      const ids = await idsOf(tx, customer.id);
      const facts = (await Promise.all(ids.map((id) => customerById(tx, id)))).flatMap((one) => one ?? []);
      const [contacts, consents, entries, points] = [
        await listContacts(tx, ids),
        await listConsents(tx, ids),
        await Promise.all(ids.map((id) => listEntries(tx, id, { before: undefined, limit: MOST }))),
        await Promise.all(ids.map((id) => listPoints(tx, id, { before: undefined, limit: MOST }))),
      ];
      const trail = await Promise.all(
        ids.map((id) => auditRows(tx, { ...ANY_TRAIL, subject: `customer:${id}` }, undefined, MOST_TRAIL)),
      );
      const reminders = await remindersOf(tx, ids);
      const others: Record<string, unknown[]> = {};
      const identity = await identityOf(tx, ids);
      for (const one of records) others[one.name] = await one.all(tx, ids, identity);
      await audit(tx, { ...actor, action: "customer.exported", subject: `customer:${customer.id}` });
      return {
        facts,
        contacts,
        consents,
        entries: entries.flat(),
        points: points.flat(),
        reminders,
        others,
        trail: trail.flat().map(trailOf),
      };
    },

    /**
     * Forgets a person: what tells who it was goes for good, documents that the law wants stay as they are. Throws NOT_FOUND,
     * CUSTOMER_MERGED, CUSTOMER_ERASED, ERASE_OWES.
     */
    async erase(tx: Tx, actor: Actor, id: number, name: (id: number) => string, reason: string): Promise<void> {
      await forget(tx, actor, changeable(await customerById(tx, id, true)), name(id), reason);
    },

    /** Forgets who has not been seen for as long as the owner says; each in a transaction of its own. Answers how many. */
    async eraseInactive(name: (id: number) => string, signal: AbortSignal): Promise<number> {
      const months = await settings.get(retentionMonths);
      if (months === 0) return 0;
      const since = clock.now();
      since.setUTCMonth(since.getUTCMonth() - months);
      let count = 0;
      for (let after = 0; !signal.aborted; ) {
        const found = await untouchedSince(db.primary, since, after, BATCH);
        if (found.length === 0) break;
        after = found.at(-1) ?? after;
        for (const id of found) {
          if (signal.aborted) break;
          count += (await db.transaction((tx) => eraseOne(tx, id, since, name(id)))) ? 1 : 0;
        }
      }
      return count;
    },
  };

  async function eraseOne(tx: Tx, id: number, since: Date, name: string): Promise<boolean> {
    const customer = await customerById(tx, id, true);
    // somebody came in meanwhile
    if (!customer || customer.erasedAt || customer.mergedInto || customer.balanceMinor !== 0) return false;
    const ids = await idsOf(tx, id);
    for (const one of records) if (await one.seenSince(tx, ids, since)) return false;
    await forget(tx, undefined, customer, name, "retention");
    return true;
  }
}
