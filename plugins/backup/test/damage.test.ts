/** A backup that is not as it was written, or cannot be opened, is refused before anything is touched. */
import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import pg from "pg";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { makeKey } from "../archive/seal.ts";
import { command, fingerprint, type Made, openVault, sell, type Vault } from "./vault.ts";

describe("a damaged backup", () => {
  let vault: Vault;
  let elsewhere: TestDatabase;
  let made: Made;
  let key: string;
  let copy: string;
  before(async () => {
    key = await makeKey();
    vault = await openVault({ BACKUP_KEY: key });
    elsewhere = await testDatabase();
    await sell(vault.shop, 2);
    made = await vault.make();
  });
  beforeEach(async () => {
    copy = await mkdtemp(join(tmpdir(), "pos-odata-damage-"));
    for (const file of await vault.files()) await copyFile(join(vault.folder, file), join(copy, file));
  });
  after(async () => {
    await vault.close();
    await elsewhere.drop();
  });
  const content = () => join(copy, `${made.name}.gz.age`);
  const manifest = () => join(copy, `${made.name}.json`);

  async function refused(pattern: RegExp, env: Record<string, string> = {}): Promise<void> {
    const there = { ...vault.shop.env, DATABASE_URL: elsewhere.url, ...env };
    await assert.rejects(command(there, ["restore", content()]), pattern);
    assert.deepEqual(await relations(elsewhere.url), [], "nothing was touched");
    await rm(copy, { recursive: true });
  }

  it("is encrypted: nothing in it can be read, and its drill was held all the same", async () => {
    assert.deepEqual([made.encrypted, made.drill], [true, "ok"], made.drill_detail ?? "");
    const bytes = await readFile(content());
    assert.equal(bytes.subarray(0, 21).toString(), "age-encryption.org/v1");
    const text = await readFile(manifest(), "utf8");
    assert.ok(!text.includes(key) && !text.includes("AGE-SECRET"), "the key is not in the manifest");
    await rm(copy, { recursive: true });
  });

  it("with one byte changed, wherever", async () => {
    const whole = await readFile(content());
    for (const place of [0, 300, Math.floor(whole.length / 2), whole.length - 1]) {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ 1;
      await writeFile(content(), bytes);
      await assert.rejects(command(vault.shop.env, ["backup", "check", content()]), /its checksum is another/);
    }
    await refused(/is damaged: its checksum is another\n {2}cure: use a copy/);
  });

  it("cut off", async () => {
    await truncate(content(), made.bytes - 1);
    await refused(/bytes instead of \d+: it was cut off/);
  });

  it("with another number in its manifest", async () => {
    const text = await readFile(manifest(), "utf8");
    await writeFile(
      manifest(),
      text.replace(/"rows": (\d+)/, (_, rows) => `"rows": ${Number(rows) + 1}`),
    );
    await refused(/json is damaged: it is not as it was written/);
  });

  it("with half a manifest, or none", async () => {
    await truncate(manifest(), 100);
    await assert.rejects(command(vault.shop.env, ["restore", manifest()]), /is damaged/);
    await rm(manifest());
    await refused(/cannot be read.*ENOENT[\s\S]*a backup is two files/);
  });

  it("with the wrong key, or none", async () => {
    await assert.rejects(
      command({ ...vault.shop.env, DATABASE_URL: elsewhere.url, BACKUP_KEY: "" }, ["restore", content()]),
      /is encrypted\n {2}cure: set BACKUP_KEY/,
    );
    const there = { ...vault.shop.env, DATABASE_URL: elsewhere.url, BACKUP_KEY: await makeKey() };
    const { code, lines } = await command(there, ["restore", content()]);
    assert.equal(code, 1);
    assert.match(lines.join("\n"), /^\S+ no está firmada con esta BACKUP_KEY: se hizo con otra clave/);
    assert.match(lines.join("\n"), /^\S+ is not signed with this BACKUP_KEY: .*Set BACKUP_KEY/m);
    assert.deepEqual(await relations(elsewhere.url), [], "nothing was touched");
    await rm(copy, { recursive: true });
  });

  it("a whole one is restored, by either of its files", async () => {
    const there = { ...vault.shop.env, DATABASE_URL: elsewhere.url };
    assert.equal(
      (await command(there, ["backup", "check", manifest()]).catch(() => ({ code: 1 }))).code,
      1,
      "no tables yet",
    );
    assert.equal((await command(there, ["restore", manifest()])).code, 0);
    assert.deepEqual(await fingerprint(elsewhere.url), await fingerprint(vault.shop.env["DATABASE_URL"] ?? ""));
    assert.equal((await command(there, ["backup", "check", content()])).code, 0);
    await rm(copy, { recursive: true });
  });
}).timeout(240_000);

async function relations(url: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`,
    );
    return rows.map(({ relname }) => relname);
  } finally {
    await client.end();
  }
}
