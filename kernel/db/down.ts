/** Tells a database that is away from a query that is wrong. */

const NETWORK = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EPIPE",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
// 08: connection, 57P: shutdown, crash, not yet started, 53300: too many clients, 25006: a primary that became a standby
const SERVER = /^(08|57P|53300|25006)/;
const SAID =
  /Connection terminated|connection error|not queryable|timeout exceeded when trying to connect|^timeout expired$|Unable to acquire a connection|^aborted$/;

/** True when the server cannot be reached, is stopping, hung up, or has no connection free: a fault that passes. */
export function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  if (NETWORK.has(code) || SERVER.test(code)) return true;
  // the socket file of a server that is not there
  if (code === "ENOENT" && "syscall" in error && error.syscall === "connect") return true;
  if (error.name === "KnexTimeoutError") return true;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseDown);
  return SAID.test(error.message);
}

/** a statement that ran or stood in line as long as one may, or was cancelled; no lock; a race that was lost, of a transaction each time */
const BUSY = new Set(["57014", "55P03", "40001", "40P01"]);

/** True when the server did not get to it in time: the same may go well in a moment. */
export function isDatabaseBusy(error: unknown): boolean {
  return error instanceof Error && BUSY.has(codeOf(error));
}

/** SQLSTATE of the server or errno of the network; empty for anything else. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
