/** SQL of the verification: seals in order, the digests their rows have today, rows that slipped in. */
import type { Tx } from "../db/database.ts";
import type { Ledger } from "../ledger.ts";
import { digestSql, nameSql, storeSql } from "./row-digest.ts";

export interface Seal {
  storeId: number;
  seq: number;
  version: number;
  rowIds: number[];
  rowDigests: Buffer;
  hash: Buffer;
  sealedAt: string;
}

/** seals read at a time, of at most a thousand rows each */
const SEALS = 20;

/** All seals of a ledger, store by store, in order, a few at a time. */
export async function* sealsOf(tx: Tx, ledger: string): AsyncGenerator<Seal> {
  for (let after = { storeId: -1, seq: 0 }; ; ) {
    const { rows } = await tx.raw(
      `SELECT store_id AS "storeId", seq, version, row_ids AS "rowIds", row_digests AS "rowDigests", hash,
         extract(epoch FROM sealed_at)::text AS "sealedAt"
       FROM ledger_seals WHERE ledger = :ledger AND (store_id, seq) > (:storeId, :seq)
       ORDER BY store_id, seq LIMIT :limit`,
      { ledger, ...after, limit: SEALS },
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { storeId: last.storeId, seq: last.seq };
  }
}

/** By key; a row that is gone is not there. */
export async function digestsNow(
  tx: Tx,
  ledger: Ledger,
  version: number,
  ids: readonly number[],
): Promise<Map<number, Buffer>> {
  const { rows } = await tx.raw(
    `SELECT t.${nameSql(ledger.key)} AS id, ${digestSql(ledger, version)} AS digest FROM ${nameSql(ledger.table)} t
     WHERE t.${nameSql(ledger.key)} = ANY(:ids::bigint[])`,
    { ids: [...ids] },
  );
  return new Map(rows.map(({ id, digest }: { id: number; digest: Buffer }) => [id, digest]));
}

/** Rows up to the settled mark that no seal names, at most `limit` of them, and how many there are. */
export async function unsealedBelowMark(tx: Tx, ledger: Ledger, limit: number) {
  const { rows } = await tx.raw(
    `WITH sealed AS (SELECT unnest(row_ids) AS id FROM ledger_seals WHERE ledger = :ledger)
     SELECT t.${nameSql(ledger.key)} AS id, ${storeSql(ledger)} AS "storeId", count(*) OVER () AS total
     FROM ${nameSql(ledger.table)} t
     WHERE t.${nameSql(ledger.key)} <= (SELECT settled_id FROM ledger_marks WHERE ledger = :ledger)
       AND NOT EXISTS (SELECT FROM sealed WHERE sealed.id = t.${nameSql(ledger.key)})
     ORDER BY t.${nameSql(ledger.key)} LIMIT :limit`,
    { ledger: ledger.name, limit },
  );
  return rows as { id: number; storeId: number; total: number }[];
}

export async function headsOf(tx: Tx, ledger: string): Promise<Map<number, { seq: number; hash: Buffer }>> {
  const { rows } = await tx.raw(`SELECT store_id AS "storeId", seq, hash FROM ledger_heads WHERE ledger = ?`, [ledger]);
  return new Map(rows.map((row: { storeId: number; seq: number; hash: Buffer }) => [row.storeId, row]));
}

export async function hashOfSeal(tx: Tx, ledger: string, storeId: number, seq: number): Promise<Buffer | undefined> {
  const { rows } = await tx.raw("SELECT hash FROM ledger_seals WHERE ledger = ? AND store_id = ? AND seq = ?", [
    ledger,
    storeId,
    seq,
  ]);
  return rows[0]?.hash;
}
