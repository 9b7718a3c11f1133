/** SQL of reports by e-mail. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Locale } from "../../../kernel/i18n.ts";
import type { LetterState } from "../../../kernel/mail.ts";
import type { Timing } from "../mailing/due.ts";
import type { Comparison } from "../period.ts";
import type { LETTER_FORMATS } from "../schema.ts";

export interface NewSchedule extends Timing {
  report: string;
  storeId: number | undefined;
  compare: Comparison | undefined;
  format: (typeof LETTER_FORMATS)[number];
  locale: Locale;
}

export interface Schedule extends NewSchedule {
  id: number;
  nextAt: Date;
  /** who made it */
  userId: number;
  userName: string;
  /** whose it still is */
  recipients: { userId: number; state: LetterState | null }[];
}

export interface Mailing {
  scheduleId: number;
  userId: number;
  token: string;
  dueAt: Date;
  /** YYYY-MM-DD */
  lastDay: string;
}

export async function insertSchedule(
  tx: Tx,
  schedule: NewSchedule,
  made: { nextAt: Date; userId: number; userName: string; now: Date },
  recipients: readonly { userId: number; token: string }[],
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO report_schedules (report, store_id, compare, rhythm, weekday, month_day, hour, format, locale, next_at, user_id,
       user_name, created_at)
     VALUES (:report, :storeId, :compare, :rhythm, :weekday, :monthDay, :hour, :format, :locale, :nextAt, :userId, :userName, :now)
     RETURNING id`,
    {
      ...schedule,
      ...made,
      storeId: schedule.storeId ?? null,
      compare: schedule.compare ?? null,
      weekday: schedule.weekday ?? null,
      monthDay: schedule.monthDay ?? null,
    },
  );
  const [{ id }] = rows;
  await tx.raw(
    `INSERT INTO report_recipients (schedule_id, user_id, token)
     SELECT :id, r."userId", r.token FROM jsonb_to_recordset(:recipients::jsonb) AS r("userId" bigint, token text)`,
    { id, recipients: JSON.stringify(recipients) },
  );
  return id;
}

const SCHEDULE = `s.id, s.report, s.store_id, s.compare, s.rhythm, s.weekday, s.month_day, s.hour, s.format, s.locale, s.next_at,
  s.user_id, s.user_name, coalesce((SELECT jsonb_agg(jsonb_build_object('userId', r.user_id, 'state',
      (SELECT m.state FROM report_mailings m WHERE m.schedule_id = s.id AND m.user_id = r.user_id ORDER BY m.id DESC LIMIT 1))
      ORDER BY r.user_id)
    FROM report_recipients r WHERE r.schedule_id = s.id AND r.stopped_at IS NULL), '[]') AS recipients`;

export async function schedules(db: Knex): Promise<Schedule[]> {
  const { rows } = await db.raw(`SELECT ${SCHEDULE} FROM report_schedules s WHERE s.stopped_at IS NULL ORDER BY s.id`);
  return rows.map(toSchedule);
}

export async function scheduleById(db: Knex, id: number, lock = false): Promise<Schedule | undefined> {
  const { rows } = await db.raw(
    `SELECT ${SCHEDULE} FROM report_schedules s WHERE s.id = ? AND s.stopped_at IS NULL ${lock ? "FOR UPDATE" : ""}`,
    [id],
  );
  return rows[0] && toSchedule(rows[0]);
}

/** How many there are: a table that grows without end is for nobody. */
export async function lockAndCount(tx: Tx): Promise<number> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('report schedules', 0))");
  const { rows } = await tx.raw("SELECT count(*)::int AS n FROM report_schedules WHERE stopped_at IS NULL");
  return rows[0].n;
}

/** The one that is due for longest and that nobody else has; locked until the transaction ends. */
export async function dueSchedule(tx: Tx, now: Date): Promise<Schedule | undefined> {
  const { rows } = await tx.raw(
    `SELECT ${SCHEDULE} FROM report_schedules s WHERE s.stopped_at IS NULL AND s.next_at <= :now
     ORDER BY s.next_at, s.id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    { now },
  );
  return rows[0] && toSchedule(rows[0]);
}

export async function setNext(tx: Tx, id: number, nextAt: Date): Promise<void> {
  await tx.raw("UPDATE report_schedules SET next_at = :nextAt WHERE id = :id", { id, nextAt });
}

