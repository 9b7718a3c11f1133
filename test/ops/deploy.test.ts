/** Versions come in while tills sell through nginx: a good one, and ones that are taken back. Nobody at a till notices. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import knex, { type Knex } from "knex";
import { after, afterEach, before, describe, it } from "mocha";
import { assertBooks } from "../../plugins/pos/test/till.ts";
import { root } from "../arch/sources.ts";
import { openForBusiness } from "../crash/clients.ts";
import { freePort } from "../harness/free-port.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { type Edge, startEdge, whyNoNginx } from "../harness/nginx.ts";
import { migratedDatabase } from "../harness/postgres.ts";
import { people } from "../harness/shop.ts";
import { until } from "../harness/until.ts";
import { buildRelease, copyRelease, whyNoDeploy, writeSystemctl } from "./releases.ts";
import { openTill, type Till } from "./till.ts";

const INSTANCES = ["1", "2"];
/** what the shop's own checks would be: each instance is of this version */
const VALIDATE = `
import { readFileSync } from "node:fs";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
for (const url of process.env.TEST_INSTANCES.split(" ")) {
  const health = await (await fetch(url + "/health")).json();
  if (health.status !== "ok" || health.version !== version) throw new Error(url + JSON.stringify(health));
}`;
const migration = (sql: string) => `export const up = async (tx) => { await tx.raw(${JSON.stringify(sql)}); };`;

