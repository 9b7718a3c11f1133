/** `npm run validate`: is what was deployed the system it should be? 0: yes; 1: something failed; 2: it was told nonsense. */
import { existsSync } from "node:fs";
import process from "node:process";
import { BootError } from "./errors.ts";
import { validate } from "./validate/run.ts";

if (existsSync(".env")) process.loadEnvFile(".env");

const write = (stream: NodeJS.WriteStream) => (line: string) => void stream.write(`${line}\n`);
try {
  process.exitCode = await validate({
    env: process.env,
    print: write(process.stdout),
    complain: write(process.stderr),
  });
} catch (error) {
  process.stderr.write(
    `${error instanceof BootError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 2;
}
