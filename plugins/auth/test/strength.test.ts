import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { createStrength } from "../strength.ts";

const strength = createStrength({ shopName: async () => "Tienda La Esquina" });
const carolina = ["carolina", "Carolina Restrepo"];

describe("how easy a password is", () => {
  const common = ["password1234", "Password123!", "123456789012", "qwertyuiop12", "iloveyou1234", "asdfghjkl1234"];
  const guessable = [
    "contraseña1234",
    "Contraseña2024!",
    "aaaaaaaaaaaa",
    "abcdefghijkl",
    "121212121212",
    "hola hola hola",
  ];
  const personal = [
    "carolina2024!",
    "CAROLINA12345",
    "CarolinaRestrepo1",
    "restrepo12345",
    "TiendaLaEsquina2025",
    "Tienda La Esquina 12",
    "tiendalaesquina1",
  ];
  for (const password of [...common, ...guessable, ...personal])
    it(`${password} is refused`, async () => assert.ok(await strength.weakness(password, carolina)));

  it("and says why", async () => {
    assert.equal(await strength.weakness("password1234", carolina), "common");
    assert.equal(await strength.weakness("aaaaaaaaaaaa", carolina), "guessable");
    for (const password of personal) assert.equal(await strength.weakness(password, carolina), "personal", password);
  });

  const good = ["una frase corta", "correct horse battery", "tinto con pan", "Kf8-mQ2p-Zx7t", "el gato come queso"];
  for (const password of [...good, ...Object.values(people).map((one) => one.password)])
    it(`${password} is good`, async () => assert.equal(await strength.weakness(password, carolina), undefined));

  it("no name makes a long phrase a bad one", async () => {
    assert.equal(await strength.weakness("carolina riega las matas azules", carolina), undefined);
  });
});

describe("where a password is set", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop?.close());

  interface Problem {
    errors: { field: string; code: string; message: string }[];
  }
  const easy = { password: "contraseña1234", password_again: "contraseña1234" };
  const isRefused = (answer: { status: number; body: Problem; text: string }, code: string) => {
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(
      answer.body.errors.map((one) => [one.field, one.code]),
      [["password", code]],
    );
  };

  it("a program is told by field, in its language", async () => {
    const person = { username: "carla", full_name: "Carla Duarte", role: "employee" };
    const hire = (password: string, language = "es") =>
      admin.post<Problem>("/api/v1/users", { ...person, password }, { headers: { "accept-language": language } });
    const common = await hire("password1234");
    isRefused(common, "PASSWORD_COMMON");
    assert.match(common.body.errors[0]?.message ?? "", /Muchas personas usan/);
    const own = await hire("carla duarte 1", "en");
    isRefused(own, "PASSWORD_PERSONAL");
    assert.match(own.body.errors[0]?.message ?? "", /contains your name/);
    assert.equal((await hire("una frase corta")).status, 201);
  });

  it("hiring, giving a new one and changing the own one are pages that say so", async () => {
    const browser = await shop.browser("admin");
    const fresh = { username: "dario", full_name: "Darío Luna", role: "employee" };
    const hired = await (await browser.get("/users/new")).submit("#user-new", { ...fresh, ...easy });
    await shop.api("employee");
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [people.employee.username]);
    const reset = await (await browser.get(`/users/${rows[0].id}`)).submit("#reset", easy);
    const current = { current_password: people.admin.password };
    const own = await (await browser.get("/account")).submit("#account-password", { ...current, ...easy });
    for (const page of [hired, reset, own]) {
      assert.equal(page.status, 422, page.url);
      assert.match(page.text, /Muchas personas usan/);
      assert.ok(!page.html.includes(easy.password));
    }
    isRefused(
      await admin.post(`/api/v1/users/${rows[0].id}/password`, { password: "emilio12345678" }),
      "PASSWORD_PERSONAL",
    );
    isRefused(await admin.post("/api/v1/auth/password", { ...current, password: "password1234" }), "PASSWORD_COMMON");
  });

  it("the own password is not changed into itself", async () => {
    const { password } = people.admin;
    isRefused(await admin.post("/api/v1/auth/password", { current_password: password, password }), "PASSWORD_SAME");
  });

  it("an operator's easy ADMIN_PASSWORD stops the first start and says why", async () => {
    const opening = openShop({ env: { ADMIN_PASSWORD: "administrador1" } }).then((opened) => opened.close());
    await assert.rejects(opening, /ADMIN_PASSWORD holds the name[\s\S]*cure: choose another one/);
  });
});
