/** The rows of the outbox: recorded, claimed by one, delivered, tried again later, given up. */
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import { beforeCommit } from "../db/before-commit.ts";
import type { Database, Tx } from "../db/database.ts";
import { often } from "../db/often.ts";
import type { Subscription } from "./event.ts";

export interface Handler {
  /** `plugin/handler` */
  name: string;
  event: string;
  handle: Subscription["handle"];
  handleMany?: Subscription["handleMany"];
  gatherMs?: number;
}

interface Claim {
  eventId: number;
  attempts: number;
  payload: unknown;
  occurredAt: Date;
}

export interface Happened {
  event: string;
  /** JSON */
  payload: string;
  occurredAt: Date;
  /** who hears of the event, the same for each of its name */
  handlers: readonly string[];
}

const RECORD = often(`WITH recorded AS (
     INSERT INTO outbox (event, payload, occurred_at)
     SELECT event, payload::jsonb, occurred_at
     FROM unnest(:events::text[], :payloads::text[], :times::timestamptz[]) WITH ORDINALITY AS happened (event, payload, occurred_at, place)
     ORDER BY place RETURNING id, event, occurred_at)
   INSERT INTO outbox_deliveries (event_id, handler, next_attempt_at)
   SELECT recorded.id, handler, recorded.occurred_at
   FROM recorded JOIN unnest(:handlers::text[], :of::text[]) AS subscribed (handler, event) ON subscribed.event = recorded.event
   ORDER BY recorded.id, handler`);
/**
 * The first attempt waits for nothing, and no later one for longer than any is put off (`backoff`): a clock that was ahead and was put
 * right must not hold events back until it comes there again.
 */
const IS_DUE = `done_at IS NULL AND dead_at IS NULL
     AND (attempts = 0 OR next_attempt_at <= :now OR next_attempt_at > :now::timestamptz + interval '2 hours')`;
const CLAIM = often(`SELECT event_id AS "eventId", attempts, payload, occurred_at AS "occurredAt"
   FROM outbox_deliveries JOIN outbox ON id = event_id
   WHERE handler = :handler AND ${IS_DUE}
   ORDER BY next_attempt_at, event_id LIMIT :most FOR UPDATE OF outbox_deliveries SKIP LOCKED`);
const DONE = often(`UPDATE outbox_deliveries SET done_at = :now, last_error = NULL
   WHERE event_id = ANY(:ids::bigint[]) AND handler = :handler`);

const MAX_ATTEMPTS = 10;
/** what a handler of many gets at most: one transaction must not last long */
export const EVENTS_AT_ONCE = 50;
const CLEANED_AT_ONCE = 1000;

/** Seconds until the next attempt: 1, 3, 9 ... up to an hour, about two hours in all, spread by a fifth either way. */
export function backoff(attempts: number, chance: () => number = Math.random): number {
  return Math.min(3 ** (attempts - 1), 3600) * (0.8 + chance() * 0.4);
}

