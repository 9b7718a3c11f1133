/** Reports by e-mail at their hour: one letter for each recipient, written when it goes, with what that person may see then. */
import { randomBytes } from "node:crypto";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Authenticator, SignedInUser, Worker } from "../../../kernel/http/session.ts";
import type { PostOffice } from "../../../kernel/mail.ts";
import { doingBusiness, type Store, type Stores } from "../../../kernel/stores/store.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/schedules.ts";
import type { Reader, Reading } from "../reading.ts";
import { type Calendar, firstHour, lastOver, nextDue } from "./due.ts";

export const REPORT_LETTER = "report";
export const SCHEDULE = "reports.schedule";
const READS = "reports.read";
const MOST_SCHEDULES = 200;
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

export interface MailingActor {
  user: Pick<SignedInUser, "id" | "username" | "fullName">;
  address: string;
}

export interface Candidate {
  id: number;
  fullName: string;
  /** has said where reports go */
  reachable: boolean;
}

export interface MailingParts {
  db: Database;
  clock: Clock;
  audit: Auditor;
  stores: Pick<Stores, "list" | "of" | "shopOf" | "shopsOf">;
  reading: Reading;
  office: PostOffice;
  /** undefined: nobody knows who works here */
  workers: () => Authenticator["workers"];
}

export type Mailings = ReturnType<typeof createMailings>;

