/** Each statement says on behalf of which request it runs: the server's log and pg_stat_activity lead back to a line of ours. */
import type pg from "pg";
import { isRequestId, requestId } from "../request-id.ts";

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
  const signed = (statement: unknown, ...more: unknown[]) => send(sign(statement), ...more);
  connection.query = signed as typeof connection.query;
}

function sign(statement: unknown): unknown {
  if (typeof statement !== "object" || statement === null) return statement;
  const { text, name, submit } = statement as Statement;
  if (typeof text !== "string" || name !== undefined || submit !== undefined) return statement;
  const id = requestId();
  if (id === undefined || !isRequestId(id)) return statement;
  return { ...statement, text: `/* request ${id} */ ${text}` };
}
