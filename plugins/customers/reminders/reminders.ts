/** Reminders of debts by e-mail: only to who agreed to them, never two within the days that the owner says, written when they go. */
import { randomBytes } from "node:crypto";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import { LOCALES, type Locale, type Text } from "../../../kernel/i18n.ts";
import type { LetterWriter, PostOffice } from "../../../kernel/mail.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { reminderOf } from "../accounts/reminder.ts";
import type { Statements } from "../accounts/statements.ts";
import { errors } from "../errors.ts";
import type { MergeActor } from "../merging.ts";
import { changeable } from "../people/changeable.ts";
import { holding } from "../people/people.ts";
import { customerById } from "../queries/customers.ts";
import { idsOf, whoIs } from "../queries/merging.ts";
import { insertConsent, listConsents } from "../queries/people.ts";
import * as queries from "../queries/reminders.ts";
import { opensAt } from "./hours.ts";
import { reminderDays, reminderHours } from "./settings.ts";

export const REMINDER = "reminder";
const BATCH = 500;
const DAY_MS = 86_400_000;

/** Of a whole list: how many letters were queued, and why how many were not. */
export interface Reminded {
  queued: number;
  noMail: number;
  noConsent: number;
  recent: number;
}

/** What speaks against a reminder. */
export type Against = "owes_nothing" | "no_mail" | "no_consent" | "recent";

export type Reminders = ReturnType<typeof createReminders>;

