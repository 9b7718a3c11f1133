import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

interface UserAnswer {
  id: number;
  username: string;
  full_name: string;
  role: string;
  active: boolean;
}

describe("people", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop?.close());

  const hire = async (username: string, role = "employee") => {
    const body = { username, full_name: `${username} Test`, role, password: "una frase corta" };
    const answer = await admin.post<UserAnswer>("/api/v1/users", body);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const signIn = async (username: string, password = "una frase corta") => {
    const stranger = await shop.api();
    const answer = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    return { status: answer.status, client: createApiClient(() => shop.url, answer.body.access_token) };
  };

  it("an administrator hires a person on a page, who signs in", async () => {
    const browser = await shop.browser("admin");
    const form = await browser.get("/users/new");
    const page = await form.submit("#user-new", {
      username: "Íñigo",
      full_name: "Íñigo <b>Ruiz</b>",
      role: "manager",
      password: "una frase corta",
      password_again: "una frase corta",
    });
    assert.equal(page.url, "/users");
    assert.match(page.text, /Íñigo <b>Ruiz<\/b> ya puede iniciar sesión/);
    assert.match(page.root.querySelector("tbody")?.text ?? "", /Encargado/);
    assert.equal((await signIn("íÑIGO")).status, 200);
  });

  it("a taken name is told beside its field, and what was typed stays", async () => {
    await hire("carla");
    const browser = await shop.browser("admin");
    const typed = { username: "CARLA", full_name: "Carla Dos", role: "manager" };
    const password = { password: "una frase corta", password_again: "una frase corta" };
    const page = await (await browser.get("/users/new")).submit("#user-new", { ...typed, ...password });
    assert.equal(page.status, 422);
    assert.match(page.text, /Ya hay una persona con el usuario CARLA/);
    const { username, full_name, role } = page.fields("#user-new");
    assert.deepEqual({ username, full_name, role }, typed);
  });

  it("a name with a space and a short password are refused by field", async () => {
    const body = { username: "two words", full_name: "Two", role: "employee", password: "short" };
    const answer = await admin.post<{ errors: { field: string }[] }>("/api/v1/users", body);
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body.errors.map(({ field }) => field).sort(), ["password", "username"]);
  });

  it("an employee cannot open the people, neither as a page nor in the API", async () => {
    const browser = await shop.browser("employee");
    for (const path of ["/users", "/users/new", "/users/1"]) assert.equal((await browser.get(path)).status, 403);
    const employee = await shop.api("employee");
    for (const path of ["/api/v1/users", "/api/v1/users/1"]) assert.equal((await employee.get(path)).status, 403);
    assert.equal((await employee.patch("/api/v1/users/1", { role: "admin" })).status, 403);
    const home = await browser.get("/account");
    assert.ok(!home.html.includes('href="/users"'), "the menu does not offer it");
  });

  it("the list comes in pages, by name", async () => {
    for (const name of ["zoe", "Zacarías", "zulma"]) await hire(name);
    const seen: string[] = [];
    let cursor: string | null = "";
    do {
      const path: string = `/api/v1/users?limit=2&cursor=${cursor}`;
      const { body } = await admin.get<{ data: UserAnswer[]; next_cursor: string | null }>(path);
      assert.ok(body.data.length <= 2);
      seen.push(...body.data.map(({ username }) => username));
      cursor = body.next_cursor;
    } while (cursor !== null);
    const { rows } = await shop.db.raw("SELECT username FROM users ORDER BY lower(username)");
    assert.deepEqual(
      seen,
      rows.map(({ username }: { username: string }) => username),
    );
  });

  it("a deactivated person is out at once, everywhere, and cannot come back", async () => {
    const { id } = await hire("daniel");
    const { client } = await signIn("daniel");
    const browser = await shop.browser();
    await (await browser.get("/login")).submit("#login", { username: "daniel", password: "una frase corta" });
    assert.equal((await client.get("/api/v1/auth/me")).status, 200);
    assert.equal((await browser.get("/account")).url, "/account");
    assert.equal((await admin.patch(`/api/v1/users/${id}`, { active: false })).status, 200);
    assert.equal((await client.get("/api/v1/auth/me")).status, 401);
    assert.match((await browser.get("/account")).url, /^\/login/);
    assert.equal((await signIn("daniel")).status, 401);
  });

  it("a change of role holds from the next request on", async () => {
    const { id } = await hire("elena");
    const { client } = await signIn("elena");
    assert.equal((await client.get("/api/v1/users")).status, 403);
    await admin.patch(`/api/v1/users/${id}`, { role: "admin" });
    assert.equal((await client.get("/api/v1/users")).status, 200);
    await admin.patch(`/api/v1/users/${id}`, { role: "manager" });
    assert.equal((await client.get("/api/v1/users")).status, 403);
  });

  it("a new password given by an administrator ends the old one and its sessions", async () => {
    const { id } = await hire("felipe");
    const { client } = await signIn("felipe");
    const browser = await shop.browser("admin");
    const page = await (await browser.get(`/users/${id}`)).submit("#reset", {
      password: "otra frase corta",
      password_again: "otra frase corta",
    });
    assert.equal(page.url, `/users/${id}`);
    assert.equal((await client.get("/api/v1/auth/me")).status, 401);
    assert.equal((await signIn("felipe")).status, 401);
    assert.equal((await signIn("felipe", "otra frase corta")).status, 200);
  });

  it("an administrator's own password takes the current one: it is not reset like somebody else's", async () => {
    const { id } = (await admin.get<UserAnswer>("/api/v1/auth/me")).body;
    const password = "otra frase corta";
    const answer = await admin.post<{ code: string }>(`/api/v1/users/${id}/password`, { password });
    assert.deepEqual([answer.status, answer.body.code], [409, "OWN_ACCOUNT"]);
    const browser = await shop.browser("admin");
    const page = await browser.get(`/users/${id}`);
    assert.equal(page.root.querySelector("#reset"), null, "nor does the page offer it");
    const token = page.fields("#user")["_csrf"] ?? "";
    const typed = { _csrf: token, password, password_again: password };
    const refused = await browser.post(`/users/${id}/password`, typed as Record<string, string>);
    assert.equal(refused.status, 409);
    assert.match(refused.text, /se cambian en Mi cuenta/);
    assert.equal((await admin.get("/api/v1/auth/me")).status, 200);
    assert.equal((await signIn(people.admin.username, password)).status, 401);
    assert.equal((await signIn(people.admin.username, people.admin.password)).status, 200);
  });

  it("a person who changes the own password stays here and is signed out elsewhere", async () => {
    await hire("gloria");
    const { client } = await signIn("gloria");
    const browser = await shop.browser();
    await (await browser.get("/login")).submit("#login", { username: "gloria", password: "una frase corta" });
    const page = await (await browser.get("/account")).submit("#account-password", {
      current_password: "una frase corta",
      password: "otra frase corta",
      password_again: "otra frase corta",
    });
    assert.equal(page.url, "/account");
    assert.match(page.text, /Su contraseña quedó cambiada/);
    assert.equal((await browser.get("/account")).status, 200);
    assert.equal((await client.get("/api/v1/auth/me")).status, 401);
  });

  it("an unchecked box on the page deactivates, and the trail has before and after", async () => {
    const { id } = await hire("hugo");
    const browser = await shop.browser("admin");
    const page = await (await browser.get(`/users/${id}`)).submit("#user", {
      active: undefined,
      full_name: "Hugo Gil",
    });
    assert.equal(page.url, "/users");
    const { rows } = await shop.db.raw(
      "SELECT user_name, before, after FROM audit_log WHERE action = 'user.updated' AND subject = ?",
      [`user:${id}`],
    );
    assert.equal(rows.length, 1);
    assert.equal(rows[0].user_name, people.admin.username);
    assert.deepEqual([rows[0].before.active, rows[0].after.active, rows[0].after.full_name], [true, false, "Hugo Gil"]);
  });

  it("a person who is not there is not found", async () => {
    assert.equal((await admin.get("/api/v1/users/999999")).status, 404);
    assert.equal((await admin.patch("/api/v1/users/999999", { role: "admin" })).status, 404);
    assert.equal((await admin.post("/api/v1/users/999999/password", { password: "una frase corta" })).status, 404);
    assert.equal((await (await shop.browser("admin")).get("/users/abc")).status, 404);
  });

  it("passwords are kept as scrypt and in nothing else", async () => {
    const { rows } = await shop.db.raw("SELECT password_hash FROM users");
    for (const { password_hash } of rows) assert.match(password_hash, /^scrypt\$32768\$8\$1\$/);
    const { rows: trail } = await shop.db.raw("SELECT row_to_json(a)::text AS entry FROM audit_log a");
    for (const { entry } of trail) assert.doesNotMatch(entry, /scrypt|frase corta/);
  });
});

