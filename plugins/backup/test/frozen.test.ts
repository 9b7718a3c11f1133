/** The server stands still in the middle and does not come back: each command ends all the same, says why, and leaves nothing half. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import type { Server15 } from "../../../test/harness/postgres15.ts";
import { until } from "../../../test/harness/until.ts";
import { command, type Vault } from "./vault.ts";
import { openVault15, type Vault15 } from "./vault15.ts";

const root = join(import.meta.dirname, "../../..");

describe("commands on a server that stands still for ever", () => {
  let server: Server15;
  let vault: Vault;
  let opened: Vault15 | undefined;
  before(async function () {
    this.timeout(240_000);
    opened = await openVault15();
    if (!opened) return this.skip();
    ({ server, vault } = opened);
  });
  after(() => opened?.close());

  const manifests = async () => (await vault.files()).filter((file) => file.endsWith(".json"));
  /** Runs a command as an operator does, freezes the server when `holds`, and gives what it said while the server still stands. */
  const frozen = async (words: string[], holds: (client: pg.Client) => Promise<boolean>, more = {}) => {
    const client = new pg.Client(server.url("postgres"));
    client.on("error", () => {});
    await client.connect();
    const child = spawn(process.execPath, ["--import", "tsx", "kernel/command-main.ts", ...words], {
      cwd: root,
      env: { PATH: process.env["PATH"] ?? "", ...vault.shop.env, BACKUP_STALL_SECONDS: "2", ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part) => {
        said += part;
      });
    const gone = once(child, "exit");
    try {
      await until(async () => {
        assert.equal(child.exitCode, null, `it was over before the server could be frozen:\n${said}`);
        return holds(client);
      });
      await server.freeze();
      const [code] = await gone;
      return { code, said };
    } finally {
      child.kill("SIGKILL");
      await server.thaw();
      await client.end();
    }
  };
  const isCopying = async () => {
    const [part] = (await vault.files()).filter((file) => file.endsWith(".gz.part"));
    return part !== undefined && (await stat(join(vault.folder, part))).size > 100_000;
  };

  it("backup", async () => {
    const { code, said } = await frozen(["backup"], isCopying);
    assert.equal(code, 1, said);
    assert.match(said, /The backup failed: STALLED, and the journal could not be told\. Nothing is left of it\./);
    assert.deepEqual(await vault.files(), []);
  });

  it("the drill of a backup, which is good and unproven", async () => {
    const inDrill = async (client: pg.Client) =>
      (await client.query("SELECT FROM pg_database WHERE datname LIKE 'pos_drill_%'")).rows.length > 0;
    const { code, said } = await frozen(["backup"], inDrill, { BACKUP_DRILL: "true" });
    assert.equal(code, 1, said);
    assert.match(
      said,
      /The backup failed: (STALLED|DATABASE_DOWN), and the journal could not be told|could NOT be restored/,
    );
    assert.equal((await manifests()).length, 1);
  });

  it("rollback, while it keeps what is there now", async () => {
    const made = await command({ ...vault.shop.env, BACKUP_METHOD: "copy" }, ["backup"]);
    assert.equal(made.code, 0, made.lines.join("\n"));
    const file = join(vault.folder, (await manifests()).at(-1) ?? "");
    const files = await vault.files();
    const { code, said } = await frozen(["rollback", file, "--lose-what-came-after"], isCopying);
    assert.equal(code, 1, said);
    assert.match(
      said,
      /what is there now could not be kept: the database said nothing for too long; nothing was changed|The database said nothing for 2 seconds, and the command was given up/,
    );
    assert.deepEqual(await vault.files(), files);
    assert.equal((await command(vault.shop.env, ["verify"])).code, 0);
  });
}).timeout(240_000);