describe("ops/deploy", function () {
  this.timeout(400_000);
  const undo: (() => Promise<unknown>)[] = [];
  let home: string;
  let edge: Edge;
  let urls: string[];
  let db: Knex;
  let till: Till;
  let systemctl: string;
  /** deployments of the test that is under way */
  const running: { child: ChildProcess; gone: Promise<unknown> }[] = [];

  before(async function () {
    const why = whyNoNginx() ?? whyNoDeploy();
    if (why !== undefined) {
      process.stderr.write(`      skipped: ${why}\n`);
      return this.skip();
    }
    home = await mkdtemp(join(tmpdir(), "pos-odata-deploy-"));
    undo.push(() => rm(home, { recursive: true, force: true }));
    for (const part of ["instances", "run", "settings", "data", "backups"]) await mkdir(join(home, part));
    await buildRelease(home, "0.1.0", { files: { "validate.mjs": VALIDATE } });
    const database = await migratedDatabase(migrateEverything);
    undo.push(() => database.drop());
    db = knex({ client: "pg", connection: database.url, pool: { min: 0, max: 2 } });
    undo.push(() => db.destroy());
    const ports = [await freePort(), await freePort()];
    urls = ports.map((port) => `http://127.0.0.1:${port}`);
    await writeSettings(database.url, ports);
    systemctl = await writeSystemctl(home);
    for (const name of INSTANCES) {
      await symlink(join(home, "releases/0.1.0"), join(home, "instances", name));
      await bash(systemctl, "restart", `pos-odata@${name}`);
      undo.push(() => bash(systemctl, "stop", `pos-odata@${name}`));
    }
    for (const url of urls)
      await until(() =>
        fetch(`${url}/health/ready`)
          .then(({ ok }) => ok)
          .catch(() => false),
      );
    edge = await startEdge(urls);
    undo.push(() => edge.stop());
    const { token, goods } = await openForBusiness(urls[0] ?? "", 3);
    till = openTill(edge, token, goods);
  });
  afterEach(async () => {
    await till?.rest();
    // a test that failed half-way leaves none behind, whose lock the next one would wait for
    for (const { child, gone } of running.splice(0)) {
      child.kill("SIGTERM");
      await gone;
    }
  });
  after(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  async function writeSettings(databaseUrl: string, ports: readonly number[]): Promise<void> {
    const common = {
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      DATA_DIR: join(home, "data"),
      BACKUP_DIR: join(home, "backups"),
      BACKUP_DRILL: "false",
      LOG_DIR: join(home, "logs"),
      JWT_SECRET: randomBytes(32).toString("hex"),
      ADMIN_USERNAME: people.admin.username,
      ADMIN_PASSWORD: people.admin.password,
      RATE_LIMIT_ANONYMOUS: "100000/m",
      RATE_LIMIT_USER: "100000/m",
      TRUST_PROXY: "loopback",
      TEST_INSTANCES: urls.join(" "),
    };
    const lines = Object.entries(common).map(([key, value]) => `${key}='${value}'\n`);
    // as people write it: systemd wants no quotes there, a shell would
    await writeFile(join(home, "settings/common.env"), `${lines.join("")}BACKUP_CRON=0 2 * * *\n`);
    for (const [index, name] of INSTANCES.entries())
      await writeFile(join(home, `settings/${name}.env`), `PORT=${ports[index]}\n`);
    await chmod(join(home, "settings/common.env"), 0o600);
  }

  const start = (version: string, ...words: string[]): ChildProcess => {
    const child = spawn(join(root, "ops/deploy/deploy"), [version, "--with", "ops/deploy/systemd.sh", ...words], {
      env: {
        ...process.env,
        POS_HOME: home,
        POS_SETTINGS: join(home, "settings"),
        POS_INSTANCES: INSTANCES.join(" "),
        POS_SYSTEMCTL: systemctl,
        POS_USER: userInfo().username,
        POS_VALIDATE: "npm run --silent validate",
        POS_UPSTREAMS: join(edge.folder, "place/upstreams.conf"),
        POS_EDGE_RELOAD_WORDS: edge.reloadWords.join(" "),
        PATH: `${process.env["PATH"]}:/usr/sbin`,
        DEPLOY_LOG_DIR: join(home, "logs"),
        DEPLOY_READY_SECONDS: "60",
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    running.push({ child, gone: once(child, "exit") });
    return child;
  };
  const deploy = async (version: string, ...words: string[]): Promise<number> => {
    const [code] = await once(start(version, ...words), "exit");
    return code as number;
  };
  const versions = () =>
    Promise.all(
      urls.map(async (url) => ((await (await fetch(`${url}/health`)).json()) as { version: string }).version),
    );
  const log = async () =>
    (await readFile(join(home, "logs/deployment.log"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
  const stepsOf = async (version: string) =>
    (await log()).flatMap((line) =>
      line["version"] === version ? [`${line["step"]} ${line["instance"] ?? ""}`.trim()] : [],
    );
  const output = () => readFile(join(home, "logs/deployment-output.log"), "utf8");
  const pids = () => Promise.all(INSTANCES.map((name) => readFile(join(home, `run/${name}.pid`), "utf8")));
  const serving = async () =>
    [...(await readFile(join(edge.folder, "place/upstreams.conf"), "utf8")).matchAll(/^server (\S+)/gm)].map(
      ([, host]) => `http://${host}`,
    );

  it("a good version: backed up, migrated, one after the other, checked; no sale fails meanwhile", async () => {
    await copyRelease(home, "0.1.0", "0.2.0", {
      files: { "dist/migrations/0900_note.js": migration("ALTER TABLE registers ADD COLUMN note text") },
    });
    till.sell();
    assert.equal(await deploy("0.2.0"), 0, await output());
    await till.rest();
    assert.deepEqual(till.faults, []);
    assert.deepEqual(await versions(), ["0.2.0", "0.2.0"]);
    assert.deepEqual((await serving()).sort(), [...urls].sort());
    assert.deepEqual(await stepsOf("0.2.0"), [
      "begin",
      "backup",
      "migrate",
      "replace 1",
      "replace 2",
      "validate",
      "end",
    ]);
    assert.ok((await readdir(join(home, "backups"))).some((name) => name.endsWith(".json")));
  });

  it("a version that does not start: the instance that had it goes back, the other was never touched", async () => {
    await copyRelease(home, "0.2.0", "0.3.0", {
      files: {
        "dist/kernel/main.js": "throw new Error('broken');",
        "dist/migrations/0901_more.js": migration("ALTER TABLE registers ADD COLUMN more text"),
      },
    });
    const [, untouched] = await pids();
    till.sell();
    assert.equal(await deploy("0.3.0", "--no-backup"), 1);
    await till.rest();
    assert.deepEqual(till.faults, []);
    assert.deepEqual(await versions(), ["0.2.0", "0.2.0"], "the version before goes on with the newer tables");
    assert.equal((await pids())[1], untouched);
    assert.deepEqual((await serving()).sort(), [...urls].sort());
    assert.deepEqual((await stepsOf("0.3.0")).slice(-3), ["rollback", "rollback 1", "end"]);
  });

  it("a version that fails its checks is taken back everywhere", async () => {
    await copyRelease(home, "0.2.0", "0.4.0", { files: { "validate.mjs": "throw new Error('not as it should be');" } });
    till.sell();
    assert.equal(await deploy("0.4.0", "--no-backup"), 1);
    await till.rest();
    assert.deepEqual(till.faults, []);
    assert.deepEqual(await versions(), ["0.2.0", "0.2.0"]);
    assert.deepEqual((await stepsOf("0.4.0")).slice(-5), ["validate", "rollback", "rollback 2", "rollback 1", "end"]);
    assert.match(await output(), /not as it should be/);
  });

  it("a version whose tables the one before could not live with is not begun while the shop sells", async () => {
    await copyRelease(home, "0.2.0", "0.5.0", {
      files: { "dist/migrations/0902_breaks_note.js": migration("ALTER TABLE registers DROP COLUMN note") },
    });
    const same = await pids();
    assert.equal(await deploy("0.5.0", "--no-backup"), 2);
    assert.deepEqual(await pids(), same);
    assert.match(await output(), /cannot go on with kernel\/0902_breaks_note/);
    const { rows } = await db.raw("SELECT note FROM registers");
    assert.ok(rows.length > 0);
  });

  it("a version that is not there, words that mean nothing, and two at once are refused", async () => {
    assert.equal(await deploy("9.9.9", "--no-backup"), 2);
    assert.equal(await deploy("../0.2.0"), 2);
    assert.equal(await deploy("0.2.0", "--whatever"), 2);
    assert.deepEqual(await versions(), ["0.2.0", "0.2.0"]);
  });

  it("killed half-way, it leaves a shop that sells; the next one ends it", async () => {
    await copyRelease(home, "0.1.0", "0.6.0");
    till.sell();
    const cut = start("0.6.0", "--no-backup");
    await until(async () => (await stepsOf("0.6.0")).includes("replace 1"));
    assert.equal(await deploy("0.6.0", "--no-backup"), 2, "the first one is still under way");
    cut.kill("SIGKILL");
    await once(cut, "exit");
    // what it had started holds the lock until it is done
    let code = 2;
    await until(async () => {
      code = await deploy("0.6.0", "--no-backup");
      return code !== 2;
    });
    assert.equal(code, 0, await output());
    await till.rest();
    assert.deepEqual(till.faults, []);
    assert.deepEqual(await versions(), ["0.6.0", "0.6.0"]);
    assert.deepEqual((await serving()).sort(), [...urls].sort());
  });

  it("interrupted, it takes back what it began", async () => {
    await copyRelease(home, "0.1.0", "0.7.0");
    const before = await versions();
    const cut = start("0.7.0", "--no-backup");
    await until(async () => (await stepsOf("0.7.0")).includes("replace 1"));
    cut.kill("SIGTERM");
    const [code] = await once(cut, "exit");
    assert.equal(code, 1);
    assert.deepEqual(await versions(), before);
    assert.deepEqual((await serving()).sort(), [...urls].sort());
  });

  it("through all of this each sale that was answered is in the books, once", async () => {
    const { rows } = await db.raw("SELECT count(*)::int AS count FROM sales");
    assert.equal(rows[0].count, till.sold);
    assert.ok(till.sold > 20, `${till.sold} sold`);
    await assertBooks({ db });
  });
});

async function bash(file: string, ...words: string[]): Promise<void> {
  const [code] = await once(spawn(file, words, { stdio: ["ignore", "inherit", "inherit"] }), "exit");
  if (code !== 0) throw new Error(`${file} ${words.join(" ")} ended with ${code}`);
}
