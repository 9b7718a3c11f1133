/** Reads of the audit trail. */
import type { Knex } from "knex";

export interface AuditRow {
  id: number;
  at: Date;
  /** microseconds since 1970: the place in the list, finer than a Date */
  micros: number;
  userId: number | null;
  userName: string | null;
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string | null;
  address: string | null;
}

export interface AuditFilter {
  /** first and last day, `YYYY-MM-DD`, in the time zone of the shop */
  from: string | undefined;
  to: string | undefined;
  timeZone: string;
  /** a user name, in capitals or not */
  person: string | undefined;
  action: string | undefined;
  subject: string | undefined;
}

const CONDITIONS = {
  from: "at >= (:from::date)::timestamp AT TIME ZONE :timeZone",
  to: "at < (:to::date + 1)::timestamp AT TIME ZONE :timeZone",
  person: "lower(user_name) = lower(:person)",
  action: "action = :action",
  subject: "subject = :subject",
} as const;

/** Newest first, at most `limit`, older than the place given. */
export async function auditRows(
  db: Knex,
  filter: AuditFilter,
  before: { micros: number; id: number } | undefined,
  limit: number,
): Promise<AuditRow[]> {
  const { rows } = await db.raw(
    `SELECT id, at, (extract(epoch FROM at) * 1000000)::bigint AS micros, user_id AS "userId", user_name AS "userName",
       action, subject, before, after, reason, address
     FROM audit_log ${whereSql(filter, before !== undefined)}
     ORDER BY at DESC, id DESC LIMIT :limit`,
    { ...filter, ...before, limit } as Record<string, string | number>,
  );
  return rows;
}

function whereSql(filter: AuditFilter, isLater: boolean): string {
  const wanted = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter((key) => filter[key] !== undefined);
  return ["WHERE true", ...wanted.map((key) => CONDITIONS[key]), ...(isLater ? [OLDER] : [])].join(" AND ");
}

const OLDER = "(at, id) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :id)";

/** Every action there is, by a walk from one to the next in the index: as fast with a million rows. */
export async function auditActions(db: Knex): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH RECURSIVE walk AS (
       (SELECT action FROM audit_log ORDER BY action LIMIT 1)
       UNION ALL
       SELECT (SELECT action FROM audit_log WHERE action > walk.action ORDER BY action LIMIT 1) FROM walk
       WHERE walk.action IS NOT NULL)
     SELECT action FROM walk WHERE action IS NOT NULL`,
  );
  return rows.map(({ action }: { action: string }) => action);
}
