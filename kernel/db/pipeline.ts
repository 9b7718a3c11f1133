/**
 * Short reads share connections (pipelining): what is asked in one turn of the event loop leaves in one write, and nobody
 * waits for another's answer before asking. ADR 23 says why, and for which statements.
 */
import type { Knex } from "knex";
import type pg from "pg";

export interface Question {
  text: string;
  values: unknown[];
  often: true;
  /** the request that asks, null: none; those of many requests leave together */
  behalf: string | null;
}

type Answered = (error: unknown, answer: pg.QueryResult) => void;
type Shared = pg.Client & { pipeline: boolean; connection: { stream: { cork(): void; uncork(): void } } };

/** One connection as long as there is something to ask. */
export interface Line {
  waiting: [Question, Answered][];
  /** asked and not answered, those that wait to leave too */
  open: number;
  /** when the last answer came, or the first question: of `performance.now()` */
  movedAt: number;
  connection: Shared | undefined;
}

/** questions under way on one connection before another is taken */
const DEEP = 16;
/** milliseconds without an answer after which nobody else is put in line: somebody waits there for a lock */
export const STUCK_MS = 50;
const LINES = 4;
/** the pools that may, with how many connections */
const pools = new WeakMap<Knex.Client, { most: number; lines: Line[] }>();

/** A pool whose connections are server processes of their own; the most of them stay for all else. */
export function allowPipelines(client: Knex.Client, poolMax: number): void {
  if (pools.has(client)) return;
  pools.set(client, { most: Math.min(LINES, Math.floor(poolMax / 4)), lines: [] });
}

/** A line with room; undefined: there is none, ask on a connection of your own. */
export function lineOf(client: Knex.Client): Line | undefined {
  const pool = pools.get(client);
  if (pool === undefined) return undefined;
  const now = performance.now();
  const free = pool.lines.find((line) => line.open === 0 || (line.open < DEEP && now - line.movedAt < STUCK_MS));
  if (free !== undefined || pool.lines.length >= pool.most) return free;
  const fresh: Line = { waiting: [], open: 0, movedAt: now, connection: undefined };
  pool.lines.push(fresh);
  return fresh;
}

/** Rejects with what the database says, of this question alone, or that it is away. */
export function askInLine(client: Knex.Client, line: Line, question: Question): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    if (line.open++ === 0) line.movedAt = performance.now();
    line.waiting.push([question, (error, answer) => (error ? reject(error) : resolve(answer))]);
    if (line.waiting.length > 1) return;
    if (line.connection !== undefined) setImmediate(leave, client, line);
    else void connect(client, line);
  });
}

async function connect(client: Knex.Client, line: Line): Promise<void> {
  try {
    line.connection = (await client.acquireConnection()) as Shared;
    line.connection.pipeline = true;
  } catch (error) {
    line.open = 0;
    for (const [, answered] of line.waiting.splice(0)) answered(error, undefined as never);
    return;
  }
  leave(client, line);
}

function leave(client: Knex.Client, line: Line): void {
  const { connection, waiting } = line;
  if (connection === undefined) return;
  const send = connection.query.bind(connection) as unknown as (question: Question, answered: Answered) => void;
  const { stream } = connection.connection;
  stream.cork();
  for (const [question, answered] of waiting.splice(0)) {
    let isOpen = true;
    send(question, (error, answer) => {
      answered(error, answer);
      // pg tells twice of a value that it cannot write
      if (!isOpen) return;
      isOpen = false;
      line.movedAt = performance.now();
      // whoever was answered may have the next question
      if (--line.open === 0) setImmediate(giveBack, client, line);
    });
  }
  stream.uncork();
}

function giveBack(client: Knex.Client, line: Line): void {
  const { connection } = line;
  if (connection === undefined || line.open > 0) return;
  line.connection = undefined;
  connection.pipeline = false;
  client.releaseConnection(connection);
}
