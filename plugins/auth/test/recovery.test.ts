import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { runCommand } from "../../../kernel/commands.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { audited, clientOf, codeOf, hire, OTHER, PASSWORD, type Problem, tryApi, tryPage } from "./doors.ts";

describe("somebody who cannot get in", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop?.close());

  const lockOut = async (username: string) => {
    await shop.db.raw("DELETE FROM sign_in_failures");
    for (let turn = 0; turn < 5; turn++) await tryApi(shop, username, "wrong password");
    assert.equal((await tryApi(shop, username, PASSWORD)).status, 429);
  };
  const enrol = async (username: string) => {
    const client = await clientOf(shop, username);
    const { secret } = (await client.post<{ secret: string }>("/api/v1/auth/totp")).body;
    const proof = { current_password: PASSWORD, totp: codeOf(secret) };
    assert.equal((await client.post("/api/v1/auth/totp/confirm", proof)).status, 204);
  };
  const command = () => {
    const commands = shop.kernel.plugins.flatMap(({ setup }) => setup?.commands ?? []);
    const recover = commands.find(({ name }) => name === "recover");
    assert.ok(recover);
    return recover;
  };
  const recover = async (...args: string[]) => {
    const lines: string[] = [];
    const code = await command().run({ args, print: (line) => lines.push(line) });
    return { code, text: lines.join("\n"), password: /([A-Z2-9]{4}-){3}[A-Z2-9]{4}/.exec(lines.join("\n"))?.[0] ?? "" };
  };

  it("an administrator sees the lock on the person's page and lifts it, with a reason in the trail", async () => {
    const id = await hire(shop, "camilo");
    await lockOut("camilo");
    const browser = await shop.browser("admin");
    const page = await browser.get(`/users/${id}`);
    assert.match(page.text, /Bloqueado hasta/);
    const lifted = await page.submit("#unlock", { reason: "Olvidó la frase" });
    assert.match(lifted.text, /puede intentar de nuevo/);
    assert.doesNotMatch(lifted.text, /Bloqueado/);
    assert.equal((await tryApi(shop, "camilo", PASSWORD)).status, 200);
    const [entry] = await audited(shop, "user.unlocked", id);
    assert.deepEqual([entry?.user_name, entry?.reason], [people.admin.username, "Olvidó la frase"]);

    await lockOut("camilo");
    assert.equal((await admin.post(`/api/v1/users/${id}/unlock`, {})).status, 204);
    assert.equal((await tryApi(shop, "camilo", PASSWORD)).status, 200);
    assert.equal((await admin.post("/api/v1/users/999999/unlock", {})).status, 404);
  });

  it("an administrator switches the second factor of somebody else off, never the own one that way", async () => {
    const id = await hire(shop, "dora");
    await enrol("dora");
    const page = await (await shop.browser("admin")).get(`/users/${id}`);
    const done = await page.submit("#totp-off", { reason: "Perdió el teléfono" });
    assert.match(done.text, /No usa un segundo paso/);
    assert.equal((await tryApi(shop, "dora", PASSWORD)).status, 200);
    const [entry] = await audited(shop, "totp.disabled", id);
    assert.deepEqual([entry?.user_name, entry?.reason], [people.admin.username, "Perdió el teléfono"]);

    await enrol("dora");
    assert.equal((await admin.delete(`/api/v1/users/${id}/totp`, {})).status, 204);
    assert.equal((await tryApi(shop, "dora", PASSWORD)).status, 200);

    const own = await hire(shop, "edgar", "admin");
    const client = await clientOf(shop, "edgar");
    await enrol("edgar");
    const again = await (await shop.browser("admin")).get(`/users/${own}`);
    assert.match(again.text, /Desactivar el segundo paso/);
    assert.equal((await client.get("/api/v1/auth/me")).status, 401, "signed in without a code");
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = 'admin'");
    const self = await admin.delete<Problem>(`/api/v1/users/${rows[0].id}/totp`, {});
    assert.equal(self.body.code, "OWN_ACCOUNT");
  });

  it("a password that somebody else chose is good for choosing an own one only", async () => {
    const id = await hire(shop, "fanny", "manager");
    await admin.post(`/api/v1/users/${id}/password`, { password: OTHER });
    const browser = await shop.browser();
    const page = await tryPage(browser, "fanny", OTHER);
    assert.equal(page.url, "/account");
    assert.match(page.text, /temporal\. Elija una propia/);
    for (const path of ["/", "/pos", "/products", "/account/totp"])
      assert.equal((await browser.get(path)).url, "/account");
    const sneaky = await browser.post("/account/totp/begin", page.fields("#account-password"));
    assert.equal(sneaky.url, "/account");

    const client = await clientOf(shop, "fanny", OTHER);
    for (const path of ["/api/v1/products", "/api/v1/sales"]) {
      const refused = await client.get<Problem>(path);
      assert.equal(refused.status, 403);
      assert.equal(refused.body.code, "PASSWORD_CHANGE_NEEDED");
    }
    assert.equal((await client.post<Problem>("/api/v1/auth/totp")).body.code, "PASSWORD_CHANGE_NEEDED");
    assert.equal((await client.get("/api/v1/auth/me")).status, 200);

    const typed = { current_password: OTHER, password: OTHER, password_again: OTHER };
    assert.match((await page.submit("#account-password", typed)).text, /la contraseña que ya tiene/);
    const own = { ...typed, password: "una frase propia", password_again: "una frase propia" };
    const changed = await page.submit("#account-password", own);
    assert.match(changed.text, /quedó cambiada/);
    assert.doesNotMatch(changed.text, /temporal/);
    assert.equal((await browser.get("/products")).url, "/products");
    assert.equal((await tryApi(shop, "fanny", "una frase propia")).status, 200);
  });

  it("a program chooses the own password the same way", async () => {
    const id = await hire(shop, "gaston");
    await admin.post(`/api/v1/users/${id}/password`, { password: OTHER });
    const client = await clientOf(shop, "gaston", OTHER);
    const change = { current_password: OTHER, password: "una frase propia" };
    assert.equal((await client.post("/api/v1/auth/password", change)).status, 204);
    assert.equal((await client.get("/api/v1/products")).status, 200);
  });

  it("whoever is at the server opens every door for a person, once and in the trail", async () => {
    const id = await hire(shop, "horacio");
    const before = await clientOf(shop, "horacio");
    await enrol("horacio");
    await admin.patch(`/api/v1/users/${id}`, { active: false });
    for (let turn = 0; turn < 5; turn++) await tryApi(shop, "horacio", "wrong password");

    const { code, text, password } = await recover("HORACIO");
    assert.equal(code, 0, text);
    assert.equal((await before.get("/api/v1/auth/me")).status, 401);
    assert.equal((await tryApi(shop, "horacio", PASSWORD)).status, 401, "the old password is gone");
    const client = await clientOf(shop, "horacio", password);
    const me = await client.get<{ role: string }>("/api/v1/auth/me");
    assert.equal(me.body.role, "employee");
    assert.equal((await client.get<Problem>("/api/v1/products")).body.code, "PASSWORD_CHANGE_NEEDED");
    const [entry] = await audited(shop, "user.recovered", id);
    assert.deepEqual([entry?.user_name, entry?.after], [null, { by: "command", role: "employee", active: true }]);
    const { rows } = await shop.db.raw("SELECT row_to_json(a)::text AS entry FROM audit_log a");
    assert.ok(!rows.some((row: { entry: string }) => row.entry.includes(password)));
  });

  it("whoever is at the server closes what the person had open, on a till and in a program", async () => {
    await hire(shop, "julian");
    await hire(shop, "karina");
    const client = await clientOf(shop, "julian");
    const other = await clientOf(shop, "karina");
    const browser = await shop.browser();
    await tryPage(browser, "julian", PASSWORD);
    assert.equal((await client.get("/api/v1/auth/me")).status, 200);
    assert.equal((await browser.get("/account")).url, "/account");
    assert.equal((await recover("julian")).code, 0);
    assert.equal((await client.get("/api/v1/auth/me")).status, 401);
    assert.match((await browser.get("/account")).url, /^\/login/);
    assert.equal((await other.get("/api/v1/auth/me")).status, 200, "nobody else's");
  });

  it("an app that remembers sessions notices what the command ended within ten seconds, as the command says", async () => {
    const clock = handClock(new Date().toISOString());
    const alone = await openShop({ alone: true, clock });
    try {
      const client = await alone.api("employee");
      assert.equal((await client.get("/api/v1/auth/me")).status, 200);
      const lines: string[] = [];
      const words = ["recover", people.employee.username];
      const { PORT: _, ...env } = alone.env;
      assert.equal(await runCommand({ env, words, print: (line) => lines.push(line) }), 0);
      assert.match(lines.join("\n"), /en diez segundos\).*within ten seconds\)/);
      clock.advance(10_000);
      assert.equal((await client.get("/api/v1/auth/me")).status, 401);
    } finally {
      await alone.close();
    }
  });

  it("a password that somebody else chose takes the PIN away, and the till offers that person no more", async () => {
    const product = await admin.post("/api/v1/products", { sku: "ARROZ", name: "Arroz", price: "5000" });
    assert.equal(product.status, 201, product.text);
    const managers = ["lucia", "marta"];
    const ids: Record<string, number> = {};
    for (const name of managers) {
      ids[name] = await hire(shop, name, "manager");
      const set = { current_password: PASSWORD, pin: "402857" };
      assert.equal((await (await clientOf(shop, name)).put("/api/v1/auth/pin", set)).status, 204);
    }
    const withPin = async () => {
      const { rows } = await shop.db.raw("SELECT username FROM users WHERE pin_hash IS NOT NULL ORDER BY username");
      return rows.map(({ username }: { username: string }) => username);
    };
    const cashier = await shop.browser("employee");
    const offered = async () => {
      const register = await (await cashier.get("/pos/new")).submit("#code", { code: "ARROZ" });
      const line = register.root.querySelector(".pos-line a")?.getAttribute("href") ?? assert.fail("no line");
      const asking = await (await cashier.get(line)).submit("#price", { price: "4000", reason: "Empaque roto" });
      assert.equal(asking.status, 403);
      return managers.filter((name) => asking.text.includes(`${name} Prueba`));
    };
    assert.deepEqual([await withPin(), await offered()], [managers, managers]);
    assert.equal((await admin.post(`/api/v1/users/${ids["lucia"]}/password`, { password: OTHER })).status, 204);
    assert.deepEqual([await withPin(), await offered()], [["marta"], ["marta"]]);
    const { password } = await recover("marta");
    assert.deepEqual([await withPin(), await offered()], [[], []]);

    // and an own password afterwards does not bring it back
    for (const [name, current_password] of [
      ["lucia", OTHER],
      ["marta", password],
    ] as const) {
      const client = await clientOf(shop, name, current_password);
      const own = { current_password, password: "una frase propia" };
      assert.equal((await client.post("/api/v1/auth/password", own)).status, 204);
    }
    assert.deepEqual([await withPin(), await offered()], [[], []]);
  });

  it("a shop without an administrator gets one again", async () => {
    await hire(shop, "irene");
    await shop.db.raw("UPDATE users SET active = false WHERE role = 'admin'");
    const { password } = await recover("irene", "--admin");
    const client = await clientOf(shop, "irene", password);
    const change = { current_password: password, password: "una frase propia" };
    assert.equal((await client.post("/api/v1/auth/password", change)).status, 204);
    assert.equal((await client.get("/api/v1/users")).status, 200);
  });

  it("a name that nobody has, or none, is told and changes nothing", async () => {
    assert.equal((await recover("nobody-at-all")).code, 1);
    for (const args of [[], ["a", "b"], ["irene", "--root"]]) assert.equal((await recover(...args)).code, 2);
  });
});
