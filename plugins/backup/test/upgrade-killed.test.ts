/** kill -9 in the middle of an upgrade and of the way back: the shop is what it was before that step, and the step is simply done again. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { until } from "../../../test/harness/until.ts";
import { type NewerVersion, newerVersion } from "./newer-version.ts";
import { command, fingerprint, openVault, sell, shape, type Vault } from "./vault.ts";

const root = join(import.meta.dirname, "../../..");

describe("an upgrade and a way back that are killed half-way", () => {
  let vault: Vault;
  let newer: NewerVersion;
  let env: Record<string, string>;
  /** holds a table, in a transaction; which is why another one looks: within one pg_stat_activity stays as it was */
  let client: pg.Client;
  let looker: pg.Client;
  before(async function () {
    this.timeout(240_000);
    newer = await newerVersion("LOCK TABLE registers IN ACCESS EXCLUSIVE MODE");
    vault = await openVault({ BACKUP_DRILL: "false" });
    env = { ...vault.shop.env, PLUGINS: newer.folder };
    await sell(vault.shop, 1);
    await vault.shop.kernel.stop();
    client = new pg.Client(url());
    looker = new pg.Client(url());
    await client.connect();
    await looker.connect();
  });
  after(async () => {
    await client?.end();
    await looker?.end();
    await vault?.close();
    await newer?.remove();
  });

  const url = () => vault.shop.env["DATABASE_URL"] ?? "";
  const backups = async () => (await vault.files()).filter((file) => file.endsWith("-upgrade.json"));
  let first: Awaited<ReturnType<typeof look>>;
  const look = async () => ({ rows: await fingerprint(url()), shape: await shape(url()) });
  const waits = async (like: string) =>
    (
      await looker.query(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1",
        [like],
      )
    ).rows.length > 0;
  /** Runs the program until it waits for a table that we hold, and kills it there. */
  const killedAt = async (words: string[], table: string, like: string) => {
    await client.query("BEGIN");
    await client.query(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
    if (like.startsWith("COPY")) await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", ...words], {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (part) => {
        said = (said + part).slice(-4000);
      });
    const gone = once(child, "exit");
    try {
      await until(async () => {
        assert.equal(child.exitCode, null, `it ended before it came there:\n${said}`);
        return waits(like);
      });
    } finally {
      child.kill("SIGKILL");
      await gone;
      await client.query("ROLLBACK");
    }
    await until(
      async () =>
        (
          await looker.query(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'pos-odata'",
          )
        ).rows.length === 0,
    );
  };

  it("in the backup before, and in the last migration: no backup is half, and the next start goes on", async () => {
    const then = await look();
    first = then;
    await killedAt(["kernel/main.ts"], "vouchers", "COPY%");
    assert.deepEqual(await look(), then);
    assert.equal((await vault.files()).filter((file) => file.endsWith(".json")).length, 0);
    await killedAt(["kernel/main.ts"], "registers", "UPDATE products%");
    const half = await client.query("SELECT name FROM knex_migrations WHERE name LIKE 'newer/%'");
    assert.deepEqual(half.rows, [{ name: "newer/0001_colours" }]);
    assert.equal((await backups()).length, 1);
    // each start makes one of what it finds, and only one, however often it fails
    for (let start = 0; start < 2; start++) {
      await killedAt(["kernel/main.ts"], "registers", "UPDATE products%");
      assert.equal((await backups()).length, 2);
    }
    const { startKernel } = await import("../../../kernel/kernel.ts");
    const { memoryLog } = await import("../../../test/harness/log.ts");
    await (await startKernel({ env, log: memoryLog().log })).stop();
    assert.equal((await backups()).length, 2);
    assert.equal((await client.query("SELECT FROM knex_migrations WHERE name LIKE 'newer/%'")).rows.length, 2);
    assert.ok((await vault.files()).every((file) => !file.endsWith(".part")));
  });

  it("in the way back: the upgraded shop stands, with what it has kept aside; done again, it goes back to before the first try", async () => {
    const upgraded = await look();
    await killedAt(["kernel/command-main.ts", "rollback"], "registers", "%DECLARE one record;%");
    assert.deepEqual(await look(), upgraded);
    const { code, lines } = await command(env, ["rollback"]);
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(await look(), first);
    const again = await command(env, ["rollback"]).catch(({ message }: Error) => message);
    assert.match(String(again), /no upgrade has changed the database since any of the backups/);
  });
}).timeout(240_000);