/** One for each whose it still is; none for whom there is one of that moment. */
export async function insertMailings(tx: Tx, id: number, dueAt: Date, lastDay: string): Promise<Mailed[]> {
  const { rows } = await tx.raw(
    `INSERT INTO report_mailings (schedule_id, user_id, due_at, last_day)
     SELECT schedule_id, user_id, :dueAt, :lastDay::date FROM report_recipients WHERE schedule_id = :id AND stopped_at IS NULL
     ON CONFLICT (schedule_id, user_id, due_at) DO NOTHING RETURNING id, user_id AS "userId"`,
    { id, dueAt, lastDay },
  );
  return rows;
}

export interface Mailed {
  id: number;
  userId: number;
}

/** Undefined: its schedule or its recipient's part in it was stopped. */
export async function openMailing(db: Knex, id: number): Promise<Mailing | undefined> {
  const { rows } = await db.raw(
    `SELECT m.schedule_id AS "scheduleId", m.user_id AS "userId", r.token, m.due_at AS "dueAt",
       to_char(m.last_day, 'YYYY-MM-DD') AS "lastDay"
     FROM report_mailings m JOIN report_recipients r ON r.schedule_id = m.schedule_id AND r.user_id = m.user_id
       JOIN report_schedules s ON s.id = m.schedule_id
     WHERE m.id = ? AND r.stopped_at IS NULL AND s.stopped_at IS NULL`,
    [id],
  );
  return rows[0];
}

export async function settleMailing(
  tx: Tx,
  id: number,
  state: LetterState,
  now: Date,
): Promise<{ report: string; format: string; userId: number; lastDay: string } | undefined> {
  const { rows } = await tx.raw(
    `UPDATE report_mailings m SET state = :state, settled_at = :now FROM report_schedules s
     WHERE m.id = :id AND s.id = m.schedule_id
     RETURNING s.report, s.format, m.user_id AS "userId", to_char(m.last_day, 'YYYY-MM-DD') AS "lastDay"`,
    { id, state, now },
  );
  return rows[0];
}

export async function stopSchedule(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.raw("UPDATE report_schedules SET stopped_at = :now WHERE id = :id", { id, now });
}

/** False: it was not theirs, or not any more. */
export async function stopRecipient(tx: Tx, scheduleId: number, userId: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE report_recipients SET stopped_at = :now WHERE schedule_id = :scheduleId AND user_id = :userId AND stopped_at IS NULL`,
    { scheduleId, userId, now },
  );
  return rowCount > 0;
}

export async function recipientOfToken(
  db: Knex,
  token: string,
): Promise<{ scheduleId: number; userId: number } | undefined> {
  const { rows } = await db.raw(
    `SELECT schedule_id AS "scheduleId", user_id AS "userId" FROM report_recipients WHERE token = ?`,
    [token],
  );
  return rows[0];
}

export async function addressesOf(db: Knex, userIds: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await db.raw("SELECT user_id, email FROM report_addresses WHERE user_id = ANY(?::bigint[])", [
    [...userIds],
  ]);
  return new Map(rows.map(({ user_id, email }: { user_id: number; email: string }) => [user_id, email]));
}

export async function setAddress(tx: Tx, userId: number, email: string | undefined, now: Date): Promise<void> {
  if (email === undefined) await tx.raw("DELETE FROM report_addresses WHERE user_id = ?", [userId]);
  else
    await tx.raw(
      `INSERT INTO report_addresses (user_id, email, created_at) VALUES (:userId, :email, :now)
       ON CONFLICT (user_id) DO UPDATE SET email = :email, created_at = :now`,
      { userId, email, now },
    );
}

/** Of who works here no more, and what was sent long ago. */
export async function forget(tx: Tx, workers: readonly number[], before: Date): Promise<void> {
  await tx.raw("DELETE FROM report_addresses WHERE NOT user_id = ANY(?::bigint[])", [[...workers]]);
  await tx.raw("DELETE FROM report_mailings WHERE due_at < ?", [before]);
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
function toSchedule(row: any): Schedule {
  return {
    id: row.id,
    report: row.report,
    storeId: row.store_id ?? undefined,
    compare: row.compare ?? undefined,
    rhythm: row.rhythm,
    weekday: row.weekday ?? undefined,
    monthDay: row.month_day ?? undefined,
    hour: row.hour,
    format: row.format,
    locale: row.locale,
    nextAt: row.next_at,
    userId: row.user_id,
    userName: row.user_name,
    recipients: row.recipients,
  };
}
