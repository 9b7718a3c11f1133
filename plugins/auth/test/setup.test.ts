import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

const CODE = "ABCD2345";
const opening = {
  code: CODE,
  shop_name: "Tienda La Esquina",
  full_name: "Ana Mora",
  username: "ana",
  password: "una frase corta",
  password_again: "una frase corta",
};

describe("the first run", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop({ env: { ADMIN_USERNAME: "", ADMIN_PASSWORD: "" } });
    // the real one stands only in the log: another instance may have printed this one
    const hash = createHash("sha256").update(CODE).digest();
    await shop.db.raw("INSERT INTO setup_codes (hash, created_at) VALUES (?, now())", [hash]);
  });
  after(() => shop?.close());

  it("every way in leads to the set-up page", async () => {
    const browser = await shop.browser();
    assert.match((await browser.get("/account")).url, /^\/setup/);
    assert.equal((await browser.get("/login")).url, "/setup");
  });

  it("a wrong code is refused beside its field, and nothing typed is lost", async () => {
    const page = await (await (await shop.browser()).get("/setup")).submit("#setup", { ...opening, code: "XXXX2345" });
    assert.equal(page.status, 422);
    assert.match(page.text, /Este no es el código/);
    const { shop_name, full_name, username, password } = page.fields("#setup");
    assert.deepEqual([shop_name, full_name, username], [opening.shop_name, opening.full_name, opening.username]);
    assert.equal(password, "", "a password is never written into a page");
  });

  it("a short password and a mistyped repetition are told before anything happens", async () => {
    const form = await (await shop.browser()).get("/setup");
    const short = await form.submit("#setup", { ...opening, password: "corta", password_again: "corta" });
    assert.equal(short.status, 422);
    assert.match(short.text, /12 caracteres o más/);
    const mistyped = await form.submit("#setup", { ...opening, password_again: "otra frase corta" });
    assert.match(mistyped.text, /no son iguales/);
  });

  it("an easy password is refused, whatever the shop is called, and the code stays good", async () => {
    const form = await (await shop.browser()).get("/setup");
    for (const [password, why] of [
      ["password1234", /Muchas personas usan/],
      ["TiendaLaEsquina2025", /contiene su nombre/],
    ] as const) {
      const page = await form.submit("#setup", { ...opening, password, password_again: password });
      assert.equal(page.status, 422);
      assert.match(page.text, why);
    }
  });

  it("twenty posts at once make one administrator, who is signed in", async () => {
    const browser = await shop.browser();
    const fields = { ...(await browser.get("/setup")).fields("#setup"), ...opening };
    const pages = await Promise.all(Array.from({ length: 20 }, () => browser.post("/setup", fields)));
    assert.ok(pages.every((page) => page.hops[0]?.status === 303));
    const { rows } = await shop.db.raw("SELECT username, role FROM users");
    assert.deepEqual(rows, [{ username: "ana", role: "admin" }]);
    const account = await browser.get("/account");
    assert.equal(account.status, 200);
    assert.match(account.text, /Ana Mora/);
    const { rows: names } = await shop.db.raw("SELECT value FROM settings WHERE key = 'kernel.shop_name'");
    assert.deepEqual(names, [{ value: "Tienda La Esquina" }]);
    const { rows: trail } = await shop.db.raw("SELECT user_name FROM audit_log WHERE action = 'setup.completed'");
    assert.deepEqual(trail, [{ user_name: "ana" }]);
  });

  it("afterwards the set-up page is closed", async () => {
    const browser = await shop.browser();
    assert.equal((await browser.get("/setup")).url, "/login");
    const login = await browser.get("/login");
    const answer = await browser.post("/setup", { ...opening, _csrf: login.fields("#login")["_csrf"] });
    assert.equal(answer.url, "/login");
    assert.match(answer.text, /ya fue creada/);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS people FROM users");
    assert.equal(rows[0].people, 1);
  });
});

describe("an unattended first run", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("makes the operator's administrator and asks for no code", async () => {
    const browser = await shop.browser();
    const { username, password } = people.admin;
    const home = await (await browser.get("/setup")).submit("#login", { username, password });
    assert.equal(home.url, "/");
    const { rows } = await shop.db.raw("SELECT (SELECT count(*) FROM setup_codes)::int AS codes, role FROM users");
    assert.deepEqual(rows, [{ codes: 0, role: "admin" }]);
  });

  it("a restart keeps the one administrator", async () => {
    await shop.restart();
    const { rows } = await shop.db.raw("SELECT count(*)::int AS people FROM users");
    assert.equal(rows[0].people, 1);
  });
});
