import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

interface RoleAnswer {
  role: string;
  permissions: { name: string; granted: boolean; proposed: boolean; admin_only: boolean }[];
}
interface Problem {
  code: string;
  errors: { field: string; code: string; message: string }[];
}

describe("roles as sets of permissions", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop?.close());

  const granted = async (role: string) => {
    const { body } = await admin.get<{ data: RoleAnswer[] }>("/api/v1/roles");
    const found = body.data.find((one) => one.role === role);
    return (found?.permissions ?? []).filter((one) => one.granted).map(({ name }) => name);
  };
  const give = (role: string, permissions: string[]) => admin.put<Problem>(`/api/v1/roles/${role}`, { permissions });

  it("a new shop has what the plugins propose; an administrator has everything", async () => {
    const { body } = await admin.get<{ data: RoleAnswer[] }>("/api/v1/roles");
    for (const { role, permissions } of body.data) {
      assert.ok(permissions.length > 5);
      for (const one of permissions) assert.equal(one.granted, role === "admin" || one.proposed, `${role} ${one.name}`);
    }
    assert.ok((await granted("employee")).includes("pos.sell"));
  });

  it("what is given or taken on the page holds from the next request of people who are signed in", async () => {
    const cashier = await shop.browser("employee");
    assert.equal((await cashier.get("/settings")).status, 403);
    assert.equal((await cashier.get("/pos/new")).status, 200);
    const browser = await shop.browser("admin");
    const matrix = await browser.get("/roles");
    const held = [matrix.fields("#roles")["employee"]].flat().map(String);
    const wanted = [...held.filter((name) => name !== "pos.sell"), "settings.manage"];
    const saved = await matrix.submit("#roles", { employee: wanted });
    assert.equal(saved.url, "/roles");
    assert.deepEqual([saved.fields("#roles")["employee"]].flat().sort(), wanted.sort());
    assert.equal((await cashier.get("/settings")).status, 200);
    assert.equal((await cashier.get("/pos/new")).status, 403);
    assert.ok(!(await cashier.get("/")).html.includes('href="/pos"'), "the menu does not offer it");
    await give("employee", held);
    assert.equal((await cashier.get("/pos/new")).status, 200);
    assert.equal((await cashier.get("/settings")).status, 403);
  });

  it("nothing marked is a role that may do nothing", async () => {
    const before = await granted("manager");
    const browser = await shop.browser("admin");
    await (await browser.get("/roles")).submit("#roles", { manager: undefined });
    assert.deepEqual(await granted("manager"), []);
    assert.equal((await give("manager", before)).status, 200);
  });

  it("what makes an administrator cannot be given to anybody else", async () => {
    const before = await granted("manager");
    for (const name of ["users.manage", "roles.manage"]) {
      const answer = await give("manager", [...before, name]);
      assert.equal(answer.status, 422);
      assert.deepEqual(
        answer.body.errors.map(({ field, code }) => [field, code]),
        [["permissions", "PERMISSION_ADMIN_ONLY"]],
      );
    }
    // nor by a hand in the database
    await shop.db.raw("INSERT INTO role_permissions VALUES ('employee', 'users.manage', true)");
    assert.ok(!(await granted("employee")).includes("users.manage"));
    const employee = await shop.api("employee");
    assert.equal((await employee.get("/api/v1/users")).status, 403);
    await shop.db.raw("DELETE FROM role_permissions");
    assert.deepEqual(await granted("manager"), before);
  });

  it("a permission nobody knows and a role that has none to change are refused", async () => {
    const answer = await give("employee", ["pos.sell", "pos.fly"]);
    assert.equal(answer.status, 422);
    assert.match(answer.body.errors[0]?.message ?? "", /pos\.fly/);
    assert.equal((await give("admin", [])).status, 404);
    assert.equal((await admin.put("/api/v1/roles/employee", { permissions: "pos.sell" })).status, 422);
  });

  it("only an administrator sees and changes the matrix", async () => {
    const manager = await shop.browser("manager");
    assert.equal((await manager.get("/roles")).status, 403);
    assert.equal((await (await shop.api("manager")).put("/api/v1/roles/manager", { permissions: [] })).status, 403);
  });

  it("the trail says who gave and took what", async () => {
    const before = await granted("employee");
    await give("employee", [...before.filter((name) => name !== "sales.read"), "settings.manage"]);
    await give("employee", before);
    const { rows } = await shop.db.raw(
      "SELECT user_name, before, after FROM audit_log WHERE action = 'role.updated' ORDER BY id DESC LIMIT 2",
    );
    assert.deepEqual([rows[1].user_name, rows[1].subject], ["admin", undefined]);
    assert.deepEqual(rows[1].after.given, ["settings.manage"]);
    assert.deepEqual(rows[1].after.taken, ["sales.read"]);
    assert.deepEqual(rows[0].after.taken, ["settings.manage"]);
    assert.deepEqual(rows[0].after.permissions, [...before].sort());
  });

  it("two administrators who save at once do not mix: the set is one of the two", async () => {
    const before = await granted("employee");
    const sets = [["pos.sell"], ["pos.sell", "sales.read", "settings.manage"]];
    await Promise.all(sets.map((set) => give("employee", set)));
    const now = (await granted("employee")).sort();
    assert.ok(
      sets.some((set) => JSON.stringify([...set].sort()) === JSON.stringify(now)),
      String(now),
    );
    await give("employee", before);
  });
});
