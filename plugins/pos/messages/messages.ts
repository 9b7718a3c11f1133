/** A manager tells a store or a person something until a day; they see it on their home page and say that they have read it. */
import type { Auditor } from "../../../kernel/audit.ts";
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Authenticator, SignedInUser } from "../../../kernel/http/session.ts";
import type { Store, Stores } from "../../../kernel/stores/store.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/messages.ts";
import type { NewMessage, StoreDay } from "./message.ts";

/** of one store or person at a time */
const MOST = 20;
const MOST_DAYS = 366;
const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

export interface Someone {
  user: Pick<SignedInUser, "id" | "username" | "fullName">;
  address: string;
  /** where that person works */
  stores: readonly Store[];
}

export type Messages = ReturnType<typeof createMessages>;

export function createMessages(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  stores: Pick<Stores, "list" | "of" | "shopOf" | "shopsOf">;
  /** undefined: nobody knows who works here */
  workers: () => Authenticator["workers"];
}) {
  const { db, clock, audit, stores } = parts;
  const trail = ({ user, address }: Someone) => ({ user: { id: user.id, username: user.username }, address });
  const signed = ({ user }: Someone) => ({ userId: user.id, userName: user.fullName, now: clock.now() });

  const todayOf = async (storeId: number | undefined): Promise<string> => {
    const { timeZone, dayCutoffHour } = await stores.shopOf(storeId);
    return businessDate(clock.now(), timeZone, dayCutoffHour);
  };
  const daysOf = async (mine: readonly Store[]): Promise<StoreDay[]> => {
    const now = clock.now();
    const rows = mine.map(({ id }) => ({ storeId: id }));
    const shopOf = await stores.shopsOf(rows);
    return rows.map((one) => {
      const { timeZone, dayCutoffHour } = shopOf(one);
      return { ...one, today: businessDate(now, timeZone, dayCutoffHour) };
    });
  };
  const received = async ({ user, stores: mine }: Pick<Someone, "user" | "stores">) =>
    queries.receivedBy(db.primary, user.id, await daysOf(mine), await todayOf(undefined));
  const written = async ({ user, stores: mine }: Pick<Someone, "user" | "stores">) =>
    queries.writtenIn(db.primary, user.id, await daysOf(mine), {
      today: await todayOf(undefined),
      all: mine.length === (await stores.list()).length,
    });

  /** Others who work in one of these stores. */
  const people = async ({ user, stores: mine }: Pick<Someone, "user" | "stores">) => {
    const workers = (await parts.workers()?.()) ?? [];
    const others: { id: number; fullName: string }[] = [];
    for (const worker of workers) {
      const theirs = worker.id === user.id ? [] : await stores.of(worker);
      if (theirs.some(({ id }) => mine.some((store) => store.id === id))) others.push(worker);
    }
    return others;
  };

  return {
    todayOf,
    people,
    received,
    written,

    /** Throws TOO_MANY_MESSAGES, faults of `until` and of whom it is to, which are of that field if the asker has one of its own. */
    async write(tx: Tx, writer: Someone, message: NewMessage, to?: string): Promise<number> {
      const { storeId, toUserId, body, untilDay } = message;
      const store = writer.stores.find(({ id, active }) => id === storeId && active);
      const person = toUserId === undefined ? undefined : (await people(writer)).find(({ id }) => id === toUserId);
      if (storeId !== undefined && !store) throw fieldFault(to ?? "store_id", "RECIPIENT", "pos.validation.message_to");
      if (toUserId !== undefined && !person)
        throw fieldFault(to ?? "user_id", "RECIPIENT", "pos.validation.message_to");
      const today = await todayOf(storeId);
      const last = new Date(Date.parse(`${today}T00:00:00Z`) + MOST_DAYS * DAY_MS).toISOString().slice(0, 10);
      if (untilDay < today || untilDay > last) throw fieldFault("until", "DAY", "pos.validation.message_until");
      if ((await queries.lockAndCount(tx, message, today)) >= MOST)
        throw errors.TOO_MANY_MESSAGES({ params: { most: MOST } });
      const toName = store?.name ?? person?.fullName ?? "";
      const id = await queries.insertMessage(tx, { ...message, toName }, signed(writer));
      await audit(tx, {
        ...trail(writer),
        action: "message.written",
        subject: `message:${id}`,
        after: { store_id: storeId ?? null, user_id: toUserId ?? null, until: untilDay, text: body },
      });
      return id;
    },

    /** A second time changes nothing. Throws NOT_FOUND for what is not to that person, over or withdrawn. */
    async read(tx: Tx, reader: Someone, id: number): Promise<void> {
      if (!(await received(reader)).some((one) => one.id === id)) throw kernelErrors.NOT_FOUND();
      if (await queries.markRead(tx, id, signed(reader)))
        await audit(tx, { ...trail(reader), action: "message.read", subject: `message:${id}` });
    },

    /** Nobody sees it any more. Throws NOT_FOUND for what that person does not see as its writer or in the own stores. */
    async withdraw(tx: Tx, writer: Someone, id: number): Promise<void> {
      const found = (await written(writer)).find((one) => one.id === id);
      if (!found || !(await queries.withdraw(tx, id, clock.now()))) throw kernelErrors.NOT_FOUND();
      await audit(tx, {
        ...trail(writer),
        action: "message.withdrawn",
        subject: `message:${id}`,
        before: { text: found.body },
      });
    },

    forget: () =>
      queries.forget(db.primary, new Date(clock.now().getTime() - KEPT_DAYS * DAY_MS).toISOString().slice(0, 10)),
  };
}
