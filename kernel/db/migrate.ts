/** Brings the database up to the program: every migration of the kernel and of the plugins, once, by one instance. */
import type { Knex } from "knex";
import type { Logger } from "pino";
import { BootError } from "../errors.ts";
import type { Tx } from "./database.ts";
import { codeOf } from "./down.ts";
import { createMigrationSource, type MigrationFolder, TABLE } from "./migration-source.ts";

export { createMigrationSource, isBreaking, type MigrationFolder, namesIn } from "./migration-source.ts";

/** any constant: instances that start together queue on it */
const LOCK = 7_305_219;

/**
 * Applies what is missing, in the order of `folders`, each migration in a transaction of its own; gives their names.
 * Needs two connections of the pool. @throws BootError: a migration failed, or the database is newer than the program
 */
export async function migrate(options: {
  knex: Knex;
  folders: readonly MigrationFolder[];
  log: Logger;
}): Promise<string[]> {
  return options.knex.transaction(async (guard) => {
    await holdMigrations(guard);
    return applyPending(options);
  });
}

/** `migrate` for whoever holds the lock already. `tell` hears of each one that is done, whatever becomes of those after it. */
export async function applyPending(options: {
  knex: Knex;
  folders: readonly MigrationFolder[];
  log: Logger;
  tell?: ((name: string) => void) | undefined;
}): Promise<string[]> {
  const { knex, folders, log, tell = () => {} } = options;
  const source = createMigrationSource(folders, await appliedNames(knex));
  const config = { tableName: TABLE, migrationSource: withContext(source) };
  // we alone hold the lock, so a row that says otherwise was left by a process that died
  await knex.migrate.forceFreeMigrationsLock(config);
  const applied: string[] = [];
  try {
    for (;;) {
      const [, names] = (await knex.migrate.up(config)) as [number, string[]];
      if (names.length === 0) return applied;
      applied.push(...names);
      names.forEach(tell);
    }
  } finally {
    if (applied.length > 0) log.info({ applied }, "migrations applied");
  }
}

/** Whoever changes tables waits for the end of this transaction; another instance may be migrating for minutes. */
export async function holdMigrations(guard: Tx): Promise<void> {
  await guard.raw("SET LOCAL statement_timeout = 0");
  await guard.raw("SET LOCAL idle_in_transaction_session_timeout = 0");
  await guard.raw("SELECT pg_advisory_xact_lock(?)", [LOCK]);
}

/**
 * Applies these migrations and no others to a database that has none, in one transaction: a restore builds what an archive was
 * made of, however much newer the program is. @throws BootError: one of them failed
 */
export async function applyExactly(tx: Tx, folders: readonly MigrationFolder[], names: readonly string[]) {
  const wanted = new Set(names);
  const all = withContext(createMigrationSource(folders, []));
  const migrationSource: typeof all = {
    ...all,
    getMigrations: async (extensions) =>
      (await all.getMigrations(extensions)).filter((entry) => wanted.has(all.getMigrationName(entry))),
  };
  await tx.migrate.latest({ tableName: TABLE, migrationSource, disableTransactions: true });
}

/** What the program has and the database has not. @throws BootError when the database is newer than the program */
export async function pendingMigrations(knex: Knex, folders: readonly MigrationFolder[]): Promise<string[]> {
  return pendingOf(folders, await appliedNames(knex));
}

/** The same of names that were asked for before. @throws BootError when they are of a newer program */
export async function pendingOf(folders: readonly MigrationFolder[], applied: readonly string[]): Promise<string[]> {
  const source = createMigrationSource(folders, applied);
  const names = (await source.getMigrations([])).map((entry) => source.getMigrationName(entry));
  const known = new Set(applied);
  return names.filter((name) => !known.has(name));
}

/** Names in the order they were applied; none on a new database. */
export async function appliedNames(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw("SELECT to_regclass(?) AS found", [TABLE]);
  if (rows[0].found === null) return [];
  return knex(TABLE).orderBy("id").pluck("name");
}

/** Migrations may take their time, and one that fails says which it was. */
function withContext<E>(source: Knex.MigrationSource<E>): Knex.MigrationSource<E> {
  return {
    ...source,
    getMigration: async (entry) => {
      const name = source.getMigrationName(entry);
      const migration = await told(name, () => source.getMigration(entry));
      return {
        ...migration,
        up: async (tx) => {
          await tx.raw("SET LOCAL statement_timeout = 0");
          await told(name, () => migration.up(tx));
        },
      };
    },
  };
}

async function told<T>(name: string, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BootError) throw cause;
    const extension = codeOf(cause) === "0A000" && /extension/.test(String(cause));
    throw new BootError(`migration ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cure: extension
        ? "install the contributed extensions of PostgreSQL (Debian: postgresql-contrib) on the server and start again"
        : "nothing of it was kept; mend the cause and start again, or go back to the version before",
      cause,
    });
  }
}