export function createDeliveries({ db, log, clock }: { db: Database; log: Logger; clock: Clock }) {
  /** handlers of many that failed: which event it was shows when each comes alone */
  const alone = new Map<string, number>();

  async function deliverUpTo(most: number, handler: Handler): Promise<boolean> {
    let claims: Claim[] = [];
    try {
      return await db.transaction(async (tx) => {
        claims = await claimNext(tx, handler.name, clock.now(), most);
        const [first] = claims;
        if (first === undefined) return false;
        const events = claims.map(({ eventId: id, payload, occurredAt }) => ({ id, payload, occurredAt }));
        if (handler.handleMany) await handler.handleMany(events, tx);
        else for (const event of events) await handler.handle(event, tx);
        const done = { now: clock.now(), ids: events.map(({ id }) => id), handler: handler.name };
        if (!beforeCommit(tx, () => DONE.atCommit(tx, done))) await DONE(tx, done);
        // fewer than there was room for: no more was due, and what came meanwhile wakes the loop by itself
        return claims.length === most;
      });
    } catch (error) {
      const [claim] = claims;
      if (claim === undefined) throw error;
      if (claims.length > 1) alone.set(handler.name, claims.length);
      // when the database went away this throws too, and the attempt is not counted
      else await postpone(handler, claim, error);
      return true;
    } finally {
      if (most === 1) countDown(handler.name);
    }
  }

  function countDown(name: string): void {
    const left = (alone.get(name) ?? 1) - 1;
    if (left > 0) alone.set(name, left);
    else alone.delete(name);
  }

  return {
    /** Events and what is to be delivered of them, in one statement; `atEnd`: nothing but such statements comes after it. */
    async record(tx: Tx, happened: readonly Happened[], atEnd: boolean): Promise<void> {
      const subscriptions = [...new Map(happened.map(({ event, handlers }) => [event, handlers]))].flatMap(
        ([event, handlers]) => handlers.map((handler) => ({ handler, event })),
      );
      const record = atEnd ? RECORD.atCommit : RECORD;
      await record(tx, {
        events: happened.map(({ event }) => event),
        payloads: happened.map(({ payload }) => payload),
        times: happened.map(({ occurredAt }) => occurredAt),
        handlers: subscriptions.map(({ handler }) => handler),
        of: subscriptions.map(({ event }) => event),
      });
    },

    /**
     * Delivers the event that is due for longest, to a handler of many those that are, in one transaction with all the handler
     * writes; false: none is due.
     */
    async deliver(handler: Handler): Promise<boolean> {
      if (handler.handleMany === undefined || alone.has(handler.name)) return deliverUpTo(1, handler);
      return deliverUpTo(EVENTS_AT_ONCE, handler);
    },

    /** The handlers that have something due. */
    async due(handlers: readonly string[]): Promise<string[]> {
      const { rows } = await db.primary.raw(
        `SELECT name FROM unnest(:handlers::text[]) AS name WHERE EXISTS (
           SELECT 1 FROM outbox_deliveries
           WHERE handler = name AND ${IS_DUE})`,
        { handlers: [...handlers], now: clock.now() },
      );
      return rows.map((row: { name: string }) => row.name);
    },

    async stats(handlers: readonly string[]) {
      // as two questions: each has an index of its own, and what is done is read by none
      const { rows } = await db.primary.raw(
        `SELECT count(*) FILTER (WHERE NOT dead) AS pending, count(*) FILTER (WHERE dead) AS dead,
           min(occurred_at) FILTER (WHERE NOT dead) AS oldest
         FROM (
           SELECT event_id, false AS dead FROM outbox_deliveries WHERE done_at IS NULL AND dead_at IS NULL AND handler = ANY(:handlers)
           UNION ALL
           SELECT event_id, true FROM outbox_deliveries WHERE done_at IS NULL AND dead_at IS NOT NULL AND handler = ANY(:handlers)
         ) AS waiting JOIN outbox ON id = event_id`,
        { handlers: [...handlers] },
      );
      const { pending, dead, oldest } = rows[0] as { pending: number; dead: number; oldest: Date | null };
      const age = oldest === null ? 0 : (clock.now().getTime() - oldest.getTime()) / 1000;
      return { pending, dead, oldestSeconds: Math.max(0, age) };
    },

    /** Nobody waits for the pending deliveries of a plugin that is gone. */
    async clean(days: number, handlers: readonly string[]): Promise<number> {
      const before = new Date(clock.now().getTime() - days * 86_400_000);
      let removed = 0;
      // in parts, each within the time of a statement however much has gathered
      for (let after = 0, full = true; full; ) {
        const { rows } = await db.primary.raw(
          `DELETE FROM outbox WHERE id IN (
             SELECT id FROM outbox
             WHERE id > :after AND occurred_at < :before AND NOT EXISTS (
               SELECT 1 FROM outbox_deliveries
               WHERE event_id = outbox.id AND done_at IS NULL AND (dead_at IS NOT NULL OR handler = ANY(:handlers)))
             ORDER BY id LIMIT :part)
           RETURNING id`,
          { before, after, handlers: [...handlers], part: CLEANED_AT_ONCE },
        );
        removed += rows.length;
        full = rows.length === CLEANED_AT_ONCE;
        for (const { id } of rows as { id: number }[]) after = Math.max(after, id);
      }
      return removed;
    },
  };

  async function postpone(handler: Handler, claim: Claim, error: unknown): Promise<void> {
    const attempts = claim.attempts + 1;
    const dead = attempts >= MAX_ATTEMPTS;
    const now = clock.now();
    // the lock is gone with the rollback: another instance may have tried again meanwhile, then this is old news
    await db.primary.raw(
      `UPDATE outbox_deliveries
       SET attempts = :attempts, next_attempt_at = :next, last_error = :reason, dead_at = :dead
       WHERE event_id = :eventId AND handler = :handler AND attempts = :attempts - 1 AND done_at IS NULL`,
      {
        attempts,
        next: new Date(now.getTime() + backoff(attempts) * 1000),
        reason: String(error).replaceAll("\0", "").slice(0, 2000),
        dead: dead ? now : null,
        eventId: claim.eventId,
        handler: handler.name,
      },
    );
    const facts = { err: error, handler: handler.name, event: handler.event, eventId: claim.eventId, attempts };
    if (dead) log.error(facts, "an event was given up after its last attempt");
    else log.warn(facts, "an event handler failed and will be tried again");
  }
}

async function claimNext(tx: Tx, handler: string, now: Date, most: number): Promise<Claim[]> {
  const { rows } = await CLAIM(tx, { handler, now, most });
  return rows;
}
