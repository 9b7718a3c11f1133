/**
 * Short reads share connections (pipelining): what is asked in one turn of the event loop leaves in one write, and nobody
 * waits for another's answer before asking. ADR 23 says why, and for which statements.
 */
import type { Knex } from "knex";
import pg from "pg";
import { codeOf } from "./down.ts";
import { hangUp } from "./hang-up.ts";

export interface Question {
  text: string;
  values: unknown[];
  often: true;
  /** the request that asks, null: none; those of many requests leave together */
  behalf: string | null;
}

type Answered = (error: unknown, answer?: pg.QueryResult) => void;
type Shared = pg.Client & {
  pipeline: boolean;
  connection: { stream: { cork(): void; uncork(): void } };
  /** knex's mark of one that it will not lend again */
  __knex__disposed?: unknown;
};

interface Waiting {
  question: Question;
  leaves(): void;
  answered: Answered;
}

/** One connection, for as long as there is something to ask. */
export interface Line {
  waiting: Waiting[];
  /** asked and not answered, those that wait to leave too */
  open: number;
  /** when the last answer came, or the first question: of `performance.now()` */
  movedAt: number;
  /** undefined: the pool has not lent it yet */
  connection: Shared | undefined;
  /** it was hung up: nothing more is heard of what was asked */
  broken: boolean;
}

/** What was asked in a line that another's fault has ended: it may be asked again, being a read. */
export class LineBroken extends Error {}

/** questions under way on one connection before another is taken */
const DEEP = 16;
/** milliseconds without an answer after which nobody else is put in line: somebody waits there for a lock */
export const STUCK_MS = 50;
const LINES = 4;
/** what the server says of more than one statement; 57014: it has waited as long as a statement may, and so would each behind it */
const OF_ALL = /^(08|57|58|XX|F0|25P0[34])/;
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
  const { most, lines } = pool;
  const connecting = lines.filter(({ connection }) => connection === undefined).length;
  // who waits for a connection comes first: a line that takes nobody in soon gives its back
  const wait = (client.pool as { numPendingAcquires(): number } | undefined)?.numPendingAcquires();
  if (wait === undefined || wait > connecting) return undefined;
  const now = performance.now();
  const free = lines.find((line) => line.open === 0 || (line.open < DEEP && now - line.movedAt < STUCK_MS));
  if (free !== undefined || lines.length >= most) return free;
  const fresh: Line = { waiting: [], open: 0, movedAt: now, connection: undefined, broken: false };
  lines.push(fresh);
  void connect(client, fresh);
  return fresh;
}

/**
 * Rejects with what the database says of this question, with LineBroken, or when there is no connection.
 * `leaves` is called when it is sent.
 */
export function askInLine(
  client: Knex.Client,
  line: Line,
  question: Question,
  leaves: () => void,
): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    if (line.open++ === 0) line.movedAt = performance.now();
    const answered: Answered = (error, answer) => (answer === undefined ? reject(error) : resolve(answer));
    line.waiting.push({ question, leaves, answered });
    if (line.waiting.length === 1 && line.connection !== undefined) setImmediate(leave, client, line);
  });
}

async function connect(client: Knex.Client, line: Line): Promise<void> {
  try {
    line.connection = (await client.acquireConnection()) as Shared;
    line.connection.pipeline = true;
  } catch (error) {
    close(client, line);
    const [first, ...others] = line.waiting.splice(0);
    first?.answered(error);
    // a connection that another gives back may serve them
    for (const { answered } of others) answered(new LineBroken("no connection", { cause: error }));
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
  for (const { question, leaves, answered } of waiting.splice(0)) {
    let isOpen = true;
    const settled: Answered = (error, answer) => {
      // pg tells twice of a value that it cannot write
      if (!isOpen) return;
      isOpen = false;
      line.movedAt = performance.now();
      answered(line.broken && error ? new LineBroken("the line was hung up", { cause: error }) : error, answer);
      if (error && endsLine(error)) breakOff(client, line);
      // whoever was answered may have the next question
      if (--line.open === 0) setImmediate(giveBack, client, line);
    };
    if (line.broken) settled(new Error("nobody listens any more"));
    else {
      leaves();
      send(question, settled);
    }
  }
  stream.uncork();
}

/** All but what the server says of the one statement: afterwards nobody knows whose the next answer is, or whether one comes. */
function endsLine(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || OF_ALL.test(codeOf(error));
}

function breakOff(client: Knex.Client, line: Line): void {
  if (line.broken) return;
  line.broken = true;
  close(client, line);
  if (line.connection !== undefined) hangUp(line.connection);
}

/** Nobody else is put in it. */
function close(client: Knex.Client, line: Line): void {
  const lines = pools.get(client)?.lines ?? [];
  const at = lines.indexOf(line);
  if (at >= 0) lines.splice(at, 1);
}

function giveBack(client: Knex.Client, line: Line): void {
  const { connection } = line;
  if (connection === undefined || line.open > 0) return;
  line.connection = undefined;
  close(client, line);
  connection.pipeline = false;
  const release = () => client.releaseConnection(connection);
  // not lent again before knex knows that it is dead
  if (line.broken && connection.__knex__disposed === undefined) connection.once("end", release);
  else release();
}
