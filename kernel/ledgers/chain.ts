/** The chain: each seal's hash covers the one before it and the whole digests of its rows, in their order. */
import { createHash } from "node:crypto";

export interface SealFacts {
  ledger: string;
  storeId: number;
  seq: number;
  version: number;
  /** seconds, as PostgreSQL writes them */
  sealedAt: string;
}

export interface SealedRow {
  id: number;
  /** 32 bytes */
  digest: Buffer;
}

/** Before the first seal. */
export const GENESIS = Buffer.alloc(32);
/** bytes of a row's digest that a seal keeps, to name the very row that was changed */
export const KEPT = 8;

export function sealHash(previous: Buffer, facts: SealFacts, rows: readonly SealedRow[]): Buffer {
  const { ledger, storeId, seq, version, sealedAt } = facts;
  const hash = createHash("sha256").update(previous);
  hash.update(`${JSON.stringify([ledger, storeId, seq, version, sealedAt, rows.length])}\n`);
  for (const { id, digest } of rows) hash.update(`${id}:`).update(digest);
  return hash.digest();
}

export function keptDigests(rows: readonly SealedRow[]): Buffer {
  return Buffer.concat(rows.map(({ digest }) => digest.subarray(0, KEPT)));
}
