/** A shop is backed up while it sells, and stands again somewhere else. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { startKernel } from "../../../kernel/kernel.ts";
import { createApiClient } from "../../../test/harness/api-client.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { people } from "../../../test/harness/shop.ts";
import { cash, ring, type SaleAnswer } from "../../pos/test/till.ts";
import { command, fingerprint, type Made, openVault, sell, shape, type Vault } from "./vault.ts";

describe("a backup of our own", () => {
  let vault: Vault;
  let elsewhere: TestDatabase;
  let made: Made;
  before(async () => {
    vault = await openVault();
    elsewhere = await testDatabase();
    await sell(vault.shop, 3);
    await vault.shop.kernel.ledgers.seal();
  });
  after(async () => {
    await vault.close();
    await elsewhere.drop();
  });
  const there = () => ({ ...vault.shop.env, DATABASE_URL: elsewhere.url });
  const file = () => join(vault.folder, `${made.name}.gz`);

  it("is made by a person while the shop sells, and was restored on trial", async () => {
    const [entry] = await Promise.all([vault.make(), sell(vault.shop, 3)]);
    made = entry;
    assert.deepEqual(
      [made.state, made.method, made.trigger, made.made_by],
      ["good", "copy", "person", people.manager.username],
    );
    assert.equal(made.drill, "ok", made.drill_detail ?? "");
    assert.deepEqual(await vault.files(), [`${made.name}.gz`, `${made.name}.json`]);
    assert.ok(made.rows > 50 && made.bytes > 1000);
    // other tests may hold drills on the same server
    const { rows } = await vault.shop.db.raw(
      `SELECT d.datname FROM pg_database d JOIN pg_database own ON own.datname = current_database()
       WHERE starts_with(d.datname, 'pos_drill_' || own.oid || '_')`,
    );
    assert.deepEqual(rows, [], "the scratch database is gone");
  });

  it("is restored by one command into an empty database: the same rows, keys, triggers and sequences", async () => {
    made = await vault.make();
    const [prints, tables] = [
      await fingerprint(vault.shop.env["DATABASE_URL"] ?? ""),
      await shape(vault.shop.env["DATABASE_URL"] ?? ""),
    ];
    const { code, lines } = await command(there(), ["restore", file()]);
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(await fingerprint(elsewhere.url), prints);
    assert.deepEqual(await shape(elsewhere.url), tables);
    assert.ok(Object.keys(prints).length > 40);
  });

  it("the app goes on there: everybody signs in, the next sale has the next number, the ledgers hold", async () => {
    const { db } = vault.shop;
    const last = await db("sales").orderBy("id", "desc").first();
    const kernel = await startKernel({ env: { ...there(), PORT: "0" } });
    try {
      const url = () => kernel.url;
      const { username, password } = people.employee;
      const login = await createApiClient(url).post<{ access_token: string }>("/api/v1/auth/login", {
        username,
        password,
      });
      assert.equal(login.status, 200, login.text);
      const emilio = createApiClient(url, login.body.access_token);
      const sale = await ring(emilio, { items: [{ code: "PAN", quantity: "1" }], payments: cash("1000") });
      assert.equal(sale.status, 201, sale.text);
      const number = (text: string) => Number(/(\d+)$/.exec(text)?.[1]);
      assert.equal(number((sale.body as SaleAnswer).number), number(last.number) + 1);
      assert.equal((sale.body as SaleAnswer).id, last.id + 1);
      const own = await kernel.db.primary("backups").where({ name: made.name }).first();
      assert.deepEqual([own.state, own.sha256], ["good", made.sha256], "it knows what it came from");
      const trail = await kernel.db.primary("audit_log").where({ action: "backup.restored" });
      assert.deepEqual(
        trail.map(({ after }) => after.name),
        [made.name],
      );
    } finally {
      await kernel.stop();
    }
    const verified = await command(there(), ["verify"]);
    assert.equal(verified.code, 0, verified.lines.join("\n"));
  });

  it("refuses a database that is not empty, and touches nothing in it", async () => {
    const before = await fingerprint(elsewhere.url);
    await assert.rejects(
      command(there(), ["restore", file()]),
      /is not empty, and nothing in it was touched\n {2}cure: restore into a new one/,
    );
    assert.deepEqual(await fingerprint(elsewhere.url), before);
  });

  it("is made on Deno too", async () => {
    const root = join(import.meta.dirname, "../../..");
    const program = ["run", "-A", "--no-lock", "kernel/command-main.ts", "backup"];
    const env = { ...process.env, ...vault.shop.env };
    const deno = spawn(join(root, "node_modules/.bin/deno"), program, { cwd: root, env, stdio: "ignore" });
    const [code] = await once(deno, "exit");
    assert.equal(code, 0);
    const last = await vault.shop.db("backups").orderBy("id", "desc").first();
    assert.deepEqual([last.state, last.trigger, last.drill], ["good", "command", "ok"]);
  });
}).timeout(240_000);
