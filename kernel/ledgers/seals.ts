/** SQL of the sealer: rows without a seal, new seals, and the mark up to which all is sealed. */
import type { Knex } from "knex";
import type { Tx } from "../db/database.ts";
import type { Ledger } from "../ledger.ts";
import { GENESIS, keptDigests, type SealedRow, sealHash } from "./chain.ts";
import { digestSql, nameSql, storeSql } from "./row-digest.ts";

export interface UnsealedRow extends SealedRow {
  storeId: number;
}

/** Only one instance seals a ledger at a time; false: another does. */
export async function takeTurn(tx: Tx, { name }: Ledger): Promise<boolean> {
  const { rows } = await tx.raw("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS mine", [`ledger ${name}`]);
  return rows[0].mine;
}

export interface Sweep {
  /** where it begins */
  settledId: number;
  /** transactions before this one have ended: every row of theirs is visible to what is read from now on */
  ended: string;
  /** the mark may be moved when all is sealed */
  due: boolean;
}

export async function beginSweep(tx: Tx, { name }: Ledger, settleSeconds: number): Promise<Sweep> {
  const { rows } = await tx.raw(
    `SELECT coalesce(mark.settled_id, 0) AS "settledId", pg_snapshot_xmin(pg_current_snapshot())::text AS ended,
       coalesce(mark.seen_at <= now() - make_interval(secs => :settleSeconds), true) AS due
     FROM (SELECT 1) AS one LEFT JOIN ledger_marks AS mark ON mark.ledger = :name`,
    { name, settleSeconds },
  );
  return rows[0];
}

/** Rows after `from` that have no seal, by key. Reads by the key's index and the seals since `from`, never the whole table. */
export function unsealedSql(ledger: Ledger): string {
  return `WITH fresh AS MATERIALIZED (
      SELECT t.${nameSql(ledger.key)} AS id FROM ${nameSql(ledger.table)} t
      WHERE t.${nameSql(ledger.key)} > :from AND NOT EXISTS (
        SELECT FROM (SELECT unnest(row_ids) AS id FROM ledger_seals WHERE ledger = :ledger AND last_id > :from) sealed
        WHERE sealed.id = t.${nameSql(ledger.key)})
      ORDER BY t.${nameSql(ledger.key)} LIMIT :limit)
    SELECT fresh.id, row."storeId", row.digest FROM fresh CROSS JOIN LATERAL (
      SELECT ${storeSql(ledger)} AS "storeId", ${digestSql(ledger, ledger.versions.length)} AS digest
      FROM ${nameSql(ledger.table)} t WHERE t.${nameSql(ledger.key)} = fresh.id
      -- one by one: a join would read the whole table for a thousand rows of it
      OFFSET 0) AS row
    ORDER BY fresh.id`;
}

export async function unsealed(tx: Tx, ledger: Ledger, from: number, limit: number): Promise<UnsealedRow[]> {
  const { rows } = await tx.raw(unsealedSql(ledger), { ledger: ledger.name, from, limit });
  return rows;
}

/** Adds one seal to the chain of a store. */
export async function addSeal(tx: Tx, ledger: Ledger, storeId: number, sealed: readonly UnsealedRow[]): Promise<void> {
  const { rows } = await tx.raw(
    `INSERT INTO ledger_heads (ledger, store_id, seq, hash) VALUES (:ledger, :storeId, 0, :genesis)
     ON CONFLICT (ledger, store_id) DO UPDATE SET seq = ledger_heads.seq
     RETURNING seq, hash, extract(epoch FROM now())::text AS "sealedAt"`,
    { ledger: ledger.name, storeId, genesis: GENESIS },
  );
  const head = rows[0] as { seq: number; hash: Buffer; sealedAt: string };
  const facts = {
    ledger: ledger.name,
    storeId,
    seq: head.seq + 1,
    version: ledger.versions.length,
    sealedAt: head.sealedAt,
  };
  await tx.raw(
    `WITH seal AS (
       INSERT INTO ledger_seals (ledger, store_id, seq, version, row_ids, row_digests, hash, last_id, sealed_at)
       VALUES (:ledger, :storeId, :seq, :version, :ids, :digests, :hash, :lastId, now()) RETURNING seq, hash)
     UPDATE ledger_heads SET seq = seal.seq, hash = seal.hash FROM seal WHERE ledger = :ledger AND store_id = :storeId`,
    {
      ...facts,
      ids: sealed.map(({ id }) => id),
      digests: keptDigests(sealed),
      hash: sealHash(head.hash, facts, sealed),
      lastId: sealed.at(-1)?.id ?? 0,
    },
  );
}

/**
 * Moves the mark over the ids that were seen `settleSeconds` ago, once every transaction of that time has ended: `ended` is
 * what `beginSweep` said before everything visible was sealed. Needs a transaction of its own.
 */
export async function moveMark(tx: Tx, ledger: Ledger, ended: string, settleSeconds: number): Promise<void> {
  const { rows } = await tx.raw(
    `SELECT coalesce(max(${nameSql(ledger.key)}), 0) AS seen FROM ${nameSql(ledger.table)}`,
  );
  const { seen } = rows[0] as { seen: number };
  // this transaction gets its number now, after the look: whoever had an id by then has a smaller one
  await tx.raw(
    `INSERT INTO ledger_marks AS mark (ledger, seen_id, seen_at, seen_xid) VALUES (:ledger, :seen, now(), pg_current_xact_id())
     ON CONFLICT (ledger) DO UPDATE
     SET settled_id = greatest(mark.settled_id, mark.seen_id), seen_id = excluded.seen_id, seen_at = excluded.seen_at,
       seen_xid = excluded.seen_xid
     WHERE mark.seen_at <= now() - make_interval(secs => :settleSeconds)
       -- a number beyond those of this server is of the server that the database was moved from
       AND (mark.seen_xid <= :ended::xid8 OR mark.seen_xid >= pg_current_xact_id())`,
    { ledger: ledger.name, seen, settleSeconds, ended },
  );
}

/** How many rows still wait for their seal. */
export async function countUnsealed(db: Knex, ledger: Ledger): Promise<number> {
  const { rows } = await db.raw(
    `WITH mark AS (SELECT coalesce((SELECT settled_id FROM ledger_marks WHERE ledger = :ledger), 0) AS id)
     SELECT count(*) AS waiting FROM ${nameSql(ledger.table)} t
     WHERE t.${nameSql(ledger.key)} > (SELECT id FROM mark) AND NOT EXISTS (
       SELECT FROM (SELECT unnest(row_ids) AS id FROM ledger_seals
                    WHERE ledger = :ledger AND last_id > (SELECT id FROM mark)) sealed
       WHERE sealed.id = t.${nameSql(ledger.key)})`,
    { ledger: ledger.name },
  );
  return rows[0].waiting;
}
