/**
 * Statements that leave in one write, with one Sync behind them: where one fails the server leaves out all that follow it. What pg
 * knows of one statement (how it is written, how rows are read) it does here for each of them.
 */
import type pg from "pg";
import { isPlanned, type OneQuery, Planned, Query, type Wire } from "./planned.ts";

type Answered = (error: unknown, result?: pg.QueryResult) => void;

export interface Part {
  text: string;
  values?: unknown[];
  /** of a plan that the server keeps */
  name?: string;
  answered: Answered;
}

/** For the `query` of `client`. Each part is answered when the last one is, or when one fails, in their order. */
export class Batch {
  readonly #parts: OneQuery[];
  #at = 0;

  constructor(client: pg.Client, parts: readonly Part[]) {
    this.#parts = parts.map((part) => {
      const one = queryOf(client, part);
      // all by the extended protocol: after a fault the server takes up the simple one's next statement
      one.queryMode = "extended";
      one._result._types = (client as pg.Client & { _types: unknown })._types;
      return one;
    });
  }

  /** of the part whose answer comes now: pg keeps in mind what the server has planned */
  get name(): string | undefined {
    return this.#parts[this.#at]?.name;
  }
  get text(): string | undefined {
    return this.#parts[this.#at]?.text;
  }

  submit(wire: Wire): Error | null {
    const open: Wire = Object.create(wire, { sync: { value: () => {} } });
    wire.stream.cork();
    try {
      for (const part of this.#parts) {
        const fault = part.submit(open);
        // nothing of it has been written then: names are made of texts, so that this is a mistake of ours
        if (fault) throw fault;
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  handleRowDescription(message: unknown): void {
    this.#parts[this.#at]?.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#parts[this.#at]?.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    this.#parts[this.#at]?.handleCommandComplete(message, wire);
    this.#at++;
  }

  handleReadyForQuery(wire: Wire): void {
    for (const part of this.#parts) part.handleReadyForQuery(wire);
  }

  /** Those before the one that failed were done, as far as the server has told. */
  handleError(error: unknown, wire: Wire): void {
    for (const [index, part] of this.#parts.entries()) {
      // its plan was never made
      if (index >= this.#at && part.name !== undefined) delete wire.submittedNamedStatements[part.name];
      if (index < this.#at) part.handleReadyForQuery(wire);
      // whoever asked writes what it was on the fault
      else part.handleError(index === this.#at ? error : Object.create(error as object), wire);
    }
  }
}

function queryOf(client: pg.Client, part: Part): OneQuery {
  return isPlanned(part) ? new Planned(client, part, part.answered) : new Query(part, undefined, part.answered);
}
