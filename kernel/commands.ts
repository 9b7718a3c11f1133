/** Runs a command of the kernel or of a plugin: boots what it needs of the system, serves nobody, leaves nothing running. */
import process from "node:process";
import { type Assembled, assemble, kernelMigrations, LIMITS, migrationsOf, owned } from "./assemble.ts";
import type { Command } from "./command.ts";
import { type Environment, type KernelConfig, logPlace } from "./config.ts";
import { visitEmbedded } from "./db/embedded/visit.ts";
import { pendingMigrations } from "./db/migrate.ts";
import { whyAway } from "./db/why-away.ts";
import type { FoundPlugin } from "./discover.ts";
import { BootError } from "./errors.ts";
import { createLog } from "./log.ts";
import { migrateCommand } from "./migrate-command.ts";
import { createUnwinder, type Unwinder } from "./phase.ts";
import type { Plugin } from "./plugin.ts";

export interface RunOptions {
  env: Environment;
  /** the name of a command and what stands after it */
  words: readonly string[];
  print(line: string): void;
  /** where faults of the person go: no such command */
  complain?: (line: string) => void;
  /** instead of the plugins folder: tests */
  plugins?: FoundPlugin[];
}

const UNKNOWN = 2;
/** a list of commands asks no database */
const NOWHERE = "postgres://127.0.0.1:1/none";

/** The exit code. Without words it lists the commands. @throws BootError: what keeps it from starting, with its cure */
export async function runCommand({ env, words, print, complain = print, plugins }: RunOptions): Promise<number> {
  const undo = createUnwinder(60);
  try {
    const [name, ...args] = words;
    const reach = name === undefined ? async () => NOWHERE : reaching(undo, name);
    const parts = await assemble({ env, plugins, limits: LIMITS, undo, openLog, reach, alone: false });
    const commands = commandsOf(parts);
    const command = commands.find((one) => one.name === name);
    if (name === undefined) {
      list(commands, print);
      return 0;
    }
    if (command === undefined) {
      complain(`There is no command "${name}". These there are:`);
      list(commands, complain);
      return UNKNOWN;
    }
    if (!command.anyVersion) await refusePending(parts);
    return await command.run({ args, print });
  } catch (error) {
    throw whyAway(error);
  } finally {
    await undo.unwind((step, fault) => process.stderr.write(`${step} failed while stopping: ${String(fault)}\n`));
  }
}

/** What a command prints is for people and files: the log goes elsewhere, and tells only of trouble. */
function openLog(config: KernelConfig) {
  const level = ["info", "debug", "trace"].includes(config.LOG_LEVEL) ? "warn" : config.LOG_LEVEL;
  return createLog({ level, place: logPlace(config), pretty: false, output: "stderr" });
}

function isRestore(plugins: readonly Plugin[], name: string): boolean {
  return plugins.some(({ restores }) => restores?.includes(name));
}

function reaching(undo: Unwinder, name: string) {
  return async (config: KernelConfig, log: Assembled["log"], plugins: readonly Plugin[]): Promise<string> => {
    if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
    const visit = await visitEmbedded({ dataDir: config.DATA_DIR, log, make: isRestore(plugins, name) });
    undo.push("the embedded database", visit.end);
    return visit.connectionString;
  };
}

function commandsOf(parts: Assembled): Command[] {
  const commands: ({ plugin: string } & Command)[] = [
    { plugin: "kernel", ...parts.ledgers.command },
    { plugin: "kernel", ...migrateCommand(parts) },
    ...owned(parts.roster, (setup) => setup.commands),
  ];
  for (const [index, { name, plugin }] of commands.entries()) {
    const twin = commands.findIndex((one) => one.name === name);
    if (twin === index) continue;
    throw new BootError(`two commands are called ${name}: of ${commands[twin]?.plugin} and of ${plugin}`, {
      cure: "give each its own name",
    });
  }
  return commands.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function list(commands: readonly Command[], print: (line: string) => void): void {
  const width = Math.max(...commands.map(({ name }) => name.length));
  for (const { name, summary } of commands) print(`  ${name.padEnd(width)}  ${summary}`);
}

/**
 * The app migrates at its start; a command would not know what the tables look like in between. An optional plugin whose
 * tables are not there is down, as it is in the app.
 */
async function refusePending({ db, roster, roots }: Assembled): Promise<void> {
  const folders = [kernelMigrations(roots), ...roster.map(migrationsOf)];
  const pending = await pendingMigrations(db.primary, folders);
  const needed = new Set(pending);
  for (const member of roster.filter(({ plugin }) => plugin.optional)) {
    const own = pending.filter((name) => name.startsWith(`${member.plugin.name}/`));
    if (own.length > 0) member.down = "its migrations are pending";
    for (const name of own) needed.delete(name);
  }
  if (needed.size === 0) return;
  throw new BootError(`the database is older than the program: ${[...needed].join(", ")} is missing`, {
    cure: "run the command migrate, or start the app of this version once; then run the command again",
  });
}
