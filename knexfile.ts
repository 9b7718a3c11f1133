/** For knex's own commands, e.g. `npx tsx node_modules/.bin/knex migrate:list`. The program migrates by itself at its start. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import knex, { type Knex } from "knex";
import { appliedNames, createMigrationSource, type MigrationFolder } from "./kernel/db/migrate.ts";

const root = fileURLToPath(new URL(".", import.meta.url));
const plugins = join(root, "plugins");

const folders: MigrationFolder[] = [
  { owner: "kernel", folder: join(root, "migrations") },
  ...(existsSync(plugins) ? readdirSync(plugins).sort() : []).map((owner) => ({
    owner,
    folder: join(plugins, owner, "migrations"),
  })),
];

export default async function config(): Promise<Knex.Config> {
  const url = process.env["DATABASE_URL"];
  if (!url) throw new Error("set DATABASE_URL");
  const database = { client: "pg", connection: url };
  const reader = knex(database);
  try {
    return { ...database, migrations: { migrationSource: createMigrationSource(folders, await appliedNames(reader)) } };
  } finally {
    await reader.destroy();
  }
}
