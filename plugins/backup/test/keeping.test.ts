/** Where backups go besides, how long they stay, and when they are made by themselves. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { type FileHandle, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { memoryLog } from "../../../test/harness/log.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { makeKey } from "../archive/seal.ts";
import { manifestText, readManifest } from "../manifest.ts";
import { backupJobs, isDue } from "../schedule.ts";
import { ACCESS, type FakeBucket, fakeBucket, SECRET } from "./fake-bucket.ts";
import { command, fingerprint, openVault, sell, type Vault } from "./vault.ts";

const DAY = 86_400_000;

/** What is brought down to the disk while something is done, in order. */
async function hearSyncs<T>(work: () => Promise<T>): Promise<{ result: T; synced: string[] }> {
  const own = await open(import.meta.filename);
  const handles = Object.getPrototypeOf(own) as FileHandle;
  await own.close();
  const { sync } = handles;
  const synced: string[] = [];
  handles.sync = function (this: FileHandle) {
    synced.push(readlinkSync(`/proc/self/fd/${this.fd}`));
    return sync.call(this);
  };
  try {
    return { result: await work(), synced };
  } finally {
    handles.sync = sync;
  }
}

describe("backups in a second folder and a bucket", () => {
  const { log, lines } = memoryLog();
  let vault: Vault;
  let second: string;
  let bucket: FakeBucket;
  let elsewhere: TestDatabase;
  let key: string;
  before(async () => {
    second = await mkdtemp(join(tmpdir(), "pos-odata-second-"));
    bucket = await fakeBucket();
    elsewhere = await testDatabase();
    key = await makeKey();
    vault = await openVault(
      {
        BACKUP_KEY: key,
        BACKUP_COPY_DIR: join(second, "copies"),
        BACKUP_S3_URL: bucket.url,
        BACKUP_S3_ACCESS_KEY: ACCESS,
        BACKUP_S3_SECRET_KEY: SECRET,
      },
      { log },
    );
    await sell(vault.shop, 1);
  });
  after(async () => {
    await vault.close();
    await bucket.close();
    await elsewhere.drop();
    await rm(second, { recursive: true, force: true });
  });

  it("each is there as well, byte by byte; what moments the network has are waited for", async () => {
    bucket.fail(2);
    const { result: made, synced } = await hearSyncs(() => vault.make());
    assert.deepEqual(made.copies, [
      { place: "folder", ok: true },
      { place: "s3", ok: true },
    ]);
    const files = await vault.files();
    assert.equal(files.length, 2);
    assert.deepEqual((await readdir(join(second, "copies"))).sort(), files);
    assert.deepEqual([...bucket.objects.keys()].sort(), files);
    // no power cut takes a copy that was called good
    const part = synced.indexOf(join(second, "copies", `${made.name}.gz.age.part`));
    assert.ok(part >= 0, synced.join("\n"));
    assert.ok(synced.lastIndexOf(join(second, "copies")) > part, "and its name");
    for (const file of files) {
      const original = await readFile(join(vault.folder, file));
      assert.ok(original.equals(await readFile(join(second, "copies", file))), file);
      assert.ok(original.equals(bucket.objects.get(file) ?? Buffer.alloc(0)), file);
    }
    const there = { ...vault.shop.env, DATABASE_URL: elsewhere.url };
    assert.equal((await command(there, ["restore", join(second, "copies", files[1] ?? "")])).code, 0);
    assert.deepEqual(await fingerprint(elsewhere.url), await fingerprint(vault.shop.env["DATABASE_URL"] ?? ""));
  });

  it("a long one goes in parts, so that memory is bounded", async () => {
    // nothing that gzip could make smaller
    for (let part = 0; part < 18; part++)
      await vault.shop.db.raw(
        "INSERT INTO job_runs (plugin, job, tick_at, started_at, error) VALUES ('test', ?, now(), now(), ?)",
        [`noise ${part}`, randomBytes(1024 * 1024).toString("hex")],
      );
    const made = await vault.make();
    assert.ok(made.bytes > 18 * 1024 * 1024, String(made.bytes));
    assert.equal(made.drill, "ok", made.drill_detail ?? "");
    const file = `${made.name}.gz.age`;
    assert.ok((await readFile(join(vault.folder, file))).equals(bucket.objects.get(file) ?? Buffer.alloc(0)));
    assert.equal(bucket.largest(), 16 * 1024 * 1024);
    await vault.shop.db.raw("DELETE FROM job_runs WHERE plugin = 'test'");
  }).timeout(240_000);

  it("a bucket that does not answer spoils neither the backup nor the other copy, and is told", async () => {
    bucket.fail(1000);
    const made = await vault.make();
    bucket.fail(0);
    assert.deepEqual([made.state, made.drill], ["good", "ok"]);
    assert.deepEqual(made.copies, [
      { place: "folder", ok: true },
      { place: "s3", ok: false },
    ]);
    const home = await (await vault.shop.browser("manager")).get("/");
    assert.match(home.text, /La última copia no llegó a su segundo lugar/);
    const metrics = await vault.shop.kernel.metrics.text();
    assert.match(metrics, /pos_backup_copy_ok\{place="folder"\} 1/);
    assert.match(metrics, /pos_backup_copy_ok\{place="s3"\} 0/);
  });

  it("what is older than 30 days goes, here and there, but for the newest seven that were proven; of before they were signed, too", async () => {
    const { name: origin } = await vault.make();
    const { manifest } = await readManifest(join(vault.folder, `${origin}.json`), key);
    const content = await readFile(join(vault.folder, manifest.file.name));
    const old = Array.from({ length: 8 }, (_, index) => ({ days: 31 + index, name: `pos-odata-old-${31 + index}` }));
    for (const { days, name } of old) {
      const made_at = new Date(Date.now() - days * DAY).toISOString();
      const file = { ...manifest.file, name: `${name}.gz.age` };
      const text = manifestText({ ...manifest, name, made_at, file }, undefined);
      for (const folder of [vault.folder, join(second, "copies")]) {
        await writeFile(join(folder, file.name), content);
        await writeFile(join(folder, `${name}.json`), text);
      }
      bucket.objects.set(file.name, content).set(`${name}.json`, Buffer.from(text));
      await vault.shop.db.raw(
        `INSERT INTO backups (name, trigger, host, started_at, finished_at, state, method, bytes, rows, sha256, encrypted, drill)
         SELECT :name, trigger, host, :made_at, :made_at, state, method, bytes, rows, sha256, encrypted, drill FROM backups
         WHERE name = :origin`,
        { name, made_at, origin },
      );
    }
    await vault.make();
    const staysIn = (files: string[]) => {
      const names = files.filter((one) => one.endsWith(".json")).map((one) => one.replace(".json", ""));
      assert.equal(names.length, 7, names.join());
      for (const name of names) assert.ok(files.includes(`${name}.gz.age`), name);
      return old.filter(({ name }) => names.includes(name));
    };
    const places = [await vault.files(), await readdir(join(second, "copies")), [...bucket.objects.keys()]];
    const left = places.map(staysIn);
    for (const one of left) assert.deepEqual(one, old.slice(0, one.length), "the youngest of the old");
    const page = await (await vault.shop.browser("manager")).get("/backups");
    assert.equal(page.text.split("Retirada por antigua").length - 1, 8 - (left[0]?.length ?? 0));
  });

  it("no key of any kind is in the log, the journal, the manifests or on a page", async () => {
    const page = await (await vault.shop.browser("admin")).get("/backups");
    const rows = await vault.shop.db("backups").select();
    const texts = await Promise.all(
      (await vault.files())
        .filter((one) => one.endsWith(".json"))
        .map((one) => readFile(join(vault.folder, one), "utf8")),
    );
    const password = new URL(vault.shop.env["DATABASE_URL"] ?? "").password;
    const all = JSON.stringify([lines, rows, page.html, texts, await vault.shop.kernel.metrics.text()]);
    for (const secret of [key, SECRET, password].filter(Boolean)) assert.ok(!all.includes(secret));
    assert.ok(
      lines.some(({ msg }) => msg === "the copy of a backup failed"),
      "the log was listened to",
    );
  });
}).timeout(240_000);

