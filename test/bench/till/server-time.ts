/** The server's own time of each request, read from the lines of its log. */
import pino, { type Logger } from "pino";

export interface ServerTime {
  log: Logger;
  /** Milliseconds of a route since the last `forget`; 5xx and refusals are not among them. */
  of(method: string, route: string): number[];
  forget(): void;
}

export function createServerTime(): ServerTime {
  let samples = new Map<string, number[]>();
  const write = (text: string): void => {
    const line = JSON.parse(text) as { msg?: string; method?: string; route?: string; status?: number; ms?: number };
    if (line.msg !== "request" || line.ms === undefined || (line.status ?? 500) >= 400) return;
    const key = `${line.method} ${line.route}`;
    const known = samples.get(key);
    if (known) known.push(line.ms);
    else samples.set(key, [line.ms]);
  };
  return {
    log: pino({ level: "info", base: null }, { write }),
    of: (method, route) => samples.get(`${method} ${route}`) ?? [],
    forget: () => {
      samples = new Map();
    },
  };
}
