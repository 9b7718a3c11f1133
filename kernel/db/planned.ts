/**
 * Statements that run so often that the server should plan them once a connection and not each time: it prepares them under a
 * name. A text of SQL with `:name` where a value goes, the same name as often as one likes; it is put together once.
 */
import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type pg from "pg";
import { codeOf } from "./down.ts";

/** Throws what the database says, and a TypeError for a value that is missing. */
export type Planned = (
  db: Knex,
  values: Readonly<Record<string, unknown>>,
  // biome-ignore lint/suspicious/noExplicitAny: rows as pg has them, as of `raw`
) => Promise<{ rows: any[]; rowCount: number | null }>;

type Connection = pg.Client & { __knexUid: string; __knexTxId?: string; [KEEPS]?: Set<string> };

const STALE_PLAN = Symbol("stale plan");
/** of a connection that is the server's own, where what is prepared is there the next time: the names of those that are not to be used any more */
const KEEPS = Symbol("keeps plans");
/** the name is not there, the name is taken: there is a pooler after all */
const ELSEWHERE = new Set(["26000", "42P05"]);
/** "cached plan must not change result type": of a table that was another then */
const CHANGED = "0A000";

/**
 * Looks whether there is a pooler between: behind one, statements of one connection run on several of the server's, and no
 * name is there for long. PgBouncer tells a process id of its own making.
 */
export async function markDirect(connection: pg.Client): Promise<void> {
  // pg tells of it in no type
  const { processID } = connection as pg.Client & { processID?: number };
  const { rows } = await connection.query("SELECT pg_backend_pid() AS pid");
  if (rows[0].pid === processID) (connection as Connection)[KEEPS] = new Set();
}

export function keepsPlans(connection: pg.Client): boolean {
  return (connection as Connection)[KEEPS] !== undefined;
}

/** True: a plan was refused that is asked for no more on its connection, so that another try succeeds. */
export function isStalePlan(error: unknown): boolean {
  return error instanceof Error && STALE_PLAN in error;
}

/** `name` is for people who read the server's log. */
export function planned(sql: string, name: string): Planned {
  const names: string[] = [];
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_, one: string) => {
    if (!names.includes(one)) names.push(one);
    return `$${names.indexOf(one) + 1}`;
  });
  const statement = { text, name: `${name}_${createHash("sha256").update(text).digest("hex").slice(0, 12)}` };
  return async (db, given) => {
    if (db.isTransaction && (db as Knex.Transaction).isCompleted())
      throw new Error(`the transaction is over: ${name} comes too late`);
    const values = names.map((one) => {
      if (given[one] === undefined) throw new TypeError(`${name} needs a value of ${one}`);
      return given[one];
    });
    // what knex does for a statement, without making it anew
    const { client } = db;
    const connection: Connection = await client.acquireConnection();
    const { __knexUid, __knexTxId } = connection;
    const told = { __knexUid, __knexTxId, sql: text, bindings: values };
    client.emit("query", told);
    try {
      const isNamed = connection[KEEPS]?.has(statement.name) === false;
      const result = await connection.query(isNamed ? { ...statement, values } : { text, values });
      client.emit("query-response", result, told);
      return result;
    } catch (error) {
      if (forget(connection, statement.name, codeOf(error))) Object.assign(error as Error, { [STALE_PLAN]: true });
      client.emit("query-error", error, told);
      throw error;
    } finally {
      client.releaseConnection(connection);
    }
  };
}

/** True: it was for the plan that the statement failed, and the next time there is none. */
function forget(connection: Connection, name: string, code: string): boolean {
  const unused = connection[KEEPS];
  if (!unused || unused.has(name)) return false;
  if (ELSEWHERE.has(code)) delete connection[KEEPS];
  else if (code === CHANGED) unused.add(name);
  else return false;
  return true;
}