export function createReminders(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
  texts: Readonly<Record<Locale, Text>>;
  statements: Pick<Statements, "aging" | "overdue">;
  /** brought by whoever sends letters; undefined: nobody does */
  office: () => PostOffice | undefined;
}) {
  const { db, clock, audit, settings, stores, texts, statements, office } = parts;

  const since = async () => new Date(clock.now().getTime() - (await settings.get(reminderDays)) * DAY_MS);
  const against = (one: queries.Recipient | undefined): Against | undefined => {
    if (!one) return "owes_nothing";
    return !one.mail ? "no_mail" : !one.consent ? "no_consent" : one.recent ? "recent" : undefined;
  };
  /** Throws MAIL_NOT_SET. */
  const open = (): PostOffice => {
    const found = office();
    if (!found?.possible) throw errors.MAIL_NOT_SET();
    return found;
  };

  async function queue(tx: Tx, { user }: MergeActor, to: readonly queries.Recipient[], locale: Locale): Promise<void> {
    const made = to.map(({ id, balanceMinor, currency }) => {
      return { customerId: id, balanceMinor, currency, token: randomBytes(24).toString("base64url") };
    });
    const ids = await queries.insertReminders(tx, made, user, clock.now());
    const letters = ids.map((reference) => ({ kind: REMINDER, reference, locale, userId: user.id }));
    await open().queue(tx, letters);
  }

  /** The store in whose hours and days a debt is spoken of: where it was bought last. */
  const shopOf = async (id: number): Promise<Shop> =>
    stores.shopOf(await queries.storeOfDebt(db.primary, await idsOf(db.primary, id)));
  /** Undefined: at once. */
  const notBefore = async (shop: Shop): Promise<Date | undefined> =>
    (await settings.get(reminderHours)) ? opensAt(clock.now(), shop.timeZone) : undefined;

  const writer: LetterWriter = {
    async write(reference, locale) {
      const reminder = await queries.reminderById(db.primary, reference);
      const id = reminder && (await whoIs(db.primary, reminder.customerId));
      const customer = id === undefined ? undefined : await customerById(db.primary, id);
      if (!reminder || !customer?.email || id === undefined) return undefined;
      // paid, taken back or forgotten since it was asked for
      const [one] = await queries.recipients(db.primary, [id], await since());
      if (!one?.consent) return undefined;
      if (await queries.wasReminded(db.primary, await idsOf(db.primary, id), await since())) return undefined;
      const shop = await shopOf(id);
      const later = await notBefore(shop);
      if (later) return { notBefore: later };
      const text = texts[locale];
      const aging = await statements.aging(id, shop);
      const said = reminderOf({ ...customer, aging }, shop.name, text);
      const publicUrl = office()?.publicUrl;
      const stop = publicUrl && `${publicUrl}/no-reminders/${reminder.token}`;
      const foot = stop
        ? text.t("customers.reminders.stop_by_link", { link: stop })
        : text.t("customers.reminders.stop_by_word", { shop: shop.name });
      return { to: customer.email, subject: said.subject, text: `${said.text}\n\n${foot}\n`, unsubscribe: stop };
    },
    settled: (tx, reference, state) => queries.settleReminder(tx, reference, state, clock.now()),
  };

  return {
    writer,
    possible: () => office()?.possible === true,
    hours: (): Promise<boolean> => settings.get(reminderHours),
    notBefore,
    shopOf,
    of: async (customerId: number) => queries.remindersOf(db.primary, await idsOf(db.primary, customerId)),
    last: (ids: readonly number[]) => queries.lastReminders(db.replica, ids),

    /** Undefined: a reminder may go. */
    async against(customerId: number): Promise<Against | undefined> {
      return against((await queries.recipients(db.primary, [customerId], await since()))[0]);
    },

    /** Throws MAIL_NOT_SET, NOT_FOUND, CUSTOMER_MERGED, CUSTOMER_ERASED, REMINDER_<against>. */
    async send(tx: Tx, actor: MergeActor, customerId: number, locale: Locale): Promise<void> {
      open();
      await queries.lockReminders(tx);
      changeable(await customerById(tx, customerId, true));
      const [one] = await queries.recipients(tx, [customerId], await since());
      const why = against(one);
      if (why === "recent") throw errors.REMINDER_RECENT({ params: { days: await settings.get(reminderDays) } });
      if (why || !one) throw errors[REFUSED[why ?? "owes_nothing"]]();
      await queue(tx, actor, [one], locale);
      const { user, address } = actor;
      await audit(tx, { user, address, action: "customer.reminded", subject: `customer:${customerId}` });
    },

    /** To all whose debt is older than `over` days and who may be reminded. Throws MAIL_NOT_SET. */
    async sendAll(tx: Tx, actor: MergeActor, over: number, shop: Shop, locale: Locale): Promise<Reminded> {
      open();
      await queries.lockReminders(tx);
      const after = await since();
      const told: Reminded = { queued: 0, noMail: 0, noConsent: 0, recent: 0 };
      for await (const ids of statements.overdue(over, BATCH, shop)) {
        const found = await queries.recipients(tx, ids, after);
        const to = found.filter((one) => against(one) === undefined);
        if (to.length > 0) await queue(tx, actor, to, locale);
        told.queued += to.length;
        for (const why of found.map(against)) {
          if (why === "no_mail") told.noMail += 1;
          if (why === "no_consent") told.noConsent += 1;
          if (why === "recent") told.recent += 1;
        }
      }
      const { user, address } = actor;
      const { queued, noMail: no_mail, noConsent: no_consent, recent } = told;
      const facts = { over_days: over, queued, no_mail, no_consent, recent };
      await audit(tx, { user, address, action: "customers.reminded", subject: "customers", after: facts });
      return told;
    },

    /** Whose link it is. Throws NOT_FOUND for one that was never sent. */
    async check(token: string): Promise<void> {
      if ((await queries.customerOfToken(db.primary, token)) === undefined) throw kernelErrors.NOT_FOUND();
    },

    /** The customer wants no more of them. Throws NOT_FOUND. */
    async stop(tx: Tx, token: string, address: string): Promise<void> {
      const found = await queries.customerOfToken(tx, token);
      const id = found === undefined ? undefined : await whoIs(tx, found, true);
      if (id === undefined) throw kernelErrors.NOT_FOUND();
      const customer = await customerById(tx, id);
      // who was forgotten gets none, and nothing is written down of them
      if (customer?.erasedAt !== undefined) return;
      const now = holding(await listConsents(tx, await idsOf(tx, id))).get("reminders");
      if (now?.given === false) return;
      const consent = { purpose: "reminders", given: false, channel: "web" } as const;
      const nobody = { id: 0, fullName: texts[LOCALES[0]].t("customers.reminders.the_customer") };
      await insertConsent(tx, id, consent, nobody, clock.now());
      await audit(tx, { address, action: "customer.consent", subject: `customer:${id}`, after: consent });
    },
  };
}

const REFUSED = {
  owes_nothing: "REMINDER_OWES_NOTHING",
  no_mail: "REMINDER_NO_MAIL",
  no_consent: "REMINDER_NO_CONSENT",
} as const;