describe("when a backup is due", () => {
  const CRON = "0 2 * * *";
  const at = (text: string) => new Date(`2026-11-${text}:00Z`);
  const good = (startedAt: Date) => ({ startedAt }) as Parameters<typeof isDue>[0]["lastGood"];

  it("when the night's turn has passed without a good one: the PC was off, or it failed", () => {
    assert.equal(isDue({ since: at("01T00:00"), lastGood: good(at("24T02:00")) }, CRON, at("25T13:25")), true);
    assert.equal(isDue({ since: at("01T00:00"), lastGood: good(at("25T02:00")) }, CRON, at("25T13:25")), false);
  });
  it("not on the day that the shop begins", () => {
    assert.equal(isDue({ since: at("25T12:00"), lastGood: undefined }, CRON, at("25T13:25")), false);
    assert.equal(isDue({ since: at("25T12:00"), lastGood: undefined }, CRON, at("26T02:25")), true);
  });
  it("never by the clock of an instance with BACKUP_CRON=off", () => {
    const jobs = (BACKUP_CRON: string) =>
      backupJobs({} as Parameters<typeof backupJobs>[0], { BACKUP_CRON }, { now: () => at("25T12:00") });
    assert.equal(jobs(CRON).length, 2);
    assert.deepEqual(jobs("off"), []);
  });
}).timeout(240_000);

