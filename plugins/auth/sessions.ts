/**
 * Sessions: started by a sign-in, renewed by refresh tokens, ended at once. A refresh token is good for one use; an older
 * one that comes back means that somebody holds a copy, so the whole session ends (RFC 9700, section 4.14.2).
 */
import { randomUUID } from "node:crypto";
import type { Auditor } from "../../kernel/audit.ts";
import type { Cache } from "../../kernel/cache/cache.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Actor, Grant, Origin, Role, SessionKind, UserSecret } from "./domain.ts";
import * as queries from "./queries/sessions.ts";
import { makeRefresh, REFRESH_SECONDS, type RefreshToken, readRefresh } from "./tokens.ts";

/** How long a session is known without asking the database again. */
const CACHE_SECONDS = 10;
/** Longer than any reading of the database takes that began before a change. */
const CHANGED_SECONDS = 60;
/** Stands in the cache in the place of a session that changed: nobody who read it before the change can put it back. */
const CHANGED = "changed";
/** Two tabs renew at once: the slower one comes with the token that the faster one has just used up. */
const GRACE_SECONDS = 30;
/** Ended sessions stay for a while to be looked at. */
const KEPT_DAYS = 7;

export type Sessions = ReturnType<typeof createSessions>;

export interface SessionParts {
  db: Database;
  cache: Cache;
  clock: Clock;
  audit: Auditor;
  sign(sessionId: string, userId: number): string;
}

