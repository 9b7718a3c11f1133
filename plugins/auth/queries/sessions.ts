/** Who is signed in. A session is a family of refresh tokens of which only the newest is good. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { oftenRead } from "../../../kernel/db/often.ts";
import type { Role, SessionKind } from "../domain.ts";
import type { RoleChanges } from "../permissions.ts";

export interface SessionPerson {
  id: number;
  username: string;
  fullName: string;
  role: Role;
}

/** Plain values only: it is kept in the cache. */
export interface LiveSession {
  kind: SessionKind;
  user: SessionPerson;
  /** how the shop changed what the person's role may do */
  changes: RoleChanges;
  /** the password is temporary: nothing goes before choosing an own one */
  mustChangePassword: boolean;
}

interface PersonRow {
  user_id: number;
  username: string;
  full_name: string;
  role: Role;
}

/**
 * False, and nothing is written, when the person was deactivated or the password changed since it was verified:
 * the lock on the person waits for such a change to commit, then looks again.
 */
export async function insertSession(
  tx: Tx,
  session: {
    id: string;
    userId: number;
    verifiedHash: string;
    kind: SessionKind;
    refreshHash: Buffer;
    now: Date;
    expiresAt: Date;
    address: string;
    agent: string | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `INSERT INTO sessions (id, user_id, kind, refresh_hash, rotated_at, created_at, expires_at, last_address,
       last_agent)
     SELECT cast(:id AS uuid), u.id, :kind, cast(:refreshHash AS bytea), cast(:now AS timestamptz), cast(:now AS timestamptz),
            cast(:expiresAt AS timestamptz), :address, :agent
     FROM users u WHERE u.id = :userId AND u.active AND u.password_hash = :verifiedHash
     FOR SHARE`,
    session,
  );
  return rowCount === 1;
}

const LIVE_SESSION = oftenRead(`SELECT s.kind, s.user_id, u.username, u.full_name, u.role, u.must_change_password,
     (SELECT jsonb_object_agg(p.permission, p.granted) FROM role_permissions p WHERE p.role = u.role) AS changes
   FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.id = :id AND s.revoked_at IS NULL AND s.expires_at > :now AND u.active`);

export async function liveSession(db: Knex, id: string, now: Date): Promise<LiveSession | undefined> {
  const { rows } = await LIVE_SESSION(db, { id, now });
  const [row] = rows;
  return (
    row && {
      kind: row.kind,
      user: toPerson(row),
      changes: row.changes ?? {},
      mustChangePassword: row.must_change_password,
    }
  );
}

/** Puts a new refresh token in the place of the presented one. Undefined: the presented one is not the newest, or dead. */
export async function rotateSession(
  tx: Tx,
  turn: {
    id: string;
    kind: SessionKind;
    presented: Buffer;
    fresh: Buffer;
    now: Date;
    expiresAt: Date;
    address: string;
    agent: string | null;
  },
): Promise<SessionPerson | undefined> {
  const { rows } = await tx.raw(
    `UPDATE sessions s
     SET previous_hash = s.refresh_hash, refresh_hash = :fresh, rotated_at = :now, expires_at = :expiresAt,
         last_address = :address, last_agent = coalesce(:agent, s.last_agent)
     FROM users u
     WHERE s.id = :id AND s.kind = :kind AND s.refresh_hash = :presented
       AND s.revoked_at IS NULL AND s.expires_at > :now AND u.id = s.user_id AND u.active
     RETURNING s.user_id, u.username, u.full_name, u.role`,
    turn,
  );
  return rows[0] && toPerson(rows[0]);
}

export interface StaleSession {
  user: SessionPerson;
  previousHash: Buffer | null;
  rotatedAt: Date;
}

