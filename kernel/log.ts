/** pino, with what must never be written cut out: passwords, tokens, cookies, and rows of the database. */
import pino, { type Logger } from "pino";
import { createLogFile, type LogTrouble } from "./log-file.ts";
import { requestId } from "./request-id.ts";

const SECRET_KEYS = [
  "password",
  "password_again",
  "current_password",
  "token",
  "access_token",
  "refresh_token",
  "authorization",
  "cookie",
  "pin",
  "secret",
];

/** PostgreSQL tells the row that it refused, names and telephones and all: `detail`; which constraint it was stands elsewhere. */
const ROWS = ["detail", "where"];

/** the names that operators know */
const LEVELS: Readonly<Record<string, string>> = {
  trace: "TRACE",
  debug: "DEBUG",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
  fatal: "CRITICAL",
};

function withoutRows<T>(told: T): T {
  if (typeof told !== "object" || told === null) return told;
  for (const key of ROWS) Reflect.deleteProperty(told, key);
  const { aggregateErrors } = told as { aggregateErrors?: unknown };
  if (Array.isArray(aggregateErrors)) aggregateErrors.forEach(withoutRows);
  return told;
}

/** On every line of a request, whoever writes it. */
export function requestOf(): { request?: string } {
  const request = requestId();
  return request === undefined ? {} : { request };
}

export interface LogPlace {
  folder: string;
  /** bytes of one file */
  maxBytes: number;
  /** files in all; 0: none */
  files: number;
}

export interface LogOptions {
  level: string;
  /** where `app.log` stands; undefined: nowhere */
  place: LogPlace | undefined;
  pretty: boolean;
  /** stderr: of a program whose output is for people and files; none: `app.log` alone */
  output?: "stdout" | "stderr" | "none";
}

export function createLog({ level, place, pretty, output = "stdout" }: LogOptions): Logger {
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`]), censor: "[secret]" },
    serializers: { err: (error: Error) => withoutRows(pino.stdSerializers.err(error)) },
    mixin: requestOf,
  };
  if (pretty) return pino({ ...settings, transport: { target: "pino-pretty" } });
  const named = { ...settings, formatters: { level: (label: string) => ({ level: LEVELS[label] ?? label }) } };
  const out = output === "none" ? undefined : process[output];
  const shown: pino.StreamEntry[] = out === undefined ? [] : [{ level: "trace", stream: out }];
  const withFile = place !== undefined && place.files > 0;
  // tells of the file where the file cannot
  const beside = pino(named, pino.multistream(shown));
  const file = withFile && createLogFile({ ...place, name: "app.log", tell: (trouble) => tellOf(beside, trouble) });
  const log = file ? pino(named, pino.multistream([...shown, { level: "trace", stream: file }])) : beside;
  if (out !== undefined) watch(out, log);
  return log;
}

function tellOf(log: Logger, trouble: LogTrouble): void {
  const { kind, file } = trouble;
  if (kind === "broken") log.error({ err: trouble.error, file }, "the log file cannot be written; this output goes on");
  else log.warn({ file, lost: trouble.lost }, "the log file is written again");
}

/** An output that goes away, a full disk behind `>` or a reader that ends, takes nobody along. One log of the process hears of it. */
function watch(out: NodeJS.WriteStream, log: Logger): void {
  let isTold = false;
  function outputIsGone(error: Error): void {
    if (isTold) return;
    isTold = true;
    log.error({ err: error }, "the output of the program cannot be written; the log file goes on");
  }
  // what runs us may listen too, and takes itself off
  if (out.listeners("error").every(({ name }) => name !== outputIsGone.name)) out.on("error", outputIsGone);
}
