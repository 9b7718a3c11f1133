/** Whole tables out of a transaction and into one, by COPY, in constant memory. */
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Tx } from "../../../kernel/db/database.ts";
import { hangUp } from "../../../kernel/db/hang-up.ts";
import { nameSql } from "../../../kernel/ledgers/row-digest.ts";
import type { Sequence, Table } from "./catalog.ts";
import { copyOf } from "./copy-out.ts";

/** The connection of the transaction itself: knex has no COPY. */
async function connectionOf(tx: Tx): Promise<pg.Client> {
  return (await tx.client.acquireConnection()) as pg.Client;
}

/** Rows as COPY writes them. To be read to its end: a connection in the middle of it is good for nothing else. */
export async function copyOut(tx: Tx, table: Table): Promise<Readable> {
  const connection = await connectionOf(tx);
  return connection.query(copyToSql(table));
}

export async function copyIn(tx: Tx, table: Table, rows: AsyncIterable<Uint8Array>): Promise<void> {
  const connection = await connectionOf(tx);
  await pipeline(rows, connection.query(copyFromSql(table)));
}

/** Ends the connection, whatever it is doing: nothing of its transaction is kept. */
export async function cutOff(tx: Tx): Promise<void> {
  hangUp(await connectionOf(tx));
}

function copyToSql(table: Table) {
  return copyOf(() => `COPY ${nameSql(table.name)} (${columnsSql(table)}) TO STDOUT`);
}

function copyFromSql(table: Table) {
  return copyFrom(`COPY ${nameSql(table.name)} (${columnsSql(table)}) FROM STDIN`);
}

function columnsSql({ columns }: Table): string {
  return columns.map(nameSql).join(", ");
}

/**
 * Rows come in the order of their tables' names, and posted documents refuse additions: foreign keys and triggers are set aside in
 * this transaction, and what migrations wrote by themselves goes.
 */
export async function openTables(tx: Tx): Promise<void> {
  await tx.raw(`
    CREATE TEMPORARY TABLE set_aside ON COMMIT DROP AS
      SELECT con.conrelid::regclass AS relation, con.conname AS name, pg_get_constraintdef(con.oid) AS definition
      FROM pg_constraint con WHERE con.contype = 'f' AND con.connamespace = current_schema()::regnamespace;
    DO $$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT * FROM set_aside LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.relation, one.name);
      END LOOP;
      FOR one IN SELECT c.oid::regclass AS relation FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', one.relation);
        EXECUTE format('TRUNCATE %s', one.relation);
      END LOOP;
    END $$`);
}

/** Foreign keys are checked anew, row by row, and triggers stand again. */
export async function closeTables(tx: Tx): Promise<void> {
  await tx.raw(`
    DO $$
    DECLARE one record;
    BEGIN
      FOR one IN SELECT * FROM set_aside LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', one.relation, one.name, one.definition);
      END LOOP;
      FOR one IN SELECT c.oid::regclass AS relation FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', one.relation);
        EXECUTE format('ANALYZE %s', one.relation);
      END LOOP;
    END $$`);
}

export async function setSequences(tx: Tx, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, value, called } of sequences)
    await tx.raw("SELECT setval(format('%I.%I', current_schema(), ?::text)::regclass, ?::bigint, ?::boolean)", [
      name,
      value,
      called,
    ]);
}
