/** A copy of the project in a temporary folder, to add plugins to and to run commands in. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "../..");
const PARTS = ["kernel", "plugins", "views", "public", "migrations", "test", "knexfile.ts"];
const FILES = ["package.json", "tsconfig.json", ".mocharc.json", ".env.example"];

export interface Copy {
  folder: string;
  /** Runs a command there and gives what it printed; throws when it fails. */
  run(command: string, args: string[], env?: Record<string, string>): Promise<string>;
  remove(): void;
}

export function copyProject(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "pos-odata-copy-"));
  for (const part of [...PARTS, ...FILES]) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return {
    folder,
    run: (command, args, env) => run(folder, command, args, env),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function run(cwd: string, command: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const keep = (part: Buffer) => {
    printed += part;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${printed}`);
  return printed;
}

export interface App {
  url: string;
  /** SIGTERM, then its exit code */
  stop(): Promise<number | null>;
}

/** Starts a program that logs JSON lines, and waits for the line with its address. */
export async function startApp(options: {
  cwd: string;
  command: string;
  args: string[];
  env: Record<string, string>;
}): Promise<App> {
  const { cwd, command, args, env } = options;
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(child, "exit");
  let printed = "";
  child.stderr.on("data", (part: Buffer) => {
    printed += part;
  });
  const opened = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed += `${line}\n`;
      const url = /"url":"(http[^"]+)".*is open/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  const url = await Promise.race([
    opened,
    exit.then(([code]) => {
      throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${printed}`);
    }),
  ]);
  return {
    url,
    stop: async () => {
      child.kill("SIGTERM");
      return (await exit)[0];
    },
  };
}
