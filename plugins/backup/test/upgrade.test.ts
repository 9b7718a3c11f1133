/** A newer version that was a mistake: the shop goes back to the last row, and nothing sold since is lost without a word. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type Kernel, startKernel } from "../../../kernel/kernel.ts";
import { createApiClient } from "../../../test/harness/api-client.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { testDatabase } from "../../../test/harness/postgres.ts";
import { people } from "../../../test/harness/shop.ts";
import { cash, ring } from "../../pos/test/till.ts";
import { type NewerVersion, newerVersion } from "./newer-version.ts";
import { command, fingerprint, openVault, type Said, sell, shape, type Vault } from "./vault.ts";

describe("an upgrade and the way back", () => {
  let vault: Vault;
  let newer: NewerVersion;
  let env: Record<string, string>;
  let before_: { rows: Record<string, string>; shape: string[] };
  const { log, lines } = memoryLog();
  before(async () => {
    newer = await newerVersion();
    vault = await openVault();
    env = { ...vault.shop.env, PLUGINS: newer.folder };
    await sell(vault.shop, 2);
    await vault.shop.kernel.stop();
    before_ = await look();
  });
  after(async () => {
    await vault?.close();
    await newer?.remove();
  });

  const url = () => vault.shop.env["DATABASE_URL"] ?? "";
  const look = async () => ({ rows: await fingerprint(url()), shape: await shape(url()) });
  const manifests = async (end: string) => (await vault.files()).filter((file) => file.endsWith(`${end}.json`));
  /** The newer version for a moment. */
  const upgraded = async (work: (kernel: Kernel) => Promise<void> = async () => {}) => {
    const kernel = await startKernel({ env, log });
    try {
      await work(kernel);
    } finally {
      await kernel.stop();
    }
  };
  const rollback = (...words: string[]): Promise<Said> => command(env, ["rollback", ...words]);
  const sellIn = async (kernel: Kernel) => {
    const { username, password } = people.admin;
    const stranger = createApiClient(() => kernel.url);
    const { body } = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    const admin = createApiClient(() => kernel.url, body.access_token);
    const items = [{ code: "PAN", quantity: "1" }];
    const sale = await ring(admin, { items, payments: cash("1000") });
    assert.equal(sale.status, 201, sale.text);
  };

  it("without a backup nothing is changed: no room for it stops the start, and says what to do", async () => {
    const nowhere = { ...env, BACKUP_DIR: join(newer.folder, "index.ts") };
    await assert.rejects(startKernel({ env: nowhere, log }), (error: Error) => {
      assert.match(
        error.message,
        /backup before the upgrade failed: its folder cannot be written; the database was not/,
      );
      assert.match(error.message, /cure: .*BACKUP_BEFORE_UPGRADE=false/);
      return true;
    });
    assert.deepEqual(await look(), before_);
  });

  it("the start of a newer version backs up first, restores it on trial, and tells it in the journal", async () => {
    await upgraded(async (kernel) => {
      const { rows } = await kernel.db.primary.raw(
        "SELECT name, trigger, state, method, drill, finished_at >= started_at AND finished_at < drill_at AS told FROM backups",
      );
      assert.deepEqual(
        rows.map(({ name, ...said }: Record<string, unknown>) => said),
        [{ trigger: "upgrade", state: "good", method: "copy", drill: "ok", told: true }],
      );
      assert.deepEqual(await manifests("-upgrade"), [`${rows[0].name}.json`]);
      assert.equal((await kernel.db.primary.raw("SELECT name FROM coloured")).rows[0].name, "rojo");
    });
    const told = lines.map(({ msg }) => msg);
    assert.ok(told.indexOf("backed up before the upgrade") < told.lastIndexOf("migrations applied"));
    const { manifest } = JSON.parse(await readFile(join(vault.folder, (await manifests("-upgrade"))[0] ?? ""), "utf8"));
    assert.ok(manifest.migrations.length > 20);
    assert.ok(!manifest.migrations.includes("newer/0001_colours"));
  });

  it("the next start has nothing to change and makes none", async () => {
    await upgraded();
    assert.equal((await manifests("-upgrade")).length, 1);
  });

  it("while the app runs there is no way back", async () => {
    await upgraded(async () => {
      await assert.rejects(rollback(), /the app is running \(\d+ connections\), and nothing was changed/);
    });
  });

  it("what was sold since is told, row by row and peso by peso, and is not given up unless somebody says so", async () => {
    await upgraded(sellIn);
    const now = await look();
    const { code, lines } = await rollback();
    assert.equal(code, 1, lines.join("\n"));
    const said = lines.join("\n");
    assert.match(said, /^ {2}sales: 1 rows \(id \d+ to \d+\): .*total_minor 100000/m);
    assert.match(said, /^ {2}stock_movements: 1 rows .*: .*-1000/m);
    assert.match(
      said,
      /Nothing was changed\. To go back all the same, and lose these: rollback --lose-what-came-after/,
    );
    assert.deepEqual(await look(), now);
    assert.deepEqual(await manifests("-rollback"), []);
  });

  it("one command goes back to the last row and column, keeps what is given up, and tells which version to start", async () => {
    const given = await fingerprint(url());
    const { code, lines } = await rollback("--lose-what-came-after");
    const said = lines.join("\n");
    assert.equal(code, 0, said);
    assert.deepEqual(await look(), before_);
    assert.match(
      said,
      /Start the version that ran before, the one that does not have newer\/0001_colours, newer\/0002_names yet\./,
    );
    const [kept = ""] = await manifests("-rollback");
    const elsewhere = await testDatabase();
    try {
      const restored = await command({ ...env, DATABASE_URL: elsewhere.url }, ["restore", join(vault.folder, kept)]);
      assert.equal(restored.code, 0, restored.lines.join("\n"));
      assert.deepEqual(await fingerprint(elsewhere.url), given);
    } finally {
      await elsewhere.drop();
    }
    const { rows } = await ask("SELECT action, after->>'kept' AS kept FROM audit_log ORDER BY id DESC LIMIT 1");
    assert.deepEqual(rows, [{ action: "backup.rolled_back", kept: kept.replace(".json", "") }]);
    assert.equal((await command(vault.shop.env, ["verify"])).code, 0);
  });

  it("the version before sells on, and shows both backups", async () => {
    await vault.shop.restart();
    await sell(vault.shop, 1);
    const manager = await vault.shop.api("manager");
    const { body } = await manager.get<{ data: { name: string; trigger: string; state: string }[] }>("/api/v1/backups");
    assert.deepEqual(body.data.map(({ trigger, state }) => `${trigger} ${state}`).sort(), [
      "command good",
      "upgrade good",
    ]);
    await vault.shop.kernel.stop();
  });

  it("nothing sold since: it goes back without a question, though people signed in", async () => {
    const then = await look();
    await upgraded();
    const { code, lines } = await rollback();
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(await look(), then);
  });

  it("a file that is none, and a shop that was never upgraded, are told with what to do", async () => {
    assert.equal((await rollback("--no-such-word")).code, 2);
    await assert.rejects(rollback(join(vault.folder, "none.json")), /cannot be read/);
    const nothing = { ...env, BACKUP_DIR: newer.folder };
    await assert.rejects(command(nothing, ["rollback"]), /no backup in .* that was made before an upgrade/);
  });

  it("with BACKUP_BEFORE_UPGRADE=false it goes on without", async () => {
    const count = (await manifests("-upgrade")).length;
    env = { ...env, BACKUP_BEFORE_UPGRADE: "false" };
    await upgraded();
    assert.equal((await manifests("-upgrade")).length, count);
  });

  const ask = async (sql: string) => {
    const { default: pg } = await import("pg");
    const client = new pg.Client(url());
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
}).timeout(240_000);
