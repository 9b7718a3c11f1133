/** Each statement says on behalf of which request it runs: the server's log and pg_stat_activity lead back to a line of ours. */
import type pg from "pg";
import { isRequestId, requestId } from "../request-id.ts";
import { keepsPlans } from "./planned.ts";

interface Statement {
  text?: unknown;
  /** of a prepared statement, which must have the same text each time */
  name?: unknown;
  /** pg hands such an object over as it is: COPY, cursors */
  submit?: unknown;
}

/** In front, because pg_stat_activity cuts long statements off. Knex hands over a new object for each statement. */
export function signStatements(connection: pg.Client): void {
  const send = connection.query.bind(connection) as (...words: unknown[]) => unknown;
  const signed = (statement: unknown, ...more: unknown[]) => send(sign(statement, keepsPlans(connection)), ...more);
  connection.query = signed as typeof connection.query;
}

/** Planned statements have no room for an id: the connection says it for them, from the start of the transaction to its end. */
const BEGIN = "BEGIN;";

function sign(statement: unknown, hasNamed: boolean): unknown {
  if (typeof statement !== "object" || statement === null) return statement;
  const { text, name, submit } = statement as Statement;
  if (typeof text !== "string" || name !== undefined || submit !== undefined) return statement;
  const id = requestId();
  if (id === undefined || !isRequestId(id)) return statement;
  const said = hasNamed && text === BEGIN ? `${BEGIN} SET LOCAL application_name = 'pos-odata ${id}'` : text;
  return { ...statement, text: `/* request ${id} */ ${said}` };
}
