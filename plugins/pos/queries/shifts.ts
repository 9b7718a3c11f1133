/** SQL of shifts. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { often } from "../../../kernel/db/often.ts";
import type { CashMovement, Closing, Register, Seller, Shift } from "../domain.ts";
import type { Denomination, ShiftReport } from "../shift-report.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

const HOLD_OPEN_SHIFT = often("SELECT shift_id FROM open_shifts WHERE register_id = :registerId FOR KEY SHARE");

/**
 * The open shift of a register, held until the transaction ends: it cannot be closed while a sale is being posted, and
 * sales do not wait for each other.
 */
export async function holdOpenShift(tx: Tx, registerId: number): Promise<number | undefined> {
  const { rows } = await HOLD_OPEN_SHIFT(tx, { registerId });
  return rows[0]?.shift_id;
}

/** As holdOpenShift, one at a time: for who looks how much cash there is before taking some. Sales go on beside it. */
export async function holdOpenShiftAlone(tx: Tx, registerId: number): Promise<number | undefined> {
  const { rows } = await tx.raw("SELECT shift_id FROM open_shifts WHERE register_id = ? FOR NO KEY UPDATE", [
    registerId,
  ]);
  return rows[0]?.shift_id;
}

/** Undefined: somebody else has just opened one. */
export async function insertShift(
  tx: Tx,
  shift: {
    register: Register;
    currency: string;
    floatMinor: number;
    seller: Seller;
    businessDate: string;
    openedAt: Date;
  },
): Promise<number | undefined> {
  const { register, seller, ...rest } = shift;
  const { rows } = await tx.raw(
    `WITH pointer AS (
       INSERT INTO open_shifts (register_id, shift_id)
       VALUES (:registerId, nextval(pg_get_serial_sequence('shifts', 'id')))
       ON CONFLICT (register_id) DO NOTHING RETURNING shift_id
     )
     INSERT INTO shifts (id, register_id, store_id, currency, float_minor, user_id, user_name, business_date, opened_at)
     OVERRIDING SYSTEM VALUE
     SELECT shift_id, :registerId, :storeId, :currency, :floatMinor, :userId, :userName, cast(:businessDate AS date),
            cast(:openedAt AS timestamptz)
     FROM pointer RETURNING id`,
    { registerId: register.id, storeId: register.storeId, userId: seller.id, userName: seller.fullName, ...rest },
  );
  return rows[0]?.id;
}

/** Waits for the sales that hold it. False: it was closed before. */
export async function takeOpenShift(tx: Tx, shiftId: number): Promise<boolean> {
  const { rowCount } = await tx.raw("DELETE FROM open_shifts WHERE shift_id = ?", [shiftId]);
  return rowCount === 1;
}

export async function insertMovement(
  tx: Tx,
  movement: {
    shiftId: number;
    storeId: number;
    kind: "in" | "out";
    amountMinor: number;
    reason: string;
    seller: Seller;
    now: Date;
  },
): Promise<number> {
  const { seller, ...rest } = movement;
  const { rows } = await tx.raw(
    `INSERT INTO cash_movements (shift_id, store_id, kind, amount_minor, reason, user_id, user_name, created_at)
     VALUES (:shiftId, :storeId, :kind, :amountMinor, :reason, :userId, :userName, :now) RETURNING id`,
    { ...rest, userId: seller.id, userName: seller.fullName },
  );
  return rows[0].id;
}

export async function movementsOf(db: Knex, shiftId: number): Promise<CashMovement[]> {
  const { rows } = await db.raw(
    `SELECT id, kind, amount_minor, reason, user_name, created_at FROM cash_movements
     WHERE shift_id = ? ORDER BY id`,
    [shiftId],
  );
  return rows.map((row: Row) => ({
    id: row.id,
    kind: row.kind,
    amountMinor: row.amount_minor,
    reason: row.reason,
    userName: row.user_name,
    createdAt: row.created_at,
  }));
}

/** What stands in the books of a shift now. */
export async function shiftReport(db: Knex, shiftId: number): Promise<ShiftReport> {
  const { rows } = await db.raw(
    `WITH own AS (SELECT * FROM sales WHERE shift_id = :shiftId)
     SELECT h.float_minor, s.*, t.taxes, p.tenders, k.collected, m.cash_in, m.cash_out,
       (SELECT count(*)::int FROM drawer_openings WHERE shift_id = :shiftId) AS drawer_openings
     FROM shifts h,
       LATERAL (SELECT (count(*) FILTER (WHERE kind = 'sale'))::int AS sales, coalesce(sum(total_minor), 0)::bigint AS total,
          jsonb_build_object('count', count(*) FILTER (WHERE kind = 'return'),
            'totalMinor', coalesce(sum(total_minor) FILTER (WHERE kind = 'return'), 0)) AS returns,
          jsonb_build_object('count', count(*) FILTER (WHERE kind = 'void'),
            'totalMinor', coalesce(sum(total_minor) FILTER (WHERE kind = 'void'), 0)) AS voids,
          coalesce(sum(discount_minor), 0)::bigint AS discount, coalesce(sum(rounding_minor), 0)::bigint AS rounding,
          coalesce(sum(change_minor), 0)::bigint AS change,
          (array_agg(number ORDER BY id))[1] AS first, (array_agg(number ORDER BY id DESC))[1] AS last FROM own) s,
       LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('rateBp', rate, 'kind', kind, 'baseMinor', base, 'taxMinor', tax)
            ORDER BY rate DESC, kind DESC), '[]') AS taxes
          FROM (SELECT i.tax_rate_bp AS rate, i.tax_kind AS kind, sum(i.total_minor - i.tax_minor)::bigint AS base, sum(i.tax_minor)::bigint AS tax
                FROM own JOIN sale_items i ON i.sale_id = own.id GROUP BY i.tax_rate_bp, i.tax_kind) r) t,
       LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('method', method, 'amountMinor', amount) ORDER BY method), '[]')
            AS tenders
          FROM (SELECT y.method, sum(y.amount_minor)::bigint AS amount
                FROM own JOIN payments y ON y.sale_id = own.id GROUP BY y.method) r) p,
       LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'method', method, 'amountMinor', amount)
            ORDER BY kind, method), '[]') AS collected
          FROM (SELECT kind, method, sum(amount_minor)::bigint AS amount FROM collections WHERE shift_id = :shiftId
                GROUP BY kind, method) r) k,
       LATERAL (SELECT coalesce(sum(amount_minor) FILTER (WHERE kind = 'in'), 0)::bigint AS cash_in,
          coalesce(sum(amount_minor) FILTER (WHERE kind = 'out'), 0)::bigint AS cash_out
          FROM cash_movements WHERE shift_id = :shiftId) m
     WHERE h.id = :shiftId`,
    { shiftId },
  );
  const [row] = rows as Row[];
  return {
    floatMinor: row.float_minor,
    sales: row.sales,
    totalMinor: row.total,
    returns: row.returns,
    voids: row.voids,
    drawerOpenings: row.drawer_openings,
    discountMinor: row.discount,
    roundingMinor: row.rounding,
    taxes: row.taxes,
    tenders: row.tenders,
    changeMinor: row.change,
    collected: row.collected,
    cashInMinor: row.cash_in,
    cashOutMinor: row.cash_out,
    firstNumber: row.first ?? undefined,
    lastNumber: row.last ?? undefined,
  };
}

