/**
 * Migrations of the kernel and of all plugins as one list for knex. Names are `owner/0001_slug` without extension, so that
 * a migration is the same in `.ts` and `.js`, and equal file names of two plugins do not collide.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Knex } from "knex";
import { BootError } from "../errors.ts";

/** knex's own name for it */
export const TABLE = "knex_migrations";

export interface MigrationFolder {
  /** `kernel` or a plugin's name */
  owner: string;
  /** absolute; need not exist */
  folder: string;
}

export interface MigrationEntry {
  /** the name; called so because knex's list command prints it */
  file: string;
  /** undefined: applied once by a plugin that is gone, or by a newer version */
  path: string | undefined;
}

/** A migration that the version before cannot live with says so in its name: `0007_breaks_drop_colour` (adr/0017). */
export function isBreaking(name: string): boolean {
  return /\/\d{4}_breaks_/.test(name);
}

/** What the program has, in its order. @throws BootError: a file that cannot be a migration */
export function namesIn(folders: readonly MigrationFolder[]): string[] {
  return folders.flatMap(entriesOf).map(({ file }) => file);
}

/** Applied by a newer version of an owner that is here. */
export function newerThan(folders: readonly MigrationFolder[], applied: readonly string[]): string[] {
  const known = new Set(folders.flatMap(entriesOf).map(({ file }) => file));
  const owners = new Set(folders.map(({ owner }) => owner));
  return applied.filter((name) => !known.has(name) && owners.has(name.slice(0, name.indexOf("/"))));
}

/**
 * `applied`: the names in the database. What is not known here leaves a stub, because knex calls a vanished migration corrupt:
 * its plugin is gone, or a newer version added to the tables what this one need not know (a deployment under way, or taken
 * back). @throws BootError when that newer version changed what this one lives on
 */
export function createMigrationSource(
  folders: readonly MigrationFolder[],
  applied: readonly string[],
): Knex.MigrationSource<MigrationEntry> {
  const entries = folders.flatMap(entriesOf);
  const stubs = stubsFor(folders, entries, applied);
  return {
    getMigrations: async () => [...stubs, ...entries],
    getMigrationName: ({ file }) => file,
    getMigration: async ({ file, path }) => {
      if (path === undefined) return { up: async () => {}, down: refuseDown(file, "it is not here") };
      const migration: Partial<Knex.Migration> = await import(pathToFileURL(path).href);
      if (migration.up === undefined) throw new Error(`${path} exports no function up`);
      // knex refuses a migration without a way back, even where nobody goes back
      return { ...migration, up: migration.up, down: migration.down ?? refuseDown(file, "it has no function down") };
    },
  };
}

function refuseDown(name: string, why: string) {
  return async () => {
    throw new Error(`migration ${name} cannot be undone: ${why}`);
  };
}

function entriesOf({ owner, folder }: MigrationFolder): MigrationEntry[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => /\.(ts|js)$/.test(file) && !file.endsWith(".d.ts"));
  const misnamed = files.filter((file) => !/^\d{4}_[a-z0-9_]+\.(ts|js)$/.test(file));
  if (misnamed.length > 0) {
    throw new BootError(`${owner}: ${misnamed.join(", ")} in ${folder} is no migration`, {
      cure: "name migrations like 0002_add_colour.ts, and keep nothing else there",
    });
  }
  return files.sort().map((file) => ({ file: `${owner}/${file.replace(/\.\w+$/, "")}`, path: join(folder, file) }));
}

function stubsFor(
  folders: readonly MigrationFolder[],
  entries: readonly MigrationEntry[],
  applied: readonly string[],
): MigrationEntry[] {
  const known = new Set(entries.map(({ file }) => file));
  const unknown = applied.filter((name) => !known.has(name));
  const foreign = unknown.filter((name) => !name.includes("/"));
  if (foreign.length > 0) {
    throw new BootError(`the database belongs to another program: it has the migration ${foreign[0]}`, {
      cure: "set DATABASE_URL to a database of its own",
    });
  }
  const newer = newerThan(folders, applied).filter(isBreaking);
  if (newer.length > 0) {
    throw new BootError(`the database is newer than the program: it has ${newer.join(", ")}`, {
      cure: "start the newer version, or restore the backup made before the upgrade",
    });
  }
  return unknown.map((file) => ({ file, path: undefined }));
}
