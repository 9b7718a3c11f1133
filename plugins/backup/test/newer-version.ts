/** The next version of the program, as a database sees it: a plugin that came with it changes tables that were there before. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface NewerVersion {
  /** for PLUGINS */
  folder: string;
  remove(): Promise<void>;
}

/** `wait`: a statement that its last migration runs last, to be caught in the middle. */
export async function newerVersion(wait = "SELECT 1"): Promise<NewerVersion> {
  const home = await mkdtemp(join(tmpdir(), "pos-odata-newer-"));
  const folder = join(home, "newer");
  await mkdir(join(folder, "migrations"), { recursive: true });
  await writeFile(join(folder, "index.ts"), 'export const plugin = { name: "newer", kernel: 1, setup: () => ({}) };\n');
  const migration = (sql: string) => `export async function up(knex) { await knex.raw(${JSON.stringify(sql)}); }\n`;
  const all = {
    "0001_colours": `CREATE TYPE colour AS ENUM ('red', 'blue');
      ALTER TABLE products ADD COLUMN colour colour NOT NULL DEFAULT 'red';
      CREATE TABLE colour_names (colour colour PRIMARY KEY, name text NOT NULL);
      INSERT INTO colour_names VALUES ('red', 'rojo');
      CREATE VIEW coloured AS SELECT p.id, n.name FROM products p JOIN colour_names n USING (colour);
      CREATE FUNCTION colour_of(bigint) RETURNS colour LANGUAGE sql AS 'SELECT colour FROM products WHERE id = $1'`,
    "0002_names": `UPDATE products SET name = upper(name); ${wait}`,
  };
  for (const [name, sql] of Object.entries(all))
    await writeFile(join(folder, "migrations", `${name}.ts`), migration(sql));
  return { folder, remove: () => rm(home, { recursive: true, force: true }) };
}
