/** The shop's tables as a whole: who works on them, what came to them since a backup, and their end. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { nameSql } from "../../../kernel/ledgers/row-digest.ts";

/** Connections of the program to this database, but for the one that asks. */
export async function othersAtWork(tx: Tx): Promise<number> {
  // a transaction sees them as they were when it first looked
  await tx.raw("SELECT pg_stat_clear_snapshot()");
  const { rows } = await tx.raw(
    `SELECT count(*) AS others FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'pos-odata' AND pid <> pg_backend_pid()`,
  );
  return rows[0].others;
}

/** What people did, by the audit trail's last rows: each action and how often. */
export async function lastActions(db: Knex, rows: number): Promise<{ action: string; times: number }[]> {
  const { rows: found } = await db.raw(
    `SELECT action, count(*) AS times FROM (SELECT action FROM audit_log ORDER BY id DESC LIMIT ?) last
     GROUP BY action ORDER BY action`,
    [rows],
  );
  return found;
}

/** Instants of a ledger's last rows cannot be told for all of them; its keys can. */
export async function lastKeys(db: Knex, { table, key }: { table: string; key: string }, rows: number) {
  const { rows: found } = await db.raw(lastKeysSql(table, key), [rows]);
  return found[0] as { first: string; last: string };
}

function lastKeysSql(table: string, key: string): string {
  return `SELECT min(key)::text AS first, max(key)::text AS last
    FROM (SELECT ${nameSql(key)} AS key FROM ${nameSql(table)} ORDER BY ${nameSql(key)} DESC LIMIT ?) newest`;
}

/** Everything that is ours goes; what an extension brought stays. With the transaction it comes back. */
export async function clearTables(tx: Tx): Promise<void> {
  await tx.raw(`
    DO $$
    DECLARE one record;
    BEGIN
      FOR one IN
        SELECT c.oid, 'pg_class'::regclass AS catalog, format('%s %s', CASE c.relkind WHEN 'v' THEN 'VIEW'
          WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) AS what,
          -- the sequence of an identity column goes with its table, and not before
          CASE c.relkind WHEN 'S' THEN 2 ELSE 1 END AS turn
        FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        UNION ALL
        SELECT p.oid, 'pg_proc'::regclass, format('ROUTINE %s', p.oid::regprocedure), 3
        FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
        UNION ALL
        SELECT t.oid, 'pg_type'::regclass, format('TYPE %s', t.oid::regtype), 4
        FROM pg_type t WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd')
        ORDER BY turn
      LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_depend d
          WHERE d.classid = one.catalog AND d.objid = one.oid AND d.deptype = 'e');
        -- it may be gone with another one
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE oid = one.oid AND one.turn <= 2
          UNION ALL SELECT FROM pg_proc WHERE oid = one.oid AND one.turn = 3
          UNION ALL SELECT FROM pg_type WHERE oid = one.oid AND one.turn = 4);
        EXECUTE format('DROP %s CASCADE', one.what);
      END LOOP;
    END $$`);
}
