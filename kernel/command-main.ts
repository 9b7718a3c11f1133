/** `npm run command -- NAME ...`: runs a command and ends with its exit code. */
import { existsSync } from "node:fs";
import process from "node:process";
import { runCommand } from "./commands.ts";
import { BootError } from "./errors.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

// whoever reads may have read enough: `| head`
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
try {
  const words = process.argv.slice(2);
  const [print, complain] = [write(process.stdout), write(process.stderr)];
  process.exitCode = await runCommand({ env: process.env, words, print, complain });
} catch (error) {
  process.stderr.write(
    error instanceof BootError
      ? `The command cannot run: ${error.message}\n`
      : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
}
// connections to a server that stands still must not keep the person from the prompt
setTimeout(() => process.exit(), 10_000).unref();
