import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "mocha";
import type { FoundPlugin } from "../../kernel/discover.ts";
import { json } from "../../kernel/http/reply.ts";
import { type Route, route } from "../../kernel/http/route.ts";
import type { Plugin } from "../../kernel/plugin.ts";
import { optionalRef, serviceRef } from "../../kernel/service.ts";
import { found, HTML, openSystem, plugin, type System } from "./system.ts";

const get = (path: string, answer: () => unknown): Route =>
  route({ method: "GET", path, surface: "ops", access: "public", handle: async () => json(answer()) });

describe("4: an optional plugin that fails does not stop the till", () => {
  let system: System | undefined;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-optional-"));
    await mkdir(join(folder, "migrations"));
    await writeFile(
      join(folder, "migrations", "0001_broken.ts"),
      'export async function up(knex: { raw(sql: string): Promise<void> }) {\n  await knex.raw("CREATE TABLE half (id int)");\n  await knex.raw("SELECT nonsense");\n}\n',
    );
  });
  afterEach(() => system?.close());
  after(() => rm(folder, { recursive: true, force: true }));

  const forecastRef = serviceRef<string>("forecast");
  const till = plugin("till", {
    needs: { forecast: optionalRef(forecastRef) },
    setup: (host) => ({ routes: [get("/till", () => ({ forecast: host.services["forecast"] ?? "none" }))] }),
  });
  const forecast = (rest: Partial<Plugin>): Plugin =>
    plugin("forecast", { optional: true, paths: ["/forecast"], provides: forecastRef, ...rest });
  const routes = [get("/forecast/week", () => "sunny")];

  const failing: [name: string, step: string, FoundPlugin][] = [
    ["set-up", "setup failed", found(forecast({ setup: () => Promise.reject(new Error("no model")) }))],
    [
      "migration",
      "migration failed",
      { ...found(forecast({ setup: () => ({ routes, service: "x" }) })), codeFolder: "" },
    ],
    [
      "start",
      "start failed",
      found(
        forecast({ setup: () => ({ routes, service: "x", start: () => Promise.reject(new Error("no licence")) }) }),
      ),
    ],
  ];

  for (const [name, step, one] of failing) {
    it(`in its ${name}: logged, degraded in /health, its pages say so, the rest works`, async () => {
      system = await openSystem([one.codeFolder === "" ? { ...one, codeFolder: folder } : one, found(till)]);
      const line = system.lines.find(({ plugin: owner }) => owner === "forecast");
      assert.match(line?.msg ?? "", RegExp(`optional plugin is down: ${step}`));

      const health = await system.get("/health");
      assert.equal(health.status, 200);
      const { status, checks } = JSON.parse(health.text);
      assert.equal(status, "degraded");
      assert.deepEqual(
        { forecast: checks["plugin forecast"].detail, till: checks["plugin till"].status },
        { forecast: step, till: "ok" },
      );

      const page = await system.get("/forecast/week", HTML);
      assert.equal(page.status, 503);
      assert.match(page.text, /<h1/);
      assert.doesNotMatch(page.text, /no model|no licence|nonsense|node:internal/);
      assert.equal((await system.get("/forecast/week", { accept: "application/json" })).status, 503);
      assert.deepEqual(JSON.parse((await system.get("/till")).text), { forecast: "none" });
      assert.equal((await system.get("/nowhere", HTML)).status, 404);
    });
  }

  it("a failed migration leaves nothing behind, and is tried again by the next start", async () => {
    system = await openSystem([{ ...found(forecast({ setup: () => ({ routes }) })), codeFolder: folder }, found(till)]);
    const { rows } = await system.kernel.db.primary.raw("SELECT to_regclass('half') AS half");
    assert.equal(rows[0].half, null);
    const names = await system.kernel.db.primary("knex_migrations").pluck("name");
    assert.ok(names.length > 0 && names.every((name: string) => name.startsWith("kernel/")));
  });

  it("while all is well it is used", async () => {
    system = await openSystem([found(forecast({ setup: () => ({ routes, service: "rain" }) })), found(till)]);
    assert.deepEqual(JSON.parse((await system.get("/till")).text), { forecast: "rain" });
    assert.equal(JSON.parse((await system.get("/health")).text).status, "ok");
  });

  it("a plugin that is not optional stops the start, and is named", async () => {
    system = undefined;
    const broken = plugin("till", { setup: () => Promise.reject(new Error("no drawer")) });
    await assert.rejects(openSystem([found(broken)]), /no drawer/);
  });
});
