/** A database for a moment, beside the shop's on the same server. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { hangUp } from "../../../kernel/db/hang-up.ts";
import { nameSql } from "../../../kernel/ledgers/row-digest.ts";

/** What belongs to this shop's database: another one on the server has another oid. */
const PREFIX = "pos_drill_";
const CONNECT_MS = 5000;

/** Makes an empty one; those that a killed drill of this shop left go first. Gives its name. `url`: of the shop's own database. */
export function makeScratch(url: string, signal?: AbortSignal): Promise<string> {
  return alone(url, signal, async (client) => {
    const { rows } = await client.query(
      `SELECT o.oid::int8 AS oid, (SELECT coalesce(array_agg(d.datname::text), '{}') FROM pg_database d
         WHERE starts_with(d.datname, $1 || o.oid || '_')) AS left
       FROM pg_database o WHERE o.datname = current_database()`,
      [PREFIX],
    );
    for (const name of rows[0].left) await drop(client, name);
    const name = `${PREFIX}${rows[0].oid}_${randomBytes(4).toString("hex")}`;
    // template1 may have connections, which would refuse the copy
    await client.query(makeSql(name));
    return name;
  });
}

/** Whatever is connected to it. */
export function dropScratch(url: string, name: string, signal?: AbortSignal): Promise<void> {
  return alone(url, signal, (client) => drop(client, name));
}

/** A worker that cleans it may not be ended by us: it leaves a plain DROP by itself. */
async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(dropSql(name, true)).catch(() => client.query(dropSql(name, false)));
}

/**
 * On a connection of its own: neither statement may stand in a transaction, where alone the pool's limit of time can be lifted, and on
 * a slow disk the copy of the template takes longer than a request ever may.
 */
async function alone<T>(
  url: string,
  signal: AbortSignal | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "pos-odata",
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  client.on("error", () => {});
  const leave = () => hangUp(client);
  signal?.addEventListener("abort", leave);
  try {
    await client.connect();
    await client.query("SET statement_timeout = 0");
    return await work(client);
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
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
