/** A log that is read by the test instead of by people. */
import pino, { type Logger } from "pino";
import { requestOf } from "../../kernel/log.ts";

export interface LogLine {
  level: number;
  msg: string;
  [key: string]: unknown;
}

export function memoryLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  return {
    log: pino({ level: "debug", mixin: requestOf }, { write: (text: string) => void lines.push(JSON.parse(text)) }),
    lines,
  };
}
