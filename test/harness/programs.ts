/** Programs of the system that a test calls and may not find. */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** what each is asked to say, to see whether it is there; the others tell their --version */
const WORDS: Record<string, string> = { nginx: "-v", openssl: "version" };
/** Debian keeps servers there, which is not on everybody's PATH */
export const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin`;

/** undefined, or which of them are not here. */
export function whyNoProgram(...programs: string[]): string | undefined {
  const missing = programs.filter(
    (name) => spawnSync(name, [WORDS[name] ?? "--version"], { env: { PATH } }).status !== 0,
  );
  return missing.length === 0 ? undefined : `not on the PATH: ${missing.join(", ")}`;
}
