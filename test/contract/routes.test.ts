import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { MountedRoute } from "../../kernel/http/mount.ts";
import type { OpenApi } from "../../kernel/openapi/document.ts";
import { declaredPermissions } from "../../kernel/set-up.ts";
import { root } from "../arch/sources.ts";
import { openShop, type Role, type Shop } from "../harness/shop.ts";

const HTML = { accept: "text/html" };
const JSON_ONLY = { accept: "application/json" };

interface Matrix {
  role: string;
  permissions: { name: string; granted: boolean; admin_only: boolean }[];
}

describe("3: deny by default, on every route of the whole system", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.close());

  /** The body has a type that no route takes, so that whoever is let in changes nothing. */
  const ask = async ({ route }: MountedRoute, headers: Record<string, string>, role?: Role) => {
    const client = await shop.api(role);
    const path = route.path.replace(":cart", "00000000-0000-4000-8000-000000000000").replace(/:\w+/g, "1");
    if (route.method === "GET") return client.get(path, { headers });
    return client.request(route.method, path, "x", { type: "text/plain", headers });
  };
  const nameOf = ({ route }: MountedRoute) => `${route.method} ${route.path}`;
  const isOpen = ({ route }: MountedRoute) => route.access === "public";

  it("there is something to walk", () => {
    const owners = new Set(shop.kernel.routes.map(({ owner }) => owner));
    for (const owner of ["kernel", "auth", "inventory", "pos"]) assert.ok(owners.has(owner), owner);
    assert.ok(shop.kernel.routes.length > 50);
    assert.ok(shop.kernel.routes.filter(isOpen).length < shop.kernel.routes.length / 3);
  });

  it("who has the address of an open page may do what it says: the edge writes none of them down", async () => {
    const config = await readFile(join(root, "ops/nginx/nginx.conf"), "utf8");
    const hidden = new RegExp(/"~(\S+)" "\$\{shared\}\.\.\."/.exec(config)?.[1] ?? assert.fail("nothing is hidden"));
    const secret = shop.kernel.routes.filter((one) => isOpen(one) && one.route.path.includes(":"));
    assert.ok(secret.length > 3);
    for (const mounted of secret) assert.match(mounted.route.path, hidden, nameOf(mounted));
  });

  it("without a session: programs get 401, browsers the way to the login page, and only public ones open", async () => {
    for (const mounted of shop.kernel.routes) {
      const { status, headers } = await ask(mounted, mounted.route.surface === "page" ? HTML : JSON_ONLY);
      if (isOpen(mounted)) assert.ok(status < 500 && status !== 401 && status !== 403, `${nameOf(mounted)}: ${status}`);
      else if (mounted.route.surface !== "page") assert.equal(status, 401, nameOf(mounted));
      else {
        assert.equal(status, 303, nameOf(mounted));
        assert.match(headers.get("location") ?? "", /^\/login/, nameOf(mounted));
      }
    }
  });

  /** What each role may do, as the system itself says. */
  const matrix = async () => {
    const { body } = await (await shop.api("admin")).get<{ data: Matrix[] }>("/api/v1/roles");
    return new Map(body.data.map(({ role, permissions }) => [role, permissions]));
  };
  const namesOf = (row: Matrix["permissions"], of: (one: Matrix["permissions"][number]) => boolean) =>
    new Set(row.filter(of).map(({ name }) => name));

  const walk = async (role: Role, may: ReadonlySet<string>) => {
    for (const mounted of shop.kernel.routes) {
      const { access } = mounted.route;
      const { status, headers } = await ask(mounted, JSON_ONLY, role);
      const allowed =
        typeof access === "string" || [access.permission, ...(access.also ?? [])].every((name) => may.has(name));
      assert.equal(status === 403, !allowed, `${nameOf(mounted)} as ${role}: ${status}`);
      assert.ok(status !== 401 && status < 500, `${nameOf(mounted)} as ${role}: ${status}`);
      if (!isOpen(mounted)) assert.doesNotMatch(headers.get("location") ?? "", /^\/login/, nameOf(mounted));
    }
  };

  it("every permission that a route asks for stands in the matrix, and a new shop has what the plugins propose", async () => {
    const declared = declaredPermissions(shop.kernel.plugins);
    for (const [role, row] of await matrix()) {
      assert.deepEqual(row.map(({ name }) => name).sort(), [...declared.keys()].sort());
      for (const { name, granted } of row)
        assert.equal(granted, role === "admin" || declared.get(name)?.roles.includes(role as "manager"), name);
    }
    for (const mounted of shop.kernel.routes) {
      const { access } = mounted.route;
      if (typeof access !== "object") continue;
      for (const name of [access.permission, ...(access.also ?? [])]) assert.ok(declared.has(name), nameOf(mounted));
    }
  });

  for (const role of ["employee", "manager", "admin"] as const) {
    it(`as ${role}: what the role may do opens, everything else is 403`, async () => {
      const may = namesOf((await matrix()).get(role) ?? [], ({ granted }) => granted);
      assert.ok(may.size > 0 && (role === "admin") === may.has("users.manage"));
      await walk(role, may);
    });
  }

  for (const role of ["employee", "manager"] as const) {
    it(`as ${role} with every proposal turned round: the matrix decides, nothing else`, async () => {
      const row = (await matrix()).get(role) ?? [];
      const turned = namesOf(row, ({ granted, admin_only }) => !granted && !admin_only);
      const admin = await shop.api("admin");
      const give = (names: ReadonlySet<string>) => admin.put(`/api/v1/roles/${role}`, { permissions: [...names] });
      assert.equal((await give(turned)).status, 200);
      await walk(role, turned);
      assert.equal((await give(namesOf(row, ({ granted }) => granted))).status, 200);
    });
  }

  it("what is not a route is not there, and a wrong method says which are right", async () => {
    const admin = await shop.api("admin");
    assert.equal((await admin.get("/api/v1/nothing")).status, 404);
    const { status, headers } = await admin.delete("/api/v1/products");
    assert.equal(status, 405);
    assert.match(headers.get("allow") ?? "", /GET/);
  });

  it("the OpenAPI document tells what every API call does, takes and answers", async () => {
    const { body } = await (await shop.api("admin")).get<OpenApi>("/api/openapi.json");
    const calls = shop.kernel.routes.filter(({ route }) => route.surface === "v1" || route.surface === "v2");
    assert.ok(calls.length > 20);
    for (const mounted of calls) {
      const { route } = mounted;
      assert.match(route.summary ?? "", /^[A-Z].{5,}/, `${nameOf(mounted)} has no summary`);
      assert.ok(
        route.returns && Object.keys(route.returns).length > 0,
        `${nameOf(mounted)} says nothing of its answer`,
      );
      const operation = body.paths[route.path.replace(/:(\w+)/g, "{$1}")]?.[route.method.toLowerCase()];
      assert.equal(operation?.summary, route.summary, nameOf(mounted));
      for (const status of Object.keys(route.returns)) assert.ok(operation?.responses[status], nameOf(mounted));
    }
    const ids = Object.values(body.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    assert.equal(new Set(ids).size, ids.length);
  });
});
