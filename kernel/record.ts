/** What was found of the system as a whole, a line of JSON each: `validation.log` beside `app.log`. */
import { createLogFile } from "./log-file.ts";

const MAX_BYTES = 10 * 1024 * 1024;
const FILES = 5;

export interface Records {
  write(facts: Readonly<Record<string, unknown>>): void;
}

/** `complain`: hears once that the file cannot be written; whoever records goes on. */
export function createRecord(
  folder: string,
  { complain, now = () => new Date() }: { complain(line: string): void; now?: () => Date },
): Records {
  const file = createLogFile({
    folder,
    name: "validation.log",
    maxBytes: MAX_BYTES,
    files: FILES,
    tell: (trouble) => {
      if (trouble.kind === "broken") complain(`${trouble.file} cannot be written: ${trouble.error.message}`);
    },
  });
  return { write: (facts) => file.write(`${JSON.stringify({ time: now().toISOString(), ...facts })}\n`) };
}
