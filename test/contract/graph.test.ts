import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { z } from "zod";
import { BootError } from "../../kernel/errors.ts";
import { json } from "../../kernel/http/reply.ts";
import { type Access, type Route, route } from "../../kernel/http/route.ts";
import type { Plugin } from "../../kernel/plugin.ts";
import { optionalRef, serviceRef } from "../../kernel/service.ts";
import { found, openSystem, plugin } from "./system.ts";

const stock = serviceRef<object>("stock");
const sales = serviceRef<object>("sales");
const reports = serviceRef<object>("reports");

/** The one error that stops the start; fails when the system starts. */
async function refusal(plugins: Plugin[], env: Record<string, string> = {}): Promise<BootError> {
  try {
    const system = await openSystem(
      plugins.map((one) => found(one)),
      { env },
    );
    await system.close();
  } catch (error) {
    assert.ok(error instanceof BootError, `not a BootError: ${error}`);
    assert.ok(error.cure, `no cure: ${error.message}`);
    return error;
  }
  return assert.fail("the system started");
}

const page = (path: string, access: Access = "public"): Route =>
  route({ method: "GET", path, surface: "page", access, handle: async () => json({}) });

describe("1: the whole graph is checked before anything runs", () => {
  it("nobody is set up when one plugin is wrong", async () => {
    const ran: string[] = [];
    const good = plugin("a", {
      setup: () => {
        ran.push("a");
        return {};
      },
    });
    await refusal([good, plugin("z", { needs: { stock } })]);
    assert.deepEqual(ran, []);
  });

  it("a service that no plugin provides", async () => {
    const { message, cure } = await refusal([plugin("till", { needs: { stock } })]);
    assert.match(message, /plugin till needs the service "stock", which no plugin provides/);
    assert.match(cure ?? "", /add the plugin that provides "stock", or remove till/);
  });

  it("plugins that need each other, with the whole circle", async () => {
    const { message } = await refusal([
      plugin("warehouse", { provides: stock, needs: { reports } }),
      plugin("till", { provides: sales, needs: { stock } }),
      plugin("books", { provides: reports, needs: { sales } }),
    ]);
    assert.match(message, /books -> till -> warehouse -> books/);
  });

  it("a circle through a service that is only wanted is a circle too: the order must exist", async () => {
    const { message } = await refusal([
      plugin("till", { provides: sales, needs: { stock: optionalRef(stock) } }),
      plugin("warehouse", { provides: stock, needs: { sales } }),
    ]);
    assert.match(message, /till -> warehouse -> till/);
  });

  it("two that provide the same, two of one name, another kernel's, a name that is none", async () => {
    const two = await refusal([plugin("a", { provides: stock }), plugin("b", { provides: stock })]);
    assert.match(two.message, /plugins a and b both provide "stock"/);
    assert.match((await refusal([plugin("a"), plugin("a")])).message, /two plugins are called "a"/);
    assert.match((await refusal([plugin("kernel")])).message, /two plugins are called "kernel"/);
    assert.match((await refusal([plugin("old", { kernel: 0 })])).message, /plugin old was written for kernel 0/);
    assert.match((await refusal([plugin("Caja 1")])).message, /"Caja 1" is not a plugin name/);
  });

  it("a plugin that must run cannot stand on one that may fail", async () => {
    const optional = plugin("warehouse", { provides: stock, optional: true });
    const { message } = await refusal([optional, plugin("till", { needs: { stock } })]);
    assert.match(message, /plugin till must run, but needs "stock" of the optional plugin warehouse/);
  });

  it("two routes that clash, whatever their parameters are called", async () => {
    const { message, cure } = await refusal([
      plugin("till", { setup: () => ({ routes: [page("/sales/:id")] }) }),
      plugin("books", { setup: () => ({ routes: [page("/sales/:number")] }) }),
    ]);
    assert.match(message, /routes clash: GET \/sales\/:(id|number) of (till|books) and of (till|books)/);
    assert.match(cure ?? "", /change the path/);
  });

  it("a permission that nobody declares", async () => {
    const routes = [page("/safe", { permission: "safe.open" })];
    const { message } = await refusal([plugin("till", { setup: () => ({ routes }) })]);
    assert.match(message, /plugin till: route GET \/safe asks for the permission "safe.open"/);
  });

  it("a route without access does not exist, even for those who silence the compiler", async () => {
    const open = { ...page("/open"), access: undefined };
    const { message } = await refusal([plugin("till", { setup: () => ({ routes: [open as never] }) })]);
    assert.match(message, /plugin till: route GET \/open has no access/);
  });

  it("what may be approved on a page and does not tell what, or not just once", async () => {
    const access = { permission: "safe.open", override: true } as const;
    const open = (more: Partial<Route>): Route => ({ ...page("/safe", access), method: "POST", ...more });
    const started = (one: Route) =>
      refusal([
        plugin("till", { permissions: { "safe.open": { roles: ["manager"] } }, setup: () => ({ routes: [one] }) }),
      ]);
    assert.match((await started(open({ idempotent: true }))).message, /does not tell what is asked for/);
    assert.match((await started(open({ describe: async () => ["The safe"] }))).message, /is not idempotent/);
  });

  it("a page may not hide under /api", async () => {
    const { message } = await refusal([plugin("till", { setup: () => ({ routes: [page("/api/v1/x")] }) })]);
    assert.match(message, /does not fit the surface "page"/);
  });

  it("all faults of the environment at once, each with its owner", async () => {
    const config = (key: string) => z.object({ [key]: z.coerce.number().int() });
    const { message, cure } = await refusal(
      [plugin("till", { config: config("TILL_DRAWERS") }), plugin("books", { config: config("BOOKS_YEARS") })],
      { DATABASE_POOL_MAX: "many", TILL_DRAWERS: "two", BOOKS_YEARS: "ten" },
    );
    assert.match(message, /3 fault\(s\)/);
    assert.match(message, /DATABASE_POOL_MAX \(kernel\)/);
    assert.match(message, /TILL_DRAWERS \(till\)/);
    assert.match(message, /BOOKS_YEARS \(books\)/);
    assert.match(cure ?? "", /\.env\.example/);
  });
});