describe("the last administrator", () => {
  let shop: Shop;
  let admin: ApiClient;
  let id: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    id = (await admin.get<UserAnswer>("/api/v1/auth/me")).body.id;
  });
  after(() => shop?.close());

  it("can be neither deactivated nor made something else", async () => {
    for (const change of [{ active: false }, { role: "manager" }]) {
      const answer = await admin.patch<{ code: string }>(`/api/v1/users/${id}`, change);
      assert.equal(answer.status, 409);
      assert.equal(answer.body.code, "LAST_ADMIN");
    }
    const browser = await shop.browser("admin");
    const page = await (await browser.get(`/users/${id}`)).submit("#user", {
      role: "employee",
      full_name: "Otro Nombre",
    });
    assert.equal(page.status, 409);
    assert.match(page.text, /único administrador activo/);
    assert.equal(page.fields("#user")["full_name"], "Otro Nombre", "what was typed stays");
    assert.equal(page.fields("#user")["role"], "employee");
  });

  it("two administrators who remove each other at once: one stays", async () => {
    const body = { username: "second", full_name: "Second", role: "admin", password: "una frase corta" };
    const second = (await admin.post<UserAnswer>("/api/v1/users", body)).body;
    const answers = await Promise.all(
      [id, second.id].map((one) => admin.patch(`/api/v1/users/${one}`, { role: "manager" })),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS admins FROM users WHERE role = 'admin' AND active");
    assert.equal(rows[0].admins, 1);
  });
});
