import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { migrate } from "../../kernel/db/migrate.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";

const { log } = memoryLog();
const table = (name: string, more = "") =>
  `export const up = (tx) => tx.raw("CREATE TABLE ${name} (id int)")${more};\nexport const down = (tx) => tx.raw("DROP TABLE ${name}");\n`;

describe("bringing the database up to the program", () => {
  let database: TestDatabase;
  let pools: OpenDatabase[];
  let home: string;

  beforeEach(async () => {
    database = await testDatabase();
    home = await mkdtemp(join(tmpdir(), "pos-odata-migrate-"));
    pools = [instance(), instance()];
  });
  afterEach(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await database.drop();
    await rm(home, { recursive: true, force: true });
  });

  const instance = () => createDatabase({ url: database.url, poolMax: 4, log });
  const folder = (owner: string) => ({ owner, folder: join(home, owner) });
  const run = (owners: string[], which = 0) =>
    migrate({ knex: (pools[which] as OpenDatabase).primary, folders: owners.map(folder), log });
  const write = async (name: string, text: string) => {
    await mkdir(join(home, name, ".."), { recursive: true });
    await writeFile(join(home, name), text);
  };
  const tables = async (): Promise<string[]> => {
    const { rows } = await (pools[0] as OpenDatabase).primary.raw(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'knex%' ORDER BY 1",
    );
    return rows.map((row: { tablename: string }) => row.tablename);
  };

  it("the kernel comes first, then each plugin; files of the same name in two plugins do not collide", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await write("pos/0001_first.ts", table("sales"));
    await write("inventory/0001_first.ts", table("products"));
    await write("inventory/0002_more.js", table("movements"));
    await write("inventory/0001_first.d.ts", "not a migration");
    await write("inventory/0002_more.js.map", "{}");
    assert.deepEqual(await run(["kernel", "inventory", "pos", "without_migrations"]), [
      "kernel/0001_first",
      "inventory/0001_first",
      "inventory/0002_more",
      "pos/0001_first",
    ]);
    assert.deepEqual(await tables(), ["base", "movements", "products", "sales"]);
    assert.deepEqual(await run(["kernel", "inventory", "pos"]), [], "a second start has nothing to do");
  });

  it("what ran as .ts in development is known as .js in production", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await run(["kernel"]);
    await rm(join(home, "kernel/0001_first.ts"));
    await write("kernel/0001_first.js", table("base"));
    assert.deepEqual(await run(["kernel"]), []);
  });

  it("two instances that start at once migrate once", async () => {
    for (let index = 1; index <= 5; index++) await write(`kernel/000${index}_step.ts`, table(`step${index}`));
    const applied = await Promise.all([run(["kernel"], 0), run(["kernel"], 1)]);
    assert.deepEqual(applied.map((names) => names.length).sort(), [0, 5]);
  });

  it("a plugin whose folder was deleted leaves its tables, and the rest goes on migrating", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await write("lottery/0001_first.ts", table("tickets"));
    await run(["kernel", "lottery"]);
    await write("kernel/0002_second.ts", table("more"));
    assert.deepEqual(await run(["kernel"]), ["kernel/0002_second"]);
    assert.deepEqual(await tables(), ["base", "more", "tickets"]);
    assert.deepEqual(await run(["kernel", "lottery"]), [], "the plugin came back to its old tables");
  });

  it("an old program goes on with what a newer one added, and does not touch what it broke", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await write("kernel/0002_second.ts", table("more"));
    await run(["kernel"]);
    await rm(join(home, "kernel/0002_second.ts"));
    assert.deepEqual(await run(["kernel"]), [], "a deployment is under way, or was taken back");
    await write("kernel/0002_other.ts", table("own"));
    assert.deepEqual(await run(["kernel"]), ["kernel/0002_other"]);
    await write("kernel/0003_breaks_base.ts", table("last"));
    await run(["kernel"]);
    await rm(join(home, "kernel/0003_breaks_base.ts"));
    await assert.rejects(run(["kernel"]), bootError(/newer than the program: it has kernel\/0003_breaks_base\n/));
  });

  it("nor the database of another program", async () => {
    const { primary } = pools[0] as OpenDatabase;
    await primary.raw("CREATE TABLE knex_migrations (id serial, name text, batch int, migration_time timestamptz)");
    await primary.raw("INSERT INTO knex_migrations (name) VALUES ('20200101_users.js')");
    await assert.rejects(run(["kernel"]), bootError(/another program.*20200101_users/));
  });

  it("a migration that fails is named and leaves nothing; those before it stay; mended, it goes on from there", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await write("kernel/0002_second.ts", table("half", '.then(() => tx.raw("SELECT 1 / 0"))'));
    await assert.rejects(run(["kernel"]), bootError(/kernel\/0002_second failed: .*division by zero/));
    assert.deepEqual(await tables(), ["base"]);
    await rm(join(home, "kernel/0002_second.ts"));
    await write("kernel/0002_second.js", table("whole"));
    assert.deepEqual(await run(["kernel"]), ["kernel/0002_second"]);
    assert.deepEqual(await tables(), ["base", "whole"]);
  });

  it("a lock left by a process that was killed while it migrated does not stop the next start", async () => {
    await write("kernel/0001_first.ts", table("base"));
    await run(["kernel"]);
    await (pools[0] as OpenDatabase).primary.raw("UPDATE knex_migrations_lock SET is_locked = 1");
    await write("kernel/0002_second.ts", table("more"));
    assert.deepEqual(await run(["kernel"]), ["kernel/0002_second"]);
  });

  it("a file that cannot be a migration is named instead of being passed over", async () => {
    await write("kernel/1_first.ts", table("base"));
    await assert.rejects(run(["kernel"]), bootError(/1_first\.ts/));
    await rm(join(home, "kernel/1_first.ts"));
    await write("kernel/0001_first.ts", "export const upp = 1;");
    await assert.rejects(run(["kernel"]), bootError(/kernel\/0001_first failed: .*no function up/));
  });

  it("the kernel's audit trail refuses to be changed, deleted or emptied", async () => {
    const { primary } = pools[0] as OpenDatabase;
    await migrate({
      knex: primary,
      folders: [{ owner: "kernel", folder: join(import.meta.dirname, "../../migrations") }],
      log,
    });
    await primary.raw("INSERT INTO audit_log (action, subject) VALUES ('price.changed', 'product:1')");
    for (const change of ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]) {
      await assert.rejects(primary.raw(change), /rows of audit_log are final/);
    }
  });
});

function bootError(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof BootError, String(error));
    assert.match(error.message, message);
    assert.ok(error.cure);
    return true;
  };
}
