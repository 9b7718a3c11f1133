/** The server goes away, or stands still, in the middle of a backup: it is told, nothing half is taken for one, the next is good. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import type { Server15 } from "../../../test/harness/postgres15.ts";
import { until } from "../../../test/harness/until.ts";
import { command, type Said, type Vault } from "./vault.ts";
import { openVault15, type Vault15 } from "./vault15.ts";

describe("a server that stops during a backup", () => {
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

  const parts = async () => (await vault.files()).filter((file) => file.endsWith(".part"));
  /** Begins one, and comes back when rows of the big table are on their way to the disk. */
  const begun = async (method: string): Promise<{ said: Promise<Said> }> => {
    const env = { ...vault.shop.env, BACKUP_METHOD: method, BACKUP_STALL_SECONDS: "5" };
    const client = new pg.Client(server.url("shop"));
    client.on("error", () => {});
    await client.connect();
    let over = false;
    const said = command(env, ["backup"]).finally(() => {
      over = true;
    });
    said.catch(() => {});
    try {
      await until(async () => {
        assert.ok(!over, "it was over before the server could be stopped");
        const [part] = await parts();
        if (part === undefined || (await stat(join(vault.folder, part))).size < 100_000) return false;
        const { rows } = await client.query(
          "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%COPY%job\\_runs%' AND pid <> pg_backend_pid()",
        );
        return rows.length > 0;
      });
    } finally {
      await client.end();
    }
    return { said };
  };
  const isTold = async (said: Promise<Said>, fault: string, method: string, files: string[]) => {
    const { code, lines } = await said;
    assert.deepEqual(
      [code, lines],
      [1, [`The backup failed: ${fault}. The lines before this one say why.`]],
      lines.join("\n"),
    );
    assert.deepEqual(await vault.files(), files);
    const rows = await server.ask("SELECT state, fault FROM backups ORDER BY id DESC LIMIT 1");
    assert.deepEqual(rows, [{ state: "failed", fault }]);
    const next = await command({ ...vault.shop.env, BACKUP_METHOD: method }, ["backup"]);
    assert.equal(next.code, 0, next.lines.join("\n"));
    assert.equal((await vault.files()).length, files.length + 2);
    assert.deepEqual(await server.ask("SELECT method FROM backups ORDER BY id DESC LIMIT 1"), [{ method }]);
  };

  for (const method of ["copy", "pg_dump"]) {
    it(`${method}: one that stands still is given up while it stands`, async () => {
      const files = await vault.files();
      const { said } = await begun(method);
      await server.freeze();
      try {
        assert.equal((await parts()).length, 1);
        await until(async () => (await parts()).length === 0);
        assert.deepEqual(await vault.files(), files);
      } finally {
        await server.thaw();
      }
      await isTold(said, "STALLED", method, files);
    });

    for (const mode of ["fast", "immediate"] as const)
      it(`${method}: one that is stopped (${mode}) and started again`, async () => {
        const files = await vault.files();
        const { said } = await begun(method);
        await server.stop(mode);
        await until(async () => (await parts()).length === 0);
        await server.start();
        await isTold(said, "DATABASE_DOWN", method, files);
      });
  }
}).timeout(240_000);
