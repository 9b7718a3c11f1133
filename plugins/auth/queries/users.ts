/** The people who work with the system. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Role, User, UserSecret } from "../domain.ts";

interface UserRow {
  id: number;
  username: string;
  full_name: string;
  role: Role;
  active: boolean;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = "id, username, full_name, role, active, created_at, updated_at";

export async function isAnybodyThere(db: Knex): Promise<boolean> {
  const { rows } = await db.raw("SELECT EXISTS (SELECT FROM users) AS there");
  return rows[0].there;
}

/** Nobody else can add a person until this transaction ends. */
export async function lockUsers(tx: Tx): Promise<void> {
  await tx.raw("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
}

/**
 * Upper and lower case are one, as the database sees them. `folded` is the name by which tries are counted where nobody has
 * it: by the same folding, or whoever writes it in two ways learns which names there are.
 */
export async function userToSignIn(
  db: Knex,
  username: string,
): Promise<{ user: UserSecret | undefined; folded: string }> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS}, password_hash, lower(:username) AS folded
     FROM (SELECT 1) AS one LEFT JOIN users ON lower(username) = lower(:username)`,
    { username },
  );
  const [row] = rows;
  return { user: row.id === null ? undefined : toSecret(row), folded: row.folded };
}

export async function userWithSecret(db: Knex, id: number): Promise<UserSecret | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS}, password_hash FROM users WHERE id = :id`, { id });
  return rows[0] && toSecret(rows[0]);
}

export async function userById(db: Knex, id: number): Promise<User | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM users WHERE id = :id`, { id });
  return rows[0] && toUser(rows[0]);
}

/** By full name. */
export async function namesOf(
  db: Knex,
  ids: readonly number[],
): Promise<{ id: number; username: string; fullName: string }[]> {
  const { rows } = await db.raw(
    `SELECT id, username, full_name AS "fullName" FROM users WHERE id = ANY(:ids::bigint[]) ORDER BY full_name, id`,
    { ids: [...ids] },
  );
  return rows;
}

/** By full name; undefined ids: all. */
export async function activeUsers(db: Knex, ids: readonly number[] | undefined): Promise<User[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM users WHERE active AND (:ids::bigint[] IS NULL OR id = ANY(:ids::bigint[])) ORDER BY full_name, id`,
    { ids: ids === undefined ? null : [...ids] },
  );
  return rows.map(toUser);
}

export async function userForUpdate(tx: Tx, id: number): Promise<User | undefined> {
  const { rows } = await tx.raw(`SELECT ${COLUMNS} FROM users WHERE id = :id FOR UPDATE`, { id });
  return rows[0] && toUser(rows[0]);
}

/** Locked in id order, so that two admins who demote each other wait instead of both succeeding. */
export async function activeAdminsForUpdate(tx: Tx): Promise<number[]> {
  const { rows } = await tx.raw("SELECT id FROM users WHERE role = 'admin' AND active ORDER BY id FOR UPDATE");
  return rows.map((row: { id: number }) => row.id);
}

/** By name; `after` is the last name and id of the page before. */
export async function usersByName(
  db: Knex,
  after: { name: string; id: number } | undefined,
  limit: number,
): Promise<User[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM users
     WHERE cast(:id AS bigint) IS NULL OR (lower(username), id) > (lower(:name), cast(:id AS bigint))
     ORDER BY lower(username), id LIMIT :limit`,
    { name: after?.name ?? "", id: after?.id ?? null, limit },
  );
  return rows.map(toUser);
}

/** Undefined: the name is taken. */
export async function insertUser(
  tx: Tx,
  user: { username: string; fullName: string; role: Role; passwordHash: string; temporary?: boolean; now: Date },
): Promise<UserSecret | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO users (username, full_name, role, password_hash, created_at, updated_at, password_changed_at,
       must_change_password)
     VALUES (:username, :fullName, :role, :passwordHash, :now, :now, :now, :temporary)
     ON CONFLICT (lower(username)) DO NOTHING
     RETURNING ${COLUMNS}, password_hash`,
    { ...user, temporary: user.temporary ?? false },
  );
  return rows[0] && toSecret(rows[0]);
}

export async function updateUser(
  tx: Tx,
  user: { id: number; fullName: string; role: Role; active: boolean; now: Date },
): Promise<User> {
  const { rows } = await tx.raw(
    `UPDATE users SET full_name = :fullName, role = :role, active = :active, updated_at = :now
     WHERE id = :id RETURNING ${COLUMNS}`,
    user,
  );
  return toUser(rows[0]);
}

/** False: there is no such person. */
export async function replacePassword(
  tx: Tx,
  // temporary: good for choosing an own one only
  change: { id: number; passwordHash: string; temporary: boolean; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE users SET password_hash = :passwordHash, must_change_password = :temporary, password_changed_at = :now,
       updated_at = :now, pin_hash = CASE WHEN :temporary THEN NULL ELSE pin_hash END
     WHERE id = :id`,
    change,
  );
  return rowCount === 1;
}

/** Active again, with a temporary password, and an administrator when asked for. */
export async function recoverUser(
  tx: Tx,
  change: { id: number; passwordHash: string; admin: boolean; now: Date },
): Promise<void> {
  await tx.raw(
    `UPDATE users SET password_hash = :passwordHash, must_change_password = true, password_changed_at = :now,
       updated_at = :now, active = true, pin_hash = NULL, role = CASE WHEN :admin THEN 'admin' ELSE role END
     WHERE id = :id`,
    change,
  );
}

/** The same password under today's cost; nothing happens when it was changed meanwhile. */
export async function refreshHash(tx: Tx, id: number, old: string, fresh: string): Promise<void> {
  await tx.raw("UPDATE users SET password_hash = :fresh WHERE id = :id AND password_hash = :old", { id, old, fresh });
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    fullName: row.full_name,
    role: row.role,
    active: row.active,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toSecret(row: UserRow & { password_hash: string }): UserSecret {
  return { ...toUser(row), passwordHash: row.password_hash };
}
