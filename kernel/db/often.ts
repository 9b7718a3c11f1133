/**
 * Statements that run so often that planning them would cost more than running them: the server plans them once for each
 * connection. Only for texts that are the same each time and name their columns; ADR 22 says when it is worth it.
 */
import { createHash } from "node:crypto";
import type { Knex } from "knex";
import type pg from "pg";
import { requestId } from "../request-id.ts";
import type { Tx } from "./database.ts";
import { codeOf } from "./down.ts";
import { askInLine, type Line, LineBroken, lineOf } from "./pipeline.ts";
import { leaveForCommit } from "./together.ts";

/** For the driver: this text is planned once (signature.ts). */
const OFTEN: Readonly<{ often: true }> = { often: true };

type Answer = pg.QueryResult;

type Values = Readonly<Record<string, unknown>>;

/** Throws what the database says, and a TypeError for a value that is missing. */
export interface Often {
  (db: Knex, values: Values): Promise<Answer>;
  /**
   * For the end of a transaction (before-commit.ts), when nobody waits for the answer: leaves it for the same write as COMMIT, which then
   * throws what the database says of it. Where the connection is a pooler's it is asked now.
   */
  atCommit(tx: Tx, values: Values): Promise<void>;
}

/**
 * Its text, with `:name` where a value goes, is put together once, and goes past knex's builder to the connection that knex
 * lends. Whoever listens to knex's statements hears of it as of any other.
 */
export function often(sql: string): Often {
  return asking(sql, direct);
}

/** holds rows, or waits for who does */
const LOCKS = /\bFOR\s+(NO\s+KEY\s+)?(KEY\s+)?(UPDATE|SHARE)\b/i;

/**
 * The same for a read that finds few rows by key: outside of transactions it shares a connection with others (pipeline.ts).
 * @throws TypeError for what waits for locks, or is no SELECT
 */
export function oftenRead(sql: string): Often {
  if (!/^\s*SELECT\b/i.test(sql) || LOCKS.test(sql)) throw new TypeError(`not a read that waits for nobody: ${sql}`);
  return asking(sql, async (db, statement) => {
    const line = db.isTransaction || db.client.asksAgain ? undefined : lineOf(db.client);
    if (line === undefined) return direct(db, statement);
    try {
      return await inLine(db.client, line, statement);
    } catch (error) {
      if (error instanceof LineBroken) return direct(db, statement);
      throw error;
    }
  });
}

interface Statement {
  text: string;
  values: unknown[];
}

function asking(sql: string, send: (db: Knex, statement: Statement) => Promise<Answer>): Often {
  const names: string[] = [];
  const text = sql.replace(/(?<!:):([a-zA-Z]\w*)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  const statementOf = (db: Knex, given: Values): Statement => {
    // its connection may be another's by now
    if (db.isTransaction && (db as Tx).isCompleted())
      throw new Error(`the transaction is over: this comes too late: ${text}`);
    const values = names.map((name) => {
      if (given[name] === undefined) throw new TypeError(`no value of ${name}: ${text}`);
      return given[name];
    });
    return { text, values };
  };
  return Object.assign(async (db: Knex, given: Values) => send(db, statementOf(db, given)), {
    atCommit: async (tx: Tx, given: Values) => {
      const statement = statementOf(tx, given);
      if (!(await left(tx, statement))) await send(tx, statement);
    },
  });
}

async function left({ client }: Tx, statement: Statement): Promise<boolean> {
  const connection = await client.acquireConnection();
  const { __knexTxId: transaction } = connection;
  return new Promise((resolve) => {
    const ask = (leaves: () => void) =>
      new Promise<Answer>((done, fail) => {
        const answered = (error: unknown, answer?: Answer) => (answer === undefined ? fail(error) : done(answer));
        resolve(leaveForCommit(connection, statement, leaves, answered));
      });
    // whoever waits for COMMIT is told
    told(client, { __knexUid: Symbol("at commit"), __knexTxId: transaction }, statement, ask).catch(() => {});
  });
}

async function direct({ client }: Knex, statement: Statement): Promise<Answer> {
  const connection = await client.acquireConnection();
  if (client.asksAgain) return throughKnex(client, connection, statement);
  const send = connection.query.bind(connection);
  const { __knexUid: id, __knexTxId: transaction } = connection;
  try {
    return await told(client, { __knexUid: id, __knexTxId: transaction }, statement, (leaves) => {
      leaves();
      return new Promise((resolve, reject) => {
        const answered = (error: unknown, answer: Answer) => (error ? reject(error) : resolve(answer));
        send({ often: true, ...statement }, answered);
      });
    });
  } finally {
    client.releaseConnection(connection);
  }
}

/** Many are under way on one connection: each goes by a name of its own. */
function inLine(client: Knex.Client, line: Line, statement: Statement): Promise<Answer> {
  const question = { often: true as const, behalf: requestId() ?? null, ...statement };
  return told(client, { __knexUid: Symbol("in line") }, statement, (leaves) =>
    askInLine(client, line, question, leaves),
  );
}

/** Tells those who listen to knex's statements. `ask` calls what it is given when the statement is sent. */
async function told(
  client: Knex.Client,
  who: { __knexUid: string | symbol; __knexTxId?: string },
  { text, values }: Statement,
  ask: (leaves: () => void) => Promise<Answer>,
): Promise<Answer> {
  const what = { sql: text, bindings: values, ...who };
  let isSent = false;
  try {
    const result = await ask(() => {
      isSent = true;
      client.emit("query", what);
    });
    client.emit("query-response", result, what);
    return result;
  } catch (error) {
    if (!isSent) throw error;
    // as knex does: which statement it was, but never what was in it
    if (error instanceof Error && "severity" in error) error.message = `${text} - ${error.message}`;
    client.emit("query-error", error, what);
    throw error;
  }
}

/** What the replica cannot answer, the primary is asked: knex's way of sending is what knows of both (replica.ts). */
async function throughKnex(client: Knex.Client, connection: pg.Client, { text, values }: Statement): Promise<Answer> {
  const send = client.query.bind(client);
  try {
    const sent = await send(connection, { sql: text, bindings: values, options: OFTEN });
    client.emit("query-response", sent.response, sent);
    return sent.response;
  } finally {
    client.releaseConnection(connection);
  }
}

const names = new Map<string, string>();

/** One name for one text, since a name may stand for one text alone. */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `pos_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
  names.set(text, name);
  return name;
}

/**
 * Whether what we tell this connection stays with it: a pooler gives each transaction another one. It makes up the process number
 * that it tells when we connect.
 */
export async function isDirect(connection: pg.Client): Promise<boolean> {
  const { rows } = await connection.query("SELECT pg_backend_pid() AS pid");
  return rows[0].pid === (connection as pg.Client & { processID: number | null }).processID;
}

/** a plan of that name is not there, or is there already: one that left in the same write was to make it, and failed */
const UNKNOWN_PLAN = new Set(["26000", "42P05"]);

/** A migration, maybe of the next version's instance, changed what a planned statement answers. It can be planned anew. */
export function isStale(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    UNKNOWN_PLAN.has(codeOf(error)) || (error as Error & { routine?: unknown }).routine === "RevalidateCachedQuery"
  );
}