export function createMailings(parts: MailingParts) {
  const { db, clock, audit, stores, reading, office } = parts;
  const workers = async (ids?: readonly number[]): Promise<Worker[]> => (await parts.workers()?.(ids)) ?? [];
  const trail = ({ user, address }: MailingActor) => ({ user: { id: user.id, username: user.username }, address });
  const visible = (one: Pick<queries.Schedule, "storeId">, mine: readonly Pick<Store, "id">[]) =>
    one.storeId === undefined || mine.some(({ id }) => id === one.storeId);
  /** One of no store is of whoever made it, and of who works in all. */
  const governs = async (
    one: Pick<queries.Schedule, "storeId" | "userId">,
    mine: readonly Pick<Store, "id">[],
    userId: number,
  ) =>
    one.storeId === undefined
      ? one.userId === userId || mine.length === (await stores.list()).length
      : visible(one, mine);

  /** As that person reads reports; undefined: not in that store, or no reports at all. */
  const readerOf = async (worker: Worker, storeId: number | undefined): Promise<Reader | undefined> => {
    const theirs = await stores.of(worker);
    if (!worker.permissions.has(READS) || !visible({ storeId }, theirs)) return undefined;
    return {
      stores: theirs,
      shop: await stores.shopOf(storeId),
      can: (permission) => worker.permissions.has(permission),
    };
  };

  /** Where the days end that a report tells of: in that store, or in the shop and each store that sells. */
  const placesOf = async (storeId: number | undefined): Promise<Calendar[]> => {
    const shop = await stores.shopOf(storeId);
    if (storeId !== undefined) return [shop];
    const selling = doingBusiness(await stores.list()).filter(({ active }) => active);
    const rows = selling.map(({ id }) => ({ storeId: id }));
    return [shop, ...rows.map(await stores.shopsOf(rows))];
  };

  const mayGet = async (worker: Worker, report: string, storeId: number | undefined): Promise<boolean> => {
    const reader = await readerOf(worker, storeId);
    return reader !== undefined && reading.list(reader).some(({ name }) => name === report);
  };

  /** Those who may read it, by name. */
  const candidates = async (report: string, storeId: number | undefined): Promise<Candidate[]> => {
    const found: Worker[] = [];
    for (const worker of await workers()) if (await mayGet(worker, report, storeId)) found.push(worker);
    const addresses = await queries.addressesOf(
      db.primary,
      found.map(({ id }) => id),
    );
    return found.map(({ id, fullName }) => ({ id, fullName, reachable: addresses.has(id) }));
  };

  const stopOne = async (tx: Tx, actor: MailingActor, scheduleId: number): Promise<boolean> => {
    const stopped = await queries.stopRecipient(tx, scheduleId, actor.user.id, clock.now());
    if (stopped)
      await audit(tx, { ...trail(actor), action: "reports.mail_refused", subject: `report_schedule:${scheduleId}` });
    return stopped;
  };

  return {
    possible: () => office.possible && parts.workers() !== undefined,
    readerOf,
    workers,
    candidates,

    /** Those that the reader may stop, and those that the reader gets. */
    async list(
      { stores: mine, can }: Pick<Reader, "stores" | "can">,
      userId: number,
    ): Promise<(queries.Schedule & { mayStop: boolean })[]> {
      const shown: (queries.Schedule & { mayStop: boolean })[] = [];
      for (const one of await queries.schedules(db.primary)) {
        const mayStop = can(SCHEDULE) && (await governs(one, mine, userId));
        if (mayStop || one.recipients.some((recipient) => recipient.userId === userId)) shown.push({ ...one, mayStop });
      }
      return shown;
    },

    names: async (userIds: readonly number[]) =>
      new Map((await workers(userIds)).map(({ id, fullName }) => [id, fullName])),

    /** Throws MAIL_NOT_SET, STORE_NOT_YOURS, what reading it throws, TOO_MANY_SCHEDULES, faults of `hour` and `recipients`. */
    async create(
      tx: Tx,
      actor: MailingActor,
      reader: Reader,
      schedule: queries.NewSchedule,
      recipients: readonly number[],
    ): Promise<number> {
      if (!office.possible || parts.workers() === undefined) throw errors.MAIL_NOT_SET();
      if (!visible(schedule, reader.stores)) throw kernelErrors.STORE_NOT_YOURS();
      const { report } = await reading.ready(
        schedule.report,
        { store_id: schedule.storeId, compare: schedule.compare },
        reader,
      );
      const shop = await stores.shopOf(schedule.storeId);
      if (report.period) {
        const first = firstHour(clock.now(), shop.timeZone, await placesOf(schedule.storeId)) ?? 0;
        if (schedule.hour < first)
          throw fieldFault("hour", "HOUR_BEFORE_CUTOFF", "reports.validation.before_cutoff", { hour: first });
      }
      const may = new Set((await candidates(report.name, schedule.storeId)).map(({ id }) => id));
      const wanted = [...new Set(recipients)];
      if (wanted.length === 0) throw fieldFault("recipients", "REQUIRED", "reports.validation.nobody");
      if (!wanted.every((id) => may.has(id)))
        throw fieldFault("recipients", "RECIPIENT", "reports.validation.recipient");
      if ((await queries.lockAndCount(tx)) >= MOST_SCHEDULES)
        throw errors.TOO_MANY_SCHEDULES({ params: { most: MOST_SCHEDULES } });
      const now = clock.now();
      const id = await queries.insertSchedule(
        tx,
        { ...schedule, compare: report.compare ? schedule.compare : undefined },
        {
          nextAt: nextDue(now, schedule, shop.timeZone),
          userId: actor.user.id,
          userName: actor.user.fullName,
          now,
        },
        wanted.map((userId) => ({ userId, token: randomBytes(24).toString("base64url") })),
      );
      const { rhythm, hour, format, storeId: store_id } = schedule;
      await audit(tx, {
        ...trail(actor),
        action: "reports.scheduled",
        subject: `report_schedule:${id}`,
        after: { report: report.name, rhythm, hour, format, store_id, recipients: wanted },
      });
      return id;
    },

    /** Ends it for all. Throws NOT_FOUND. */
    async stop(tx: Tx, actor: MailingActor, { stores: mine }: Pick<Reader, "stores">, id: number): Promise<void> {
      const found = await queries.scheduleById(tx, id, true);
      if (!found || !(await governs(found, mine, actor.user.id))) throw kernelErrors.NOT_FOUND();
      await queries.stopSchedule(tx, id, clock.now());
      await audit(tx, {
        ...trail(actor),
        action: "reports.unscheduled",
        subject: `report_schedule:${id}`,
        before: { report: found.report, rhythm: found.rhythm },
      });
    },

    /** Ends it for whoever asks. Throws NOT_FOUND. */
    async refuse(tx: Tx, actor: MailingActor, scheduleId: number): Promise<void> {
      if (!(await stopOne(tx, actor, scheduleId))) throw kernelErrors.NOT_FOUND();
    },

    /** Throws NOT_FOUND for a link that was never sent. */
    async check(token: string): Promise<{ scheduleId: number; userId: number }> {
      const found = await queries.recipientOfToken(db.primary, token);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** By the link of a letter; a second time does nothing. Throws NOT_FOUND. */
    async refuseByLink(tx: Tx, token: string, address: string): Promise<void> {
      const { scheduleId, userId } = await this.check(token);
      const [user] = await workers([userId]);
      if (user) await stopOne(tx, { user, address }, scheduleId);
      else await queries.stopRecipient(tx, scheduleId, userId, clock.now());
    },

    addressOf: async (userId: number) => (await queries.addressesOf(db.primary, [userId])).get(userId),

    /** That it was said, not where to: the trail is kept for ever. */
    async setAddress(tx: Tx, actor: MailingActor, email: string | undefined): Promise<void> {
      await queries.setAddress(tx, actor.user.id, email, clock.now());
      const action = email === undefined ? "reports.address_removed" : "reports.address_set";
      await audit(tx, { ...trail(actor), action, subject: `user:${actor.user.id}` });
    },

    /** Queues what is due, each once, whoever else does; what was missed goes once, for the days of its last turn. */
    async sendDue(signal?: AbortSignal): Promise<number> {
      let queued = 0;
      while (this.possible() && !signal?.aborted) {
        const done = await db.transaction(async (tx) => {
          const now = clock.now();
          const one = await queries.dueSchedule(tx, now);
          if (!one) return undefined;
          const { timeZone } = await stores.shopOf(one.storeId);
          let due = one.nextAt;
          let next = nextDue(due, one, timeZone);
          while (next <= now) [due, next] = [next, nextDue(next, one, timeZone)];
          const lastDay = lastOver(due, await placesOf(one.storeId));
          const mailings = await queries.insertMailings(tx, one.id, due, lastDay);
          const letters = mailings.map(({ id, userId }) => ({
            kind: REPORT_LETTER,
            reference: id,
            locale: one.locale,
            userId,
          }));
          if (letters.length > 0) await office.queue(tx, letters);
          await queries.setNext(tx, one.id, next);
          return letters.length;
        });
        if (done === undefined) break;
        queued += done;
      }
      return queued;
    },

    /** Addresses of who left, letters of long ago. */
    async forget(): Promise<void> {
      if (parts.workers() === undefined) return;
      const here = (await workers()).map(({ id }) => id);
      await db.transaction((tx) => queries.forget(tx, here, new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS)));
    },
  };
}