export function createSessions({ db, cache, clock, audit, sign }: SessionParts) {
  const in30Days = (now: Date) => new Date(now.getTime() + REFRESH_SECONDS * 1000);

  /** The newest token is turned over; undefined for any other. */
  async function turn(tx: Tx, { sessionId, hash }: RefreshToken, kind: SessionKind, origin: Origin) {
    const now = clock.now();
    const fresh = makeRefresh(sessionId);
    const { address, agent = null } = origin;
    const user = await queries.rotateSession(tx, {
      id: sessionId,
      kind,
      presented: hash,
      fresh: fresh.hash,
      now,
      expiresAt: in30Days(now),
      address,
      agent,
    });
    return user && { user, refresh: fresh.token };
  }

  /** A token that is not the newest: the other tab's, or a copy. */
  async function judge(tx: Tx, { sessionId, hash }: RefreshToken, kind: SessionKind, origin: Origin) {
    const now = clock.now();
    const session = await queries.liveSessionForUpdate(tx, sessionId, kind, now);
    if (!session) return undefined;
    const { user, previousHash, rotatedAt } = session;
    const recent = now.getTime() - rotatedAt.getTime() <= GRACE_SECONDS * 1000;
    if (kind === "cookie" && recent && previousHash?.equals(hash)) return { user, refresh: undefined };
    await queries.revokeSession(tx, sessionId, now);
    const subject = `user:${user.id}`;
    await audit(tx, { user, action: "session.reuse_detected", subject, after: { kind }, address: origin.address });
    return undefined;
  }

  /** To be called after the commit of what changed them. From then on no instance goes by what it was before. */
  async function forget(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => cache.set(cacheKey(id), CHANGED, CHANGED_SECONDS)));
  }

  const load = (id: string) => queries.liveSession(db.primary, id, clock.now());

  return {
    forget,

    /** Undefined when the person was deactivated, or the password changed, since it was verified. */
    async start(tx: Tx, user: UserSecret, kind: SessionKind, origin: Origin): Promise<Grant | undefined> {
      const now = clock.now();
      const id = randomUUID();
      const { token, hash } = makeRefresh(id);
      const started = await queries.insertSession(tx, {
        id,
        userId: user.id,
        verifiedHash: user.passwordHash,
        kind,
        refreshHash: hash,
        now,
        expiresAt: in30Days(now),
        address: origin.address,
        agent: origin.agent ?? null,
      });
      if (!started) return undefined;
      await audit(tx, {
        user,
        action: "session.started",
        subject: `user:${user.id}`,
        after: { kind },
        address: origin.address,
      });
      const { username, fullName, role } = user;
      const tokens = { access: sign(id, user.id), refresh: token };
      return { sessionId: id, user: { id: user.id, username, fullName, role }, tokens };
    },

    /** Undefined for a token that is not, or no longer, good; the session is over when it was used before. */
    async renew(presented: string, kind: SessionKind, origin: Origin): Promise<Grant | undefined> {
      const token = readRefresh(presented);
      if (!token) return undefined;
      const renewed = await db.transaction(
        async (tx) => (await turn(tx, token, kind, origin)) ?? (await judge(tx, token, kind, origin)),
      );
      if (!renewed) {
        await forget([token.sessionId]);
        return undefined;
      }
      const { user, refresh } = renewed;
      return { sessionId: token.sessionId, user, tokens: { access: sign(token.sessionId, user.id), refresh } };
    },

    /** The session when it is alive and its person active. */
    async find(id: string): Promise<queries.LiveSession | undefined> {
      // what another instance ended would go unnoticed in a cache that only this one sees
      if (!cache.coherent()) return load(id);
      const known = await cache.get<queries.LiveSession | typeof CHANGED>(cacheKey(id));
      if (known !== undefined && known !== CHANGED) return known;
      const session = await load(id);
      if (session && known === undefined) await cache.add(cacheKey(id), session, CACHE_SECONDS);
      return session;
    },

    /** Signing out: the session of whoever asks. */
    async end(actor: Actor, id: string): Promise<void> {
      await db.transaction(async (tx) => {
        await queries.revokeSession(tx, id, clock.now());
        const subject = `user:${actor.user.id}`;
        await audit(tx, { ...actor, action: "session.ended", subject, after: { sessions: 1 } });
      });
      await forget([id]);
    },

    /** Where a person is signed in now, the newest first. */
    list: (userId: number): Promise<queries.OpenSession[]> => queries.openSessions(db.primary, userId, clock.now()),

    /** Ends one session of a person, or all but one. Throws NOT_FOUND for one that is not open or somebody else's. */
    async revoke(actor: Actor, userId: number, which: { id: string } | { allBut: string | undefined }): Promise<void> {
      const now = clock.now();
      const ids = await db.transaction(async (tx) => {
        const ended =
          "id" in which
            ? await queries.revokeSessionOf(tx, userId, which.id, now)
            : await queries.revokeSessionsOf(tx, userId, now, which.allBut ?? null);
        if (ended.length > 0)
          await audit(tx, {
            ...actor,
            action: "session.ended",
            subject: `user:${userId}`,
            after: { sessions: ended.length },
          });
        return ended;
      });
      if ("id" in which && ids.length === 0) throw kernelErrors.NOT_FOUND();
      await forget(ids);
    },

    /** Ends those of a person within the caller's transaction; forget the answered ids afterwards. */
    endAllOf: (tx: Tx, userId: number, except?: string): Promise<string[]> =>
      queries.revokeSessionsOf(tx, userId, clock.now(), except ?? null),

    /** Those whose person just changed; forget them afterwards. */
    openOf: (tx: Tx, userId: number): Promise<string[]> => queries.openSessionsOf(tx, userId),

    /** Those of all people of a role that just changed; forget them afterwards. */
    openOfRole: (tx: Tx, role: Role): Promise<string[]> => queries.openSessionsOfRole(tx, role, clock.now()),

    /** Answers how many went. */
    async clean(signal: AbortSignal): Promise<number> {
      const before = new Date(clock.now().getTime() - KEPT_DAYS * 24 * 3600 * 1000);
      const batch = 1000;
      let gone = 0;
      for (let count = batch; count === batch && !signal.aborted; gone += count) {
        count = await db.transaction((tx) => queries.deleteSessionsOver(tx, before, batch));
      }
      return gone;
    },
  };
}

function cacheKey(sessionId: string): string {
  // the number is that of LiveSession: another version of the program does not read ours
  return `auth:session:2:${sessionId}`;
}
