/** After a deployment: a program looks at the instance from outside, and each of its checks has been seen to fail. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "mocha";
import { validate } from "../../kernel/validate/run.ts";
import { openVisit } from "../../kernel/validate/visit.ts";
import type { Answer, Visit } from "../../kernel/validation.ts";
import { makeIn } from "../../plugins/backup/test/vault.ts";
import { stocked } from "../../plugins/pos/test/till.ts";
import { openStore } from "../../plugins/pos/test/two-stores.ts";
import { probeCheck } from "../../plugins/pos/validation.ts";
import { freePort } from "../harness/free-port.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";

const root = join(import.meta.dirname, "../..");

describe("npm run validate", () => {
  let shop: Shop;
  let folder: string;
  let school: { store: number; register: number };
  before(async function () {
    this.timeout(180_000);
    folder = await mkdtemp(join(tmpdir(), "pos-odata-validate-"));
    shop = await openShop({
      env: { BACKUP_DIR: join(folder, "backups"), BACKUP_METHOD: "copy", BACKUP_DRILL: "true" },
    });
    await shop.api("manager");
    await shop.api("employee");
  });
  after(async () => {
    await shop?.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => rm(join(folder, "validation.log"), { force: true }));

  const { username, password } = people.manager;
  const account = { VALIDATE_USERNAME: username, VALIDATE_PASSWORD: password };
  const look = async (env: Record<string, string> = {}) => {
    const said: string[] = [];
    const print = (line: string) => void said.push(line);
    const code = await validate({
      env: { LOG_DIR: folder, VALIDATE_URL: shop.url, ...account, ...env },
      print,
      complain: print,
    });
    return { code, said, text: said.join("\n") };
  };
  const written = () =>
    readFileSync(join(folder, "validation.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, string>);
  const outcomes = () =>
    Object.fromEntries(written().flatMap((line) => (line["check"] ? [[line["check"], line["outcome"]]] : [])));

  it("a shop without a training store and without a backup: what is not looked at is said, and fails where all is wanted", async () => {
    const { code, text } = await look();
    assert.equal(code, 0, text);
    assert.match(text, /– Venta de prueba +sin mirar: no hay una tienda de entrenamiento/);
    assert.match(text, /! Copia de seguridad +todavía no hay ninguna/);
    const all = await look({ VALIDATE_ALL: "true", VALIDATE_LANGUAGE: "en" });
    assert.equal(all.code, 1);
    assert.match(all.text, /✖ Probe sale +not looked at: there is no training store/);
    assert.match(all.text, /It is not in order: do not put it into service like this\./);
  });

  it("a training store without a register, then without goods, sells nothing", async () => {
    const admin = await shop.api("admin");
    const bread = await stocked(shop, { sku: "PAN", price: "1000" });
    school = await openStore(admin, { name: "Escuela", training: true }, bread.id);
    await shop.db.raw("UPDATE registers SET active = false WHERE id = ?", [school.register]);
    const closed = await look();
    assert.equal(closed.code, 1);
    assert.match(closed.text, /✖ Venta de prueba +la tienda Escuela no tiene caja activa/);
    await shop.db.raw("UPDATE registers SET active = true WHERE id = ?", [school.register]);
    await stocked(shop, { sku: "NADA", price: "700" });
    const empty = await look({ VALIDATE_CODE: "NADA" });
    assert.equal(empty.code, 1);
    assert.match(empty.text, /✖ Venta de prueba +no se pudo vender en Escuela \(STOCK_INSUFFICIENT\)/);
    const none = await look({ VALIDATE_CODE: "NO-SUCH-CODE" });
    assert.match(none.text, /no se pudo vender en Escuela \(NO_PRODUCT\)/);
  });

  it("a sound instance: all passes, the probe sale counts nowhere and its session is over, the file has a line each", async () => {
    await makeIn(shop);
    const { code, text } = await look();
    assert.equal(code, 0, text);
    assert.deepEqual(outcomes(), {
      "kernel.ready": "passed",
      "kernel.health": "passed",
      "kernel.version": "passed",
      "kernel.migrations": "passed",
      "auth.login": "passed",
      "backup.age": "passed",
      "pos.probe": "passed",
    });
    assert.match(text, /✔ Venta de prueba +ENTRENAMIENTO-\d+-\d+ vendida, cobrada una sola vez y anulada/);
    assert.match(text, /✔ Copia de seguridad +de hace 0 horas, y se pudo restaurar/);
    assert.match(text, /7 bien, 0 por mirar, 0 mal, 0 sin mirar\.\nTodo lo que se miró está en orden\./);
    const last = written().at(-1);
    assert.deepEqual([last?.["outcome"], last?.["url"], last?.["passed"]], ["passed", shop.url, 7]);
    assert.doesNotMatch(readFileSync(join(folder, "validation.log"), "utf8") + text, /eyJ|manuela opens/);
    const { rows } = await shop.db.raw("SELECT DISTINCT store_id FROM sales");
    assert.deepEqual(rows, [{ store_id: school.store }]);
    const trail = await shop.db.raw("SELECT action FROM audit_log WHERE user_name = ? ORDER BY id DESC LIMIT 1", [
      username,
    ]);
    assert.deepEqual(trail.rows, [{ action: "session.ended" }]);
  });

  it("an account that may only sell does it; what it may not see is not looked at", async () => {
    const { username, password } = people.employee;
    const { code, text } = await look({
      VALIDATE_USERNAME: username,
      VALIDATE_PASSWORD: password,
      VALIDATE_LANGUAGE: "en",
    });
    assert.equal(code, 0, text);
    assert.match(text, /✔ Probe sale +ENTRENAMIENTO-\d+-\d+ sold and charged once/);
    assert.match(text, /– Backup +not looked at: the account does not see backups/);
  });

  it("another version, a migration that is missing, an older instance", async () => {
    const version = await look({ VALIDATE_VERSION: "9.9.9" });
    assert.equal(version.code, 1);
    assert.match(version.text, /✖ Versión +corre la \S+ y se esperaba la 9\.9\.9/);
    const { rows } = await shop.db.raw("SELECT id, name FROM knex_migrations ORDER BY id DESC LIMIT 1");
    await shop.db.raw("UPDATE knex_migrations SET name = 'gone/0001_plugin' WHERE id = ?", [rows[0].id]);
    const missing = await look();
    await shop.db.raw("UPDATE knex_migrations SET name = ? WHERE id = ?", [rows[0].name, rows[0].id]);
    assert.equal(missing.code, 1);
    assert.ok(missing.text.includes(`not applied: ${rows[0].name}`), missing.text);
    assert.deepEqual(outcomes()["kernel.migrations"], "failed");
    const other = async (migrations: { status: string; names?: string[] }, said: RegExp) =>
      withServer(
        (path) => ({
          status: 200,
          body: path.endsWith("/health") && { status: "ok", version: "1", checks: { migrations } },
        }),
        async (url) => assert.match((await look({ VALIDATE_URL: url })).text, said),
      );
    await other({ status: "ok" }, /– Base de datos +sin mirar: solo los dice a quien envía METRICS_TOKEN/);
    const names: string[] = await shop.db("knex_migrations").orderBy("id").pluck("name");
    await other({ status: "ok", names: [...names, "gone/0001_plugin"] }, /✔ Base de datos +\d+ cambios aplicados/);
    const as = names.map((name) => (name === "backup/0001_backups" ? "gone/0001_plugin" : name));
    await other(
      { status: "ok", names: as },
      /✖ Base de datos +le falta 1 cambio: la instancia es de otra versión\. backup\/0001_backups/,
    );
  });

  it("an account that does not get in, and a session that does not hold", async () => {
    const wrong = await look({ VALIDATE_PASSWORD: "not this one at all" });
    assert.equal(wrong.code, 1);
    assert.match(wrong.text, /✖ Inicio de sesión +la cuenta no entra \(INVALID_CREDENTIALS\)/);
    assert.doesNotMatch(wrong.text, /not this one/);
    await withServer(
      (path) =>
        path === "/api/v1/auth/login" ? { status: 200, body: { access_token: "x" } } : { status: 401, body: {} },
      async (url) =>
        assert.match((await look({ VALIDATE_URL: url })).text, /entró, y su sesión no vale \(respuesta 401\)/),
    );
  });

  it("a backup that is old, one that could not be restored", async () => {
    await shop.db.raw("UPDATE backups SET started_at = started_at - interval '30 hours', finished_at = now()");
    assert.match((await look()).text, /✖ Copia de seguridad +la última buena es de hace 30 horas/);
    await shop.db.raw("UPDATE backups SET started_at = now(), drill = 'failed'");
    const { code, text } = await look();
    assert.match(text, /✖ Copia de seguridad +la última no se pudo restaurar/);
    assert.equal(code, 1);
    assert.match(text, /! Salud +mire: .*plugin backup/, "its own health says so too");
    await shop.db.raw("UPDATE backups SET drill = 'ok'");
  });

  it("parts that are down, an instance that leaves, one that answers nonsense, hangs, or is not there", async () => {
    const down = { status: "down", version: "1", checks: { database: { status: "down" } } };
    await withServer(
      () => ({ status: 503, body: down }),
      async (url) => {
        const { code, text } = await look({ VALIDATE_URL: url });
        assert.equal(code, 1);
        assert.match(text, /✖ Lista +no recibe clientes \(respuesta 503\)/);
        assert.match(text, /✖ Salud +mire: database/);
      },
    );
    await withServer(
      () => ({ status: 200, body: "<html>" }),
      async (url) =>
        assert.match((await look({ VALIDATE_URL: url })).text, /✖ Salud +respondió algo que no se esperaba/),
    );
    await withServer(
      () => undefined,
      async (url) => {
        const { text } = await look({ VALIDATE_URL: url, VALIDATE_SECONDS: "0.2" });
        assert.match(text, /✖ Lista +no responde \(TimeoutError\)/);
      },
    );
    const nobody = await look({ VALIDATE_URL: `http://127.0.0.1:${await freePort()}` });
    assert.equal(nobody.code, 1);
    assert.match(nobody.text, /✖ Lista +no responde \(ECONNREFUSED\)/);
  });

  it("a till that charges twice, gives wrong change, or forgets the sale", async () => {
    const probe = async (change: (path: string, answer: Answer, time: number) => Answer) => {
      const expected = { version: "", migrations: [] };
      const visit = openVisit({ url: shop.url, seconds: 10, account: undefined, expected, code: "PAN" });
      const admin = await shop.api();
      const login = await admin.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
      visit.signIn(login.body.access_token, async () => {});
      let time = 0;
      const spoiled: Visit = Object.create(visit, {
        get: { value: async (path: string) => change(path, await visit.get(path), 0) },
        post: {
          value: async (path: string, body: unknown, key?: string) =>
            change(path, await visit.post(path, body, key), path === "/api/v1/sales" ? ++time : 0),
        },
      });
      return probeCheck.run(spoiled);
    };
    const edit = (answer: Answer, more: object): Answer => ({
      ...answer,
      body: { ...(answer.body as object), ...more },
    });
    const twice = await probe((_, answer, time) => (time === 2 ? edit(answer, { id: 0 }) : answer));
    assert.deepEqual([twice.outcome, twice.params?.["code"]], ["failed", "SOLD_TWICE"]);
    const money = await probe((_, answer, time) => (time === 1 ? edit(answer, { change: "999.00" }) : answer));
    assert.deepEqual([money.outcome, money.params?.["code"]], ["failed", "MONEY"]);
    const lost = await probe((path, answer) => (/sales\/\d+$/.test(path) ? edit(answer, { total: "1.00" }) : answer));
    assert.deepEqual([lost.outcome, lost.said], ["failed", "not_kept"]);
    assert.equal((await probe((_, answer) => answer)).outcome, "passed");
  });

  it("the program itself ends with 0, 1, or 2 when it was told nonsense", async () => {
    const program = (env: Record<string, string>) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const words = ["--import", "tsx", join(root, "kernel/validate-main.ts")];
        const options = { cwd: root, env: { PATH: process.env["PATH"] ?? "", LOG_DIR: folder, ...env } };
        execFile(process.execPath, words, options, (error, out, err) =>
          resolve({ code: Number(error?.code ?? 0), output: out + err }),
        );
      });
    const [good, bad, wrong] = await Promise.all([
      program({ VALIDATE_URL: shop.url }),
      program({ VALIDATE_URL: shop.url, VALIDATE_VERSION: "0.0.0" }),
      program({ VALIDATE_URL: "http://user:secret@127.0.0.1" }),
    ]);
    assert.deepEqual([good.code, bad.code, wrong.code], [0, 1, 2], good.output + wrong.output);
    assert.match(good.output, /sin mirar: falta VALIDATE_USERNAME/);
    assert.match(wrong.output, /VALIDATE_URL/);
    assert.doesNotMatch(wrong.output, /secret/);
  });
}).timeout(180_000);

async function withServer(
  answer: (path: string) => { status: number; body: unknown } | undefined,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer((request, response) => {
    const given = answer(new URL(request.url ?? "/", "http://x").pathname);
    if (given === undefined) return;
    response.writeHead(given.status, { "content-type": "application/json" });
    response.end(JSON.stringify(given.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
