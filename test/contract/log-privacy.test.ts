/** A long day of a shop, with the log at its most talkative: not one line names a person, a document, a card or a secret. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createLog } from "../../kernel/log.ts";
import { makeKey } from "../../plugins/backup/archive/seal.ts";
import { type Made, makeIn } from "../../plugins/backup/test/vault.ts";
import { addCustomer } from "../../plugins/pos/test/accounts.ts";
import { type Mailbox, openMailbox } from "../../plugins/pos/test/mailbox.ts";
import { cash, type ProblemAnswer, ring, stocked } from "../../plugins/pos/test/till.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const PERSON = { name: "Zoraida Quintanilla", phone: "311 555 66 77", email: "zoraida@quintanilla.example" };
const DOCUMENT = "52987654";
const WRONG = "a-password-typed-wrong";
const SECRET_KEY = "s3-secret-that-nobody-sees";
/** a signed token, a hash, a secret key of age, a connection string with a password */
const LOOKS_SECRET = /eyJ[\w-]{10,}\.|\$(scrypt|argon2)|AGE-SECRET-KEY|\w+:\/\/[^\s"/@]*:[^\s"/@]+@/;

describe("the log of a long day", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let folder: string;
  let key: string;
  const secrets: string[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-day-"));
    key = await makeKey();
    mailbox = await openMailbox();
    const place = { folder: join(folder, "logs"), maxBytes: 100_000_000, files: 1 };
    const log = createLog({ level: "trace", place, pretty: false, output: "none" });
    const backups = { BACKUP_DIR: join(folder, "backups"), BACKUP_METHOD: "copy", BACKUP_KEY: key };
    const nowhere = { BACKUP_S3_URL: "http://127.0.0.1:1/bucket/shop", BACKUP_S3_ACCESS_KEY: "access" };
    const mail = { SMTP_URL: mailbox.url.replace("//", "//user:smtp-password@"), SMTP_FROM: "caja@tienda.example" };
    shop = await openShop({ log, env: { ...backups, ...nowhere, BACKUP_S3_SECRET_KEY: SECRET_KEY, ...mail } });
    secrets.push(key, SECRET_KEY, "smtp-password", shop.env["JWT_SECRET"] ?? "", WRONG);
    // a server that trusts this machine has none
    const { password } = new URL(shop.env["DATABASE_URL"] ?? "");
    if (password !== "") secrets.push(password);
  });
  after(async () => {
    await shop?.close();
    await mailbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const lines = () =>
    readFileSync(join(folder, "logs", "app.log"), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("signing in and failing to", async () => {
    const stranger = await shop.api();
    const { username, password } = people.admin;
    assert.equal((await stranger.post("/api/v1/auth/login", { username, password: WRONG })).status, 401);
    assert.equal((await stranger.post("/api/v1/auth/login", { username: WRONG, password })).status, 401);
    const { body } = await stranger.post<Record<string, string>>("/api/v1/auth/login", { username, password });
    assert.equal((await stranger.post("/api/v1/auth/refresh", { refresh_token: body["refresh_token"] })).status, 200);
    secrets.push(body["access_token"] ?? "", body["refresh_token"] ?? "");
    const browser = await shop.browser("manager");
    await browser.get(`/customers?q=${encodeURIComponent(PERSON.name)}`);
    await browser.get(`/no-such-page?token=${WRONG}&name=${encodeURIComponent(PERSON.name)}`);
    secrets.push(...browser.cookies.values(), ...Object.values(people).map((one) => one.password));
  });

  it("a customer, twice, changed, looked for and imported", async () => {
    const manager = await shop.api("manager");
    const more = { phone: PERSON.phone, email: PERSON.email, document_type: "CC", document_number: DOCUMENT };
    const id = await addCustomer(manager, PERSON.name, more);
    const twice = { name: PERSON.name, ...more };
    assert.equal((await manager.post("/api/v1/customers", twice, { key: randomUUID() })).status, 422);
    assert.equal((await manager.post("/api/v1/customers", { ...twice, nombre: 1 }, { key: randomUUID() })).status, 422);
    assert.equal((await manager.get(`/api/v1/customers?q=${DOCUMENT}`)).status, 200);
    assert.equal((await manager.patch(`/api/v1/customers/${id}`, { note: "vive en la calle 7" })).status, 200);
    const list = `Nombre;Tipo de documento;Identificación;Celular\n${PERSON.name};Cédula;41${DOCUMENT};no es\n`;
    const imported = await (await shop.api("admin")).post("/api/v1/customers/import", list, { type: "text/csv" });
    assert.equal(imported.status, 200, imported.text);
  });

  it("a card, a sale paid with it, and its receipt by a mail that at first fails", async () => {
    const employee = await shop.api("employee");
    const bread = await stocked(shop, { sku: "PAN", price: "500" });
    const sold = await employee.post<{ gift_card: { code: string } }>(
      "/api/v1/gift-cards",
      { amount: "1000", method: "cash" },
      { key: randomUUID() },
    );
    const { code } = sold.body.gift_card;
    secrets.push(code, code.replaceAll("-", ""));
    const items = [{ product_id: bread.id, quantity: "1" }];
    const paid = await ring(employee, { items, payments: [{ method: "gift_card", amount: "500", reference: code }] });
    assert.equal(paid.status, 201, paid.text);
    const wrong = [{ method: "gift_card", amount: "500", reference: "NOSUCHCARD0" }];
    assert.ok((await ring(employee, { items, payments: wrong })).status >= 400);
    secrets.push("NOSUCHCARD0");
    assert.equal((await ring(employee, { items, payments: cash("1") })).status, 422);
    mailbox.answer = 451;
    const mail = `/api/v1/sales/${paid.body.id}/email`;
    const sent = await employee.post<ProblemAnswer>(mail, { to: PERSON.email }, { key: randomUUID() });
    assert.ok(sent.status < 300, sent.text);
    const tried = "SELECT FROM receipt_letters WHERE last_error IS NOT NULL";
    await until(async () => (await shop.db.raw(tried)).rows.length > 0);
    mailbox.answer = undefined;
  });

  it("a backup with a key, whose copy finds no bucket, and a database that refuses and goes away", async () => {
    const made: Made = await makeIn(shop);
    assert.deepEqual([made.state, made.copies], ["good", [{ place: "s3", ok: false }]]);
    await assert.rejects(shop.kernel.jobs.runNow("pos", "no-such-job"));
    // a rule that nobody thought of refuses the row, and the server tells it
    await shop.db.raw("ALTER TABLE customers ADD CONSTRAINT nobody CHECK (name NOT LIKE 'Zoraida%') NOT VALID");
    const manager = await shop.api("manager");
    const refused = await manager.post("/api/v1/customers", { name: PERSON.name }, { key: randomUUID() });
    assert.equal(refused.status, 500);
    await shop.db.raw("ALTER TABLE customers DROP CONSTRAINT nobody");
  });

  it("tells all of it, with nothing that people typed and nothing that opens a door", () => {
    const told = lines();
    const text = told.map((line) => JSON.stringify(line)).join("\n");
    const said = (pattern: RegExp) => told.some(({ msg }) => pattern.test(String(msg)));
    for (const pattern of [/^request$/, /the backup is made/, /copy of a backup failed/, /unexpected fault/])
      assert.ok(said(pattern), `${pattern} is not told`);
    const typed = [
      ...Object.values(PERSON),
      "Zoraida",
      "Quintanilla",
      "quintanilla",
      DOCUMENT,
      "3115556677",
      "calle 7",
    ];
    for (const one of [...typed, ...secrets])
      assert.ok(
        !text.includes(one),
        `the log holds ${one}: ${told.find((line) => JSON.stringify(line).includes(one))}`,
      );
    assert.equal(secrets.filter((one) => one.length < 6).length, 0, "all secrets are known");
    assert.doesNotMatch(text, LOOKS_SECRET);
    const requests = told.filter(({ msg }) => msg === "request");
    assert.ok(requests.length > 20);
    assert.ok(requests.every(({ request }) => typeof request === "string"));
    const levels = new Set(told.map(({ level }) => level));
    for (const level of levels) assert.match(String(level), /^(TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL)$/);
  });
}).timeout(120_000);
