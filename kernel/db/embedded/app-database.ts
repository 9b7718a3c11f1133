/** The app's role and database, made at the first start. */
import type pg from "pg";
import { type Address, connect } from "./server-connection.ts";

const ROLE = "pos";
const DATABASE = "pos";
const EXTENSIONS = ["pg_stat_statements", "pg_trgm", "unaccent"];

/** Makes what is missing of role `pos` (no superuser, may create databases) and its database `pos`. */
export async function prepareDatabase(client: pg.Client, address: Address, password: string): Promise<void> {
  // pg_stat_statements would keep the statement that carries the password
  await client.query("set pg_stat_statements.track = 'none'");
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `select exists(select from pg_roles where rolname = $1) as role,
            exists(select from pg_database where datname = $2) as database`,
    [ROLE, DATABASE],
  );
  if (rows[0]?.role !== true) await client.query(`create role ${ROLE}`);
  // at every start, so that it follows a new DATA_DIR/postgres.password
  await client.query(`alter role ${ROLE} login createdb password ${client.escapeLiteral(password)}`);
  await client.query(`grant pg_monitor to ${ROLE}`);
  if (rows[0]?.database === true) return;
  await prepareTemplate(address);
  await client.query(`create database ${DATABASE} owner ${ROLE}`);
}

/** In template1, so that every database made later has them: pg_stat_statements needs a superuser, `pos` is none. */
async function prepareTemplate(address: Address): Promise<void> {
  const template = await connect(address, "template1");
  try {
    const { rows } = await template.query<{ name: string }>(
      "select name from pg_available_extensions where name = any($1)",
      [EXTENSIONS],
    );
    for (const { name } of rows)
      await template.query(`create extension if not exists ${template.escapeIdentifier(name)}`);
  } finally {
    await template.end();
  }
}

/** Holds the password: never to be logged. */
export function addressOf({ port, socket }: Omit<Address, "password">, password: string): string {
  const way = socket === undefined ? "" : `?host=${encodeURIComponent(socket)}`;
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}${way}`;
}

export { DATABASE, ROLE };
