/** Each statement says on behalf of which request it runs: the server's log and pg_stat_activity lead back to a line of ours. */
import type pg from "pg";
import { isRequestId, requestId } from "../request-id.ts";
import type { Part } from "./batch.ts";
import { isDirect, isStale, nameOf } from "./often.ts";
import { canJoin, mayLeave, type Send, writeTogether } from "./together.ts";

interface Statement {
  text?: unknown;
  /** of a prepared statement, which must have the same text each time */
  name?: unknown;
  /** pg hands such an object over as it is: COPY, cursors */
  submit?: unknown;
  often?: unknown;
  /** on whose behalf, when it is not known by where this happens: pipeline.ts */
  behalf?: string | null;
}

type Answered = Part["answered"];

/**
 * In front of the text, because pg_stat_activity cuts long statements off. A text that is planned once stays as it is: outside of
 * a transaction the id is the portal's name, which the server's log shows; inside of one it stands on its BEGIN.
 * Knex hands over a new object for each statement, and what is called with the answer. Tells whether the connection is a server
 * process of its own.
 */
export async function signStatements(connection: pg.Client): Promise<{ direct: boolean }> {
  const direct = await isDirect(connection);
  let plans = direct;
  const { send, leave } = writeTogether(connection, { direct });
  mayLeave(connection, (statement, leaves, answered) => {
    if (!direct || !plans || !canJoin(statement)) return false;
    const staleToo: Answered = (error, result) => {
      plans &&= !isStale(error);
      answered(error, result);
    };
    leave(Object.assign({}, statement, { name: nameOf(statement.text), answered: staleToo }), leaves);
    return true;
  });

  const planned = (statement: Statement, text: string, ...more: unknown[]) => {
    const alone = connection.getTransactionStatus() === "I";
    const id = idOf(statement);
    const portal = alone && id !== undefined && isRequestId(id) ? { portal: id } : {};
    const [answered] = more as [Answered];
    return send(
      Object.assign({}, statement, portal, { name: nameOf(text) }),
      (error: unknown, result?: pg.QueryResult) => {
        if (!isStale(error)) return answered(error, result);
        plans = false;
        // a transaction is over with its first fault: it is repeated as a whole (transaction.ts)
        return alone ? send(sign(statement, id), answered) : answered(error);
      },
    );
  };
  const signed: Send = (given, ...more) => {
    const { text, name, submit, often } = (typeof given === "object" && given !== null ? given : {}) as Statement;
    if (typeof text !== "string" || name !== undefined || submit !== undefined) return send(given, ...more);
    return often === true && plans
      ? planned(given as Statement, text, ...more)
      : send(sign(given as Statement), ...more);
  };
  connection.query = signed as typeof connection.query;
  return { direct };
}

function idOf({ behalf }: Statement): string | undefined {
  return behalf === undefined ? requestId() : (behalf ?? undefined);
}

function sign(statement: Statement, id = idOf(statement)): Statement {
  if (id === undefined || !isRequestId(id)) return statement;
  return { ...statement, text: `/* request ${id} */ ${String(statement.text)}` };
}
