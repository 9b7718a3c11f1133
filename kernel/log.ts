/** pino, with what must never be written cut out: passwords, tokens, cookies, and rows of the database. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pino, { type Logger } from "pino";

const SECRET_KEYS = ["password", "password_again", "token", "access_token", "refresh_token", "authorization", "cookie"];

/** PostgreSQL tells the row that it refused, names and telephones and all: `detail`; which constraint it was stands elsewhere. */
const ROWS = ["detail", "where"];

function withoutRows<T>(told: T): T {
  if (typeof told !== "object" || told === null) return told;
  for (const key of ROWS) Reflect.deleteProperty(told, key);
  const { aggregateErrors } = told as { aggregateErrors?: unknown };
  if (Array.isArray(aggregateErrors)) aggregateErrors.forEach(withoutRows);
  return told;
}

/** `errors`: to stderr, for a program whose output is for people and files. */
export function createLog(options: {
  level: string;
  folder: string | undefined;
  pretty: boolean;
  errors?: boolean;
}): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: "[secret]" },
    serializers: { err: (error: Error) => withoutRows(pino.stdSerializers.err(error)) },
  };
  if (options.pretty) return pino({ ...settings, transport: { target: "pino-pretty" } });
  const streams: pino.StreamEntry[] = [{ level: "trace", stream: options.errors ? process.stderr : process.stdout }];
  if (options.folder !== undefined) {
    mkdirSync(options.folder, { recursive: true });
    const file = join(options.folder, "pos-odata.log");
    streams.push({ level: "trace", stream: pino.destination({ dest: file, append: true, sync: false }) });
  }
  return pino(settings, pino.multistream(streams));
}