/** A session that is alive although the presented refresh token is not its newest. */
export async function liveSessionForUpdate(
  tx: Tx,
  id: string,
  kind: SessionKind,
  now: Date,
): Promise<StaleSession | undefined> {
  const { rows } = await tx.raw(
    `SELECT s.previous_hash, s.rotated_at, s.user_id, u.username, u.full_name, u.role
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = :id AND s.kind = :kind AND s.revoked_at IS NULL AND s.expires_at > :now AND u.active
     FOR UPDATE OF s`,
    { id, kind, now },
  );
  const row = rows[0];
  return row && { user: toPerson(row), previousHash: row.previous_hash, rotatedAt: row.rotated_at };
}

export async function revokeSession(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.raw("UPDATE sessions SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL", { id, now });
}

/** All of a person's, except perhaps the one in use. Answers which. */
export async function revokeSessionsOf(tx: Tx, userId: number, now: Date, except: string | null): Promise<string[]> {
  const { rows } = await tx.raw(
    `UPDATE sessions SET revoked_at = :now
     WHERE user_id = :userId AND revoked_at IS NULL AND id IS DISTINCT FROM cast(:except AS uuid) RETURNING id`,
    { userId, now, except },
  );
  return rows.map((row: { id: string }) => row.id);
}

export interface OpenSession {
  id: string;
  kind: SessionKind;
  startedAt: Date;
  /** when its tokens were last renewed: while it is used, at least once an hour */
  renewedAt: Date;
  expiresAt: Date;
  address: string | undefined;
  agent: string | undefined;
}

/** The newest first; of somebody who signs in without end, the first hundred. */
export async function openSessions(db: Knex, userId: number, now: Date): Promise<OpenSession[]> {
  const { rows } = await db.raw(
    `SELECT id, kind, created_at, rotated_at, expires_at, last_address, last_agent FROM sessions
     WHERE user_id = :userId AND revoked_at IS NULL AND expires_at > :now ORDER BY rotated_at DESC, id LIMIT 100`,
    { userId, now },
  );
  return rows.map((row: OpenSessionRow) => ({
    id: row.id,
    kind: row.kind,
    startedAt: row.created_at,
    renewedAt: row.rotated_at,
    expiresAt: row.expires_at,
    address: row.last_address ?? undefined,
    agent: row.last_agent ?? undefined,
  }));
}

interface OpenSessionRow {
  id: string;
  kind: SessionKind;
  created_at: Date;
  rotated_at: Date;
  expires_at: Date;
  last_address: string | null;
  last_agent: string | null;
}

/** One of a person's. Answers it, or nothing when it is not open. */
export async function revokeSessionOf(tx: Tx, userId: number, id: string, now: Date): Promise<string[]> {
  const { rows } = await tx.raw(
    `UPDATE sessions SET revoked_at = :now
     WHERE id = :id AND user_id = :userId AND revoked_at IS NULL AND expires_at > :now RETURNING id`,
    { userId, id, now },
  );
  return rows.map((row: { id: string }) => row.id);
}

export async function openSessionsOfRole(tx: Tx, role: Role, now: Date): Promise<string[]> {
  const { rows } = await tx.raw(
    `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE u.role = :role AND s.revoked_at IS NULL AND s.expires_at > :now`,
    { role, now },
  );
  return rows.map((row: { id: string }) => row.id);
}

export async function openSessionsOf(tx: Tx, userId: number): Promise<string[]> {
  const { rows } = await tx.raw("SELECT id FROM sessions WHERE user_id = :userId AND revoked_at IS NULL", { userId });
  return rows.map((row: { id: string }) => row.id);
}

/** Sessions over since `before`, at most `limit` at once so that no lock is long. Answers how many went. */
export async function deleteSessionsOver(tx: Tx, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.raw(
    `DELETE FROM sessions WHERE id IN (
       SELECT id FROM sessions WHERE expires_at < :before OR revoked_at < :before LIMIT :limit)`,
    { before, limit },
  );
  return rowCount;
}

function toPerson(row: PersonRow): SessionPerson {
  return { id: row.user_id, username: row.username, fullName: row.full_name, role: row.role };
}