describe("the night's backup", () => {
  let vault: Vault;
  before(async () => {
    vault = await openVault();
    await sell(vault.shop, 1);
  });
  after(() => vault.close());

  it("is made by one instance, is proven, and its age, size and drill are measured", async () => {
    const { jobs, metrics } = vault.shop.kernel;
    const tick = new Date("2026-11-26T02:00:00Z");
    const before = await metrics.text();
    assert.doesNotMatch(before, /^pos_backup_drill_ok /m, "none was restored yet");
    const outcomes = await Promise.all([
      jobs.runTick("backup", "backup", tick),
      jobs.runTick("backup", "backup", tick),
    ]);
    assert.deepEqual(outcomes.sort(), ["done", "elsewhere"]);
    const manager = await vault.shop.api("manager");
    const { body } = await manager.get<{ data: { trigger: string; drill: string; bytes: number }[] }>(
      "/api/v1/backups",
    );
    assert.deepEqual(
      body.data.map(({ trigger, drill }) => [trigger, drill]),
      [["schedule", "ok"]],
    );
    const text = await metrics.text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    assert.ok(value("pos_backup_age_seconds") < 120);
    assert.equal(value("pos_backup_size_bytes"), body.data[0]?.bytes);
    assert.equal(value("pos_backup_drill_ok"), 1);
    assert.equal(value("pos_backup_failed"), 0);
    const home = await (await vault.shop.browser("manager")).get("/");
    assert.match(home.text, /Última copia buena: .*Se restauró y cuadra/);
    await jobs.runNow("backup", "catch_up");
    assert.equal((await vault.files()).length, 2, "there is nothing to catch up with");
  });

  it("is known to hold books that do not add up: the drill finds what somebody changed", async () => {
    const { db } = vault.shop;
    await vault.shop.kernel.ledgers.seal();
    await db.transaction(async (tx) => {
      await tx.raw("ALTER TABLE audit_log DISABLE TRIGGER USER");
      await tx.raw("UPDATE audit_log SET subject = 'nobody' WHERE id = (SELECT min(id) FROM audit_log)");
      await tx.raw("ALTER TABLE audit_log ENABLE TRIGGER USER");
    });
    const made = await vault.make();
    assert.deepEqual([made.state, made.drill], ["good", "findings"]);
    assert.match(made.drill_detail ?? "", /audit 0: row \d+ was changed/);
    assert.match(await vault.shop.kernel.metrics.text(), /^pos_backup_drill_ok 0$/m);
    const one = await (await vault.shop.browser("manager")).get(`/backups/${made.id}`);
    assert.match(one.text, /sus libros no cuadran/);
  });

  it("employees neither see nor make any", async () => {
    const emilio = await vault.shop.api("employee");
    assert.equal((await emilio.get("/api/v1/backups")).status, 403);
    assert.equal((await emilio.post("/api/v1/backups", {})).status, 403);
    assert.doesNotMatch((await (await vault.shop.browser("employee")).get("/")).text, /Última copia/);
  });
}).timeout(240_000);
