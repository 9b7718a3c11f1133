/**
 * What need not wait for an answer of its own leaves with what comes next: BEGIN with the first statement of its transaction, what a
 * transaction asks at once in one write, and what it writes last with its COMMIT. Each spares a way to the server and back (ADR 24).
 */
import process from "node:process";
import type pg from "pg";
import { Batch, type Part } from "./batch.ts";
import { hangUp } from "./hang-up.ts";
import { isPlanned, Planned } from "./planned.ts";

export type Send = (...words: unknown[]) => unknown;
type Answered = Part["answered"];
interface Statement {
  text?: unknown;
  values?: unknown;
  name?: unknown;
  submit?: unknown;
}

type Leave = (statement: { text: string; values: unknown[] }, leaves: () => void, answered: Answered) => boolean;

const leaving = new WeakMap<pg.Client, Leave>();

export function mayLeave(connection: pg.Client, leave: Leave): void {
  leaving.set(connection, leave);
}

/**
 * Leaves a statement that runs often for the COMMIT of the transaction that this connection is in. False: it must be asked now.
 * `leaves` is called when it is sent, `answered` never when it is not.
 */
export function leaveForCommit(connection: pg.Client, ...what: Parameters<Leave>): boolean {
  return leaving.get(connection)?.(...what) ?? false;
}

/** Knex's own texts, and the name of the request that may stand before them. */
const BEGIN = /^(\/\* request \S+ \*\/ )?BEGIN;$/;
const COMMIT = /^(\/\* request \S+ \*\/ )?COMMIT;$/;
const ROLLBACK = /^(\/\* request \S+ \*\/ )?ROLLBACK$/;

export interface Together {
  send: Send;
  /** with the next COMMIT, unless ROLLBACK comes; `leaves` is called when it is sent */
  leave(part: Part, leaves: () => void): void;
}

/** A statement that waits for the end of this turn, as it was given. */
interface Asked {
  given: Statement & { text: string };
  answered: Answered;
}

/** Its `query`, which it replaces, and what else there is to ask of it. BEGIN is held back where a connection is a server process of its own. */
export function writeTogether(connection: pg.Client, { direct }: { direct: boolean }): Together {
  const hand = connection.query.bind(connection) as Send;
  const write: Send = (given, ...more) => {
    const [answered] = more as [Answered | undefined];
    const isOurs = answered !== undefined && typeof given === "object" && given !== null && isPlanned(given);
    return isOurs ? hand(new Planned(connection, given, answered)) : hand(given, ...more);
  };
  const status = connection.getTransactionStatus.bind(connection);
  /** nothing of the transaction was sent yet */
  let begun: (Statement & { text: string }) | undefined;
  /** it was sent, and the server has not said so yet */
  let isOpening = false;
  let asked: Asked[] = [];
  let last: { part: Part; leaves: () => void }[] = [];
  // whoever asks takes a transaction that has begun for one
  connection.getTransactionStatus = () => (begun === undefined && !isOpening ? status() : "T");

  /** A line's connection (pipeline.ts) is in none, though one that died in a transaction still says so: pg takes no batches there. */
  const isInTransaction = () =>
    connection.getTransactionStatus() === "T" && !(connection as pg.Client & { pipeline?: boolean }).pipeline;

  /** Whatever was asked behind a BEGIN that failed must not be done without it. */
  const opened: Answered = (error) => {
    isOpening = false;
    if (error) hangUp(connection);
  };

  /** What was asked in this turn, in its order, and BEGIN before it. */
  function leave(): void {
    const [first, others] = [begun, asked];
    const [alone] = others;
    if (alone === undefined) return;
    begun = undefined;
    asked = [];
    if (first === undefined && others.length === 1) return void write(alone.given, alone.answered);
    isOpening ||= first !== undefined;
    const parts = others.map(({ given, answered }) => partOf(given, answered));
    write(new Batch(connection, first ? [partOf(first, opened), ...parts] : parts));
  }

  /** With what was held back, and what was left. */
  function commit(given: Statement & { text: string }, answered: Answered): void {
    const [first, left] = [begun, last];
    begun = undefined;
    last = [];
    if (left.length === 0) {
      if (first === undefined) write(given, answered);
      else nothingTo("COMMIT", answered);
      return;
    }
    for (const { leaves } of left) leaves();
    const parts = left.map(({ part }) => part);
    // the server has not come to COMMIT, and waits for the end of what has failed
    const settled: Answered = (error, result) =>
      error ? write({ text: "ROLLBACK" }, () => answered(error)) : answered(error, result);
    write(new Batch(connection, [...(first ? [partOf(first, () => {})] : []), ...parts, partOf(given, settled)]));
  }

  const send: Send = (given, ...more) => {
    const { text = "" } = (typeof given === "object" && given !== null ? given : {}) as { text?: string };
    const [answered] = more as [Answered | undefined];
    if (answered !== undefined && isInTransaction() && canJoin(given as Statement)) {
      if (asked.push({ given: given as Asked["given"], answered }) === 1) process.nextTick(leave);
      return;
    }
    leave();
    if (answered !== undefined) {
      if (direct && BEGIN.test(text)) {
        begun = given as typeof begun;
        return nothingTo("BEGIN", answered);
      }
      if (COMMIT.test(text)) return commit(given as { text: string }, answered);
      if (ROLLBACK.test(text)) {
        last = [];
        if (begun !== undefined) {
          begun = undefined;
          return nothingTo("ROLLBACK", answered);
        }
      }
    }
    if (begun === undefined) return write(given, ...more);
    const first = begun;
    begun = undefined;
    isOpening = true;
    // one after the other
    write(first, opened);
    return write(given, ...more);
  };
  connection.query = send as typeof connection.query;
  return { send, leave: (part, leaves) => void last.push({ part, leaves }) };
}

/** Answers what was never sent, as the server would. */
function nothingTo(command: string, answered: Answered): void {
  queueMicrotask(() => answered(null, { command, rowCount: null, oid: 0, rows: [], fields: [] }));
}

function partOf(statement: Statement & { text: string }, answered: Answered): Part {
  return Object.assign({}, statement, { answered }) as Part;
}

/** One statement, and values that can be written whatever they are: half a batch must not be on its way when one cannot. */
export function canJoin({ name, values, submit }: Statement): boolean {
  if (submit !== undefined || !Array.isArray(values)) return false;
  return (name !== undefined || values.length > 0) && values.every(isPlain);
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return value === null || value instanceof Date || (typeof value !== "object" && typeof value !== "symbol");
}