export interface NewClosing {
  shiftId: number;
  storeId: number;
  registerId: number;
  expectedMinor: number;
  countedMinor: number;
  counts: Denomination[] | undefined;
  reason: string | undefined;
  report: ShiftReport;
  seller: Seller;
  now: Date;
}

/** Answers the number of the Z report: the next of its register. Whoever calls has taken the register's open shift. */
export async function insertClosing(tx: Tx, closing: NewClosing): Promise<number> {
  const { counts, reason, report, seller, ...rest } = closing;
  const { rows } = await tx.raw(
    `INSERT INTO shift_closings (shift_id, store_id, register_id, z_number, expected_minor, counted_minor, difference_minor, counts,
       reason, report, user_id, user_name, closed_at)
     SELECT :shiftId, :storeId, :registerId, coalesce(max(z_number), 0) + 1, :expectedMinor, :countedMinor,
       cast(:countedMinor AS bigint) - cast(:expectedMinor AS bigint), :counts, :reason, :report, :userId, :userName,
       cast(:now AS timestamptz)
     FROM shift_closings WHERE register_id = :registerId
     RETURNING z_number`,
    {
      ...rest,
      counts: counts === undefined ? null : JSON.stringify(counts),
      reason: reason ?? null,
      report: JSON.stringify(report),
      userId: seller.id,
      userName: seller.fullName,
    },
  );
  return rows[0].z_number;
}

const SHIFT = `s.id, s.register_id, s.store_id, r.name AS register_name, s.currency, s.float_minor, s.user_id, s.user_name,
  s.business_date, s.opened_at, c.z_number, c.expected_minor, c.counted_minor, c.difference_minor, c.counts, c.reason,
  c.report, c.user_name AS closed_by, c.closed_at`;
const FROM = "shifts s JOIN registers r ON r.id = s.register_id LEFT JOIN shift_closings c ON c.shift_id = s.id";

export async function findShift(db: Knex, id: number): Promise<Shift | undefined> {
  const { rows } = await db.raw(`SELECT ${SHIFT} FROM ${FROM} WHERE s.id = ?`, [id]);
  return rows[0] && toShift(rows[0]);
}

export async function openShiftOf(db: Knex, registerId: number): Promise<Shift | undefined> {
  const { rows } = await db.raw(
    `SELECT ${SHIFT} FROM ${FROM} JOIN open_shifts o ON o.shift_id = s.id WHERE o.register_id = ?`,
    [registerId],
  );
  return rows[0] && toShift(rows[0]);
}

/** The newest first, one more than `limit`. */
export async function listShifts(
  db: Knex,
  storeIds: readonly number[],
  before: number | undefined,
  limit: number,
): Promise<Shift[]> {
  const { rows } = await db.raw(
    `SELECT ${SHIFT} FROM ${FROM}
     WHERE s.store_id = ANY(:storeIds::bigint[]) AND (cast(:before AS bigint) IS NULL OR s.id < :before)
     ORDER BY s.id DESC LIMIT :limit`,
    { storeIds: [...storeIds], before: before ?? null, limit: limit + 1 },
  );
  return rows.map(toShift);
}

function toShift(row: Row): Shift {
  return {
    id: row.id,
    registerId: row.register_id,
    registerName: row.register_name,
    storeId: row.store_id,
    currency: row.currency,
    floatMinor: row.float_minor,
    userId: row.user_id,
    userName: row.user_name,
    businessDate: row.business_date,
    openedAt: row.opened_at,
    closing: row.z_number === null ? undefined : toClosing(row),
  };
}

function toClosing(row: Row): Closing {
  return {
    zNumber: row.z_number,
    expectedMinor: row.expected_minor,
    countedMinor: row.counted_minor,
    differenceMinor: row.difference_minor,
    counts: row.counts ?? undefined,
    reason: row.reason ?? undefined,
    report: row.report,
    userName: row.closed_by,
    closedAt: row.closed_at,
  };
}
