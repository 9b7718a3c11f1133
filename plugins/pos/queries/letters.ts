/** SQL of receipts that go out by e-mail. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Locale } from "../../../kernel/i18n.ts";
import type { LetterState } from "../../../kernel/mail.ts";

export interface Letter {
  id: number;
  /** a receipt, or another plugin's kind */
  kind: string;
  /** of a receipt */
  sale: { id: number; address: string } | undefined;
  /** what it is about, where it is another plugin's */
  reference: number | undefined;
  locale: Locale;
  state: LetterState;
  tries: number;
  lastError: string | undefined;
  createdAt: Date;
}

const COLUMNS = "id, kind, sale_id, address, reference_id, locale, state, tries, last_error, created_at";

export async function insertLetter(
  tx: Tx,
  letter: { saleId: number; address: string; locale: Locale; userId: number; now: Date },
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO receipt_letters (sale_id, address, locale, user_id, next_try_at, created_at)
     VALUES (:saleId, :address, :locale, :userId, :now, :now) RETURNING id`,
    letter,
  );
  return rows[0].id;
}

/** Of other plugins. */
export async function insertLetters(
  tx: Tx,
  letters: readonly { kind: string; reference: number; locale: Locale; userId: number }[],
  now: Date,
): Promise<void> {
  await tx.raw(
    `INSERT INTO receipt_letters (kind, reference_id, locale, user_id, next_try_at, created_at)
     SELECT l.kind, l.reference, l.locale, l."userId", :now, :now
     FROM jsonb_to_recordset(:letters::jsonb) AS l(kind text, reference bigint, locale text, "userId" bigint)`,
    { letters: JSON.stringify(letters), now },
  );
}

/** The last few of a sale, newest first. */
export async function lettersOf(db: Knex, saleId: number): Promise<Letter[]> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM receipt_letters WHERE sale_id = ? ORDER BY id DESC LIMIT 10`, [
    saleId,
  ]);
  return rows.map(toLetter);
}

/**
 * The letter that is due for longest, which is the caller's until `until`: should the process die, it is due again then.
 * Undefined: none is due.
 */
export async function claimLetter(tx: Tx, now: Date, until: Date): Promise<Letter | undefined> {
  const { rows } = await tx.raw(
    `UPDATE receipt_letters SET tries = tries + 1, next_try_at = :until
     WHERE id = (SELECT id FROM receipt_letters WHERE state = 'queued' AND next_try_at <= :now
       ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}`,
    { now, until },
  );
  return rows[0] && toLetter(rows[0]);
}

export async function settleLetter(
  db: Knex,
  id: number,
  outcome: { state: Letter["state"]; tries: number; error: string | undefined; nextTryAt: Date },
): Promise<void> {
  await db.raw(
    "UPDATE receipt_letters SET state = :state, tries = :tries, last_error = :error, next_try_at = :nextTryAt WHERE id = :id",
    { id, ...outcome, error: outcome.error ?? null },
  );
}

/** Addresses are kept no longer than somebody may ask what became of a letter; gives how many went. */
export async function deleteLetters(db: Knex, before: Date): Promise<number> {
  const { rowCount } = await db.raw("DELETE FROM receipt_letters WHERE created_at < ?", [before]);
  return rowCount;
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
function toLetter(row: any): Letter {
  return {
    id: row.id,
    kind: row.kind,
    sale: row.sale_id === null ? undefined : { id: row.sale_id, address: row.address },
    reference: row.reference_id ?? undefined,
    locale: row.locale,
    state: row.state,
    tries: row.tries,
    lastError: row.last_error ?? undefined,
    createdAt: row.created_at,
  };
}
