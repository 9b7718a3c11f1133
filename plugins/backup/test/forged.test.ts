/** Whoever can write where backups stand, but has no key, gets nothing of their own into a shop. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Encrypter } from "age-encryption";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import pg from "pg";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { makeKey } from "../archive/seal.ts";
import { type Manifest, manifestText } from "../manifest.ts";
import { command, fingerprint, type Made, openVault, type Said, sell, type Vault } from "./vault.ts";

/** What the forger sees in the bucket. */
interface Seen {
  manifest: Manifest;
  sha256: string;
  mac?: string;
}

describe("a backup that somebody without the key has made or changed", () => {
  let vault: Vault;
  let elsewhere: TestDatabase;
  /** what stands in the bucket */
  let copy: string;
  let made: Made;
  let seen: Seen;
  /** rows of the shop with an employee made administrator, packed, and what is true of them */
  let planted: { content: Buffer; tables: Manifest["tables"] };
  before(async () => {
    vault = await openVault({ BACKUP_KEY: await makeKey() });
    await sell(vault.shop, 2);
    planted = await plant();
    made = await vault.make();
    seen = JSON.parse(await readFile(join(vault.folder, `${made.name}.json`), "utf8"));
  });
  beforeEach(async () => {
    elsewhere = await testDatabase();
    copy = await mkdtemp(join(tmpdir(), "pos-odata-forged-"));
    for (const file of [`${made.name}.json`, `${made.name}.gz.age`])
      await copyFile(join(vault.folder, file), join(copy, file));
  });
  afterEach(async () => {
    await elsewhere.drop();
    await rm(copy, { recursive: true });
  });
  after(() => vault.close());

  /** The forger knows what a backup looks like, from one that is not encrypted. */
  async function plant(): Promise<typeof planted> {
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-forger-"));
    try {
      const { code } = await command(without({ BACKUP_DIR: folder, BACKUP_DRILL: "false" }), ["backup"]);
      assert.equal(code, 0);
      const { manifest } = JSON.parse(await readFile(await newest(folder), "utf8")) as Seen;
      const rows = gunzipSync(await readFile(join(folder, manifest.file.name))).toString("latin1");
      const text = rows.replace(/(\n\d+\temilio\t[^\t\n]*\t)employee\t/, "$1admin\t");
      assert.notEqual(text, rows);
      return { content: gzipSync(Buffer.from(text, "latin1")), tables: manifest.tables };
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const without = (more: Record<string, string>) => ({ ...vault.shop.env, BACKUP_KEY: "", ...more });
  const there = () => ({ ...vault.shop.env, DATABASE_URL: elsewhere.url });
  const path = (name = made.name) => join(copy, `${name}.json`);

  /** Puts a content and a manifest whose checksums are right where the shop will look. */
  async function put(content: Buffer, change: Partial<Manifest>, mac?: string): Promise<void> {
    const end = change.recipient === null ? ".gz" : ".gz.age";
    const name = change.name ?? made.name;
    const sha256 = createHash("sha256").update(content).digest("hex");
    const file = { name: name + end, bytes: content.length, sha256 };
    const signed = JSON.parse(manifestText({ ...seen.manifest, ...change, file }, undefined));
    await writeFile(join(copy, file.name), content);
    await writeFile(path(name), JSON.stringify(mac === undefined ? signed : { ...signed, mac }));
  }

  async function refused(spanish: RegExp, english: RegExp, ...words: string[]): Promise<void> {
    told(await command(there(), ["restore", path(), ...words]), spanish, english);
    assert.deepEqual(await users(elsewhere.url), "none", "nothing was touched");
  }
  const told = ({ code, lines }: Said, spanish: RegExp, english: RegExp): void => {
    assert.equal(code, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", spanish);
    assert.match(lines[1] ?? "", english);
    assert.equal(lines.length, 2);
  };
  const UNSIGNED = [
    /json no está firmada con BACKUP_KEY: .*No se tocó nada\. .*agregue --unsigned\.$/,
    /json is not signed with BACKUP_KEY: .*Nothing was touched\. .*add --unsigned\.$/,
  ] as const;
  const FOREIGN = [
    /json no está firmada con esta BACKUP_KEY: .*alguien la hizo o la cambió/,
    /json is not signed with this BACKUP_KEY: .*somebody has made or changed it/,
  ] as const;

  it("that is not encrypted is refused by a shop with a key, whatever its manifest says", async () => {
    const { content, tables } = planted;
    await put(content, { tables, recipient: null });
    await refused(...UNSIGNED);
    for (const order of [["backup", "check"], ["rollback"]])
      told(await command(vault.shop.env, [...order, path()]), ...UNSIGNED);
    // pg_restore would run whatever stands in it
    await put(content, { tables, recipient: null, method: "pg_dump" });
    await refused(...UNSIGNED);
    await put(content, { tables, recipient: null }, seen.mac ?? "0".repeat(64));
    await refused(...FOREIGN);
    await refused(...FOREIGN, "--unsigned");
  });

  it("that is encrypted for the shop, whose public key everybody reads in a manifest, is refused", async () => {
    const encrypter = new Encrypter();
    encrypter.addRecipient(seen.manifest.recipient ?? "");
    const { tables } = planted;
    const content = Buffer.from(await encrypter.encrypt(planted.content));
    await put(content, { tables });
    await refused(...UNSIGNED);
    await put(content, { tables }, seen.mac ?? "0".repeat(64));
    await refused(...FOREIGN);
    await refused(...FOREIGN, "--unsigned");
  });

  it("whose manifest tells anything else, or whose signature differs by one figure, is refused", async () => {
    const whole = await readFile(join(copy, seen.manifest.file.name));
    const later = new Date(Date.parse(seen.manifest.made_at) + 86_400_000).toISOString();
    const mac = seen.mac ?? "0".repeat(64);
    await put(whole, { made_at: later }, mac);
    await refused(...FOREIGN);
    await put(whole, { migrations: [] }, mac);
    await refused(...FOREIGN);
    for (const place of [0, 63]) {
      const other = Number.parseInt(mac[place] ?? "", 16) ^ 1;
      await put(whole, {}, mac.slice(0, place) + other.toString(16) + mac.slice(place + 1));
      await refused(...FOREIGN);
    }
  });

  it("an older one of our own is not taken for a newer one by its name", async () => {
    const name = made.name.replace("pos-odata-2", "pos-odata-3");
    await copyFile(path(), path(name));
    await assert.rejects(command(there(), ["restore", path(name)]), /not under the name that it was written under/);
    assert.deepEqual(await users(elsewhere.url), "none");
  });

  it("our own is restored, with no word more", async () => {
    const { code, lines } = await command(there(), ["restore", path()]);
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(await fingerprint(elsewhere.url), await fingerprint(vault.shop.env["DATABASE_URL"] ?? ""));
    assert.equal(await users(elsewhere.url), "employee");
  });

  for (const [kind, own] of [
    ["by a version that did not sign", {}],
    ["before there was a key", { BACKUP_KEY: "" }],
  ] as const)
    it(`one that was made ${kind} is marked in the list, and restored when somebody vouches for it`, async () => {
      const env = { ...vault.shop.env, ...own, BACKUP_DIR: copy };
      assert.equal((await command(env, ["backup"])).code, 0);
      const file = await newest(copy);
      const { manifest } = JSON.parse(await readFile(file, "utf8")) as Seen;
      // as such a version wrote it
      await writeFile(file, manifestText(manifest, undefined));
      const { lines } = await command({ ...vault.shop.env, BACKUP_DIR: copy }, ["backup", "list"]);
      assert.deepEqual(
        lines.map((line) => [line.includes(manifest.name), line.includes("NOT SIGNED: --unsigned restores it")]),
        [
          [true, true],
          [false, false],
        ],
      );
      const restore = (...words: string[]): Promise<Said> => command(there(), ["restore", file, ...words]);
      const before_ = await restore();
      assert.deepEqual([before_.code, await users(elsewhere.url)], [1, "none"]);
      assert.match(before_.lines.join("\n"), UNSIGNED[1]);
      const { code, lines: said } = await restore("--unsigned");
      assert.equal(code, 0, said.join("\n"));
      assert.equal(await users(elsewhere.url), "employee");
      const checked = await command(there(), ["backup", "check", file, "--unsigned"]);
      assert.equal(checked.code, 0, checked.lines.join("\n"));
    });

  it("the night's backup goes on beside older ones: it is proven, nothing is alarmed, nothing goes before its time", async () => {
    const before_ = await vault.files();
    for (const file of before_.filter((one) => one.endsWith(".json"))) {
      const { manifest } = JSON.parse(await readFile(join(vault.folder, file), "utf8")) as Seen;
      await writeFile(join(vault.folder, file), manifestText(manifest, undefined));
    }
    const next = await vault.make();
    assert.deepEqual([next.state, next.drill, next.drill_detail], ["good", "ok", null]);
    assert.deepEqual(await vault.files(), [...before_, `${next.name}.gz.age`, `${next.name}.json`].sort());
    const home = await (await vault.shop.browser("manager")).get("/");
    assert.match(home.text, /Última copia buena: .*Se restauró y cuadra/);
  });

  it("one that was planted as of before an upgrade does not come into the journal as good", async () => {
    const name = made.name.replace("pos-odata-2", "pos-odata-3").concat("-upgrade");
    await put(planted.content, { tables: planted.tables, recipient: null, name });
    await copyFile(path(name), join(vault.folder, `${name}.json`));
    await copyFile(join(copy, `${name}.gz`), join(vault.folder, `${name}.gz`));
    await vault.shop.restart();
    assert.deepEqual(await vault.shop.db("backups").where({ name }), []);
  });
}).timeout(240_000);

async function newest(folder: string): Promise<string> {
  return join(
    folder,
    (await readdir(folder))
      .filter((one) => one.endsWith(".json"))
      .sort()
      .at(-1) ?? "",
  );
}

/** The role that Emilio has in that database. */
async function users(url: string): Promise<string> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('users') IS NOT NULL AS found");
    if (!rows[0].found) return "none";
    return (await client.query("SELECT role FROM users WHERE username = 'emilio'")).rows[0].role;
  } finally {
    await client.end();
  }
}
