/** A database for a moment, beside the shop's on the same server. */
import { randomBytes } from "node:crypto";
import type { Knex } from "knex";
import { nameSql } from "../../../kernel/ledgers/row-digest.ts";

/** What belongs to this shop's database: another one on the server has another oid. */
const PREFIX = "pos_drill_";

/** Makes an empty one; those that a killed drill of this shop left go first. Gives its name. */
export async function makeScratch(db: Knex): Promise<string> {
  const { rows } = await db.raw(
    `SELECT o.oid::int8 AS oid, (SELECT coalesce(array_agg(d.datname::text), '{}') FROM pg_database d
       WHERE starts_with(d.datname, ? || o.oid || '_')) AS left
     FROM pg_database o WHERE o.datname = current_database()`,
    [PREFIX],
  );
  for (const name of rows[0].left) await dropScratch(db, name);
  const name = `${PREFIX}${rows[0].oid}_${randomBytes(4).toString("hex")}`;
  // template1 may have connections, which would refuse the copy
  await db.raw(makeSql(name));
  return name;
}

/** Whatever is connected to it. A worker that cleans it may not be ended by us: it leaves a plain DROP by itself. */
export async function dropScratch(db: Knex, name: string): Promise<void> {
  await db.raw(dropSql(name, true)).catch(() => db.raw(dropSql(name, false)));
}

export function scratchUrl(url: string, name: string): string {
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  return scratch.href;
}

function makeSql(name: string): string {
  return `CREATE DATABASE ${nameSql(name)} TEMPLATE template0`;
}

function dropSql(name: string, force: boolean): string {
  return `DROP DATABASE IF EXISTS ${nameSql(name)} ${force ? "WITH (FORCE)" : ""}`;
}
