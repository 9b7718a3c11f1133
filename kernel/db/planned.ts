/**
 * A statement of which the server keeps a plan. What its rows look like cannot change while the plan is kept (the server refuses it then,
 * see `isStale` of often.ts), so that each connection asks for it once; pg would ask each time, and read it again.
 */
import pg from "pg";

type Answered = (error: unknown, result?: pg.QueryResult) => void;

/** How rows are read: three fields of pg's Result. */
interface Shape {
  fields: { name: string; dataTypeID: number; format: string }[];
  _parsers: unknown[];
  _prebuiltEmptyResultObject: object;
}

/** what pg calls on a statement of its own, and hands it: no part of its types */
export interface OneQuery {
  text: string;
  name?: string;
  portal: string;
  queryMode: string | undefined;
  /** `_types`: how values are read, which pg sets when a query is handed to it */
  _result: Shape & { _types: unknown };
  _accumulateRows: boolean;
  submit(wire: Wire): Error | null;
  prepare(wire: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
  handleError(error: unknown, wire: Wire): void;
  handleReadyForQuery(wire: Wire): void;
}

export interface Wire {
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  sync(): void;
  describe(what: object): void;
  stream: { cork(): void; uncork(): void };
}

/** Of a text or, as pg copies it, of all that is set of it. */
export const Query = pg.Query as unknown as new (
  config: string | object,
  values: unknown[] | undefined,
  answered: Answered,
) => OneQuery;

export interface PlannedStatement {
  text: string;
  name: string;
  values: unknown[];
  portal?: string;
}

export function isPlanned<T extends object>(statement: T): statement is T & PlannedStatement {
  const { text, name, values, submit } = statement as {
    text?: unknown;
    name?: unknown;
    values?: unknown;
    submit?: unknown;
  };
  return submit === undefined && typeof text === "string" && typeof name === "string" && Array.isArray(values);
}

const NOT_AGAIN = { describe: { value: () => {} } };
const shapesOf = new WeakMap<pg.Client, Map<string, Shape>>();
/** by plan, of the connection that was told last: others are told the same, and keep one */
const lastOf = new Map<string, Shape>();

function shared(name: string, shape: Shape): Shape {
  const last = lastOf.get(name);
  const isSame =
    last?.fields.length === shape.fields.length &&
    shape.fields.every((one, at) => {
      const other = last.fields[at];
      return one.name === other?.name && one.dataTypeID === other.dataTypeID && one.format === other.format;
    });
  if (isSame) return last;
  lastOf.set(name, shape);
  return shape;
}

export class Planned extends Query {
  readonly #shapes: Map<string, Shape>;

  constructor(client: pg.Client, { text, name, values, portal = "" }: PlannedStatement, answered: Answered) {
    super(text, values, answered);
    this.name = name;
    this.portal = portal;
    this.#shapes = shapesOf.get(client) ?? new Map();
    shapesOf.set(client, this.#shapes);
  }

  override prepare(wire: Wire): void {
    const { name = "" } = this;
    const known = this.#shapes.get(name);
    if (known === undefined || wire.parsedStatements[name] === undefined) {
      super.prepare(wire);
      return;
    }
    const { fields, _parsers, _prebuiltEmptyResultObject } = known;
    Object.assign(this._result, { fields, _parsers, _prebuiltEmptyResultObject });
    this._accumulateRows = true;
    super.prepare(Object.create(wire, NOT_AGAIN));
  }

  override handleRowDescription(message: unknown): void {
    super.handleRowDescription(message);
    const { name = "" } = this;
    const { fields, _parsers, _prebuiltEmptyResultObject } = this._result;
    this.#shapes.set(name, shared(name, { fields, _parsers, _prebuiltEmptyResultObject }));
  }
}
