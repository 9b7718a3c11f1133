/** When something of ours breaks, people read an apology and a code to ask for help with; what broke stands in the log alone. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { page, stream } from "../../kernel/http/reply.ts";
import { type Route, route } from "../../kernel/http/route.ts";
import { answerOf, open } from "../harness/raw.ts";
import { found, openSystem, plugin, type System } from "./system.ts";

const SECRET = "the secret of the drawer";
const INSIDE = /secret of the drawer|Error:|\bat \w|node:|\.ts\b|\.eta\b|SELECT|no_such_table|<%/;

const get = (path: string, handle: Route["handle"], surface: Route["surface"] = "page"): Route =>
  route({ method: "GET", path, surface, access: "public", handle });

async function* half(first: string | undefined) {
  if (first !== undefined) yield first;
  throw Object.assign(new Error(SECRET), { status: 418, expose: true, code: "ENOENT" });
}

describe("what breaks shows nothing of its inside", () => {
  let system: System;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-traces-"));
    await mkdir(join(folder, "views"));
    await writeFile(join(folder, "views", "broken.eta"), "<p><%= it.nothing.at.all %></p>");
    await writeFile(join(folder, "views", "nonsense.eta"), "<% if ( { %>");
    const fail = () => {
      throw new Error(SECRET);
    };
    const routes = [
      get("/fault", fail),
      get("/api/v1/fault", fail, "v1"),
      get("/thrown-text", () => Promise.reject(SECRET)),
      get("/with-status", () => Promise.reject(Object.assign(new Error(SECRET), { status: 418, expose: true }))),
      get("/view", async () => page("till/broken", {})),
      get("/nonsense", async () => page("till/nonsense", {})),
      get("/no-view", async () => page("till/no-such-view", {})),
      // every sentence of the language breaks: so does the page that says so
      get("/error-page", async ({ text }) => {
        Object.assign(text, { t: fail });
        throw new Error(SECRET);
      }),
      get("/stream", async () => stream("text/csv", Readable.from(half(undefined)))),
      get("/half", async () => stream("text/csv", Readable.from(half("sku,name\n")))),
      route({
        method: "POST",
        path: "/api/v1/refused",
        surface: "v1",
        access: "public",
        body: z.strictObject({ a: z.string().transform(fail) }),
        handle: fail,
      }),
    ];
    const till = plugin("till", {
      setup: ({ db }) => ({
        routes: [
          ...routes,
          get("/sql", async () => page("x", (await db.primary.raw("SELECT * FROM no_such_table")).rows)),
        ],
      }),
    });
    system = await openSystem([found(till, folder)]);
  });
  after(async () => {
    await system?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const PATHS = ["/fault", "/thrown-text", "/with-status", "/view", "/nonsense", "/no-view", "/sql", "/api/v1/fault"];
  for (const path of PATHS)
    it(`${path}: an apology with a code, and the fault in the log`, async () => {
      const lines = system.lines.length;
      const { status, text } = await system.get(path);
      assert.equal(status, 500);
      assert.doesNotMatch(text, INSIDE);
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0];
      const told = system.lines.slice(lines).find(({ msg, request }) => msg === "unexpected fault" && request === id);
      assert.ok(told, "the log has the fault under the code that the person was given");
    });

  it("a fault in a schema", async () => {
    const response = await fetch(`${system.kernel.url}/api/v1/refused`, {
      method: "POST",
      headers: { connection: "close", "content-type": "application/json" },
      body: '{"a":"b"}',
    });
    assert.equal(response.status, 500);
    assert.match(response.headers.get("content-type") ?? "", /problem\+json/);
    assert.doesNotMatch(await response.text(), INSIDE);
  });

  it("a fault in the page that tells of faults", async () => {
    const response = await fetch(`${system.kernel.url}/error-page`, {
      headers: { connection: "close", "accept-language": "en" },
    });
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), INSIDE);
    assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  });

  it("a download that breaks is cut off, so that nobody takes half of it for all and nobody waits for ever", async () => {
    for (const [path, coding] of [
      ["/half", "identity"],
      ["/half", "gzip"],
      ["/stream", "identity"],
      ["/stream", "gzip"],
    ]) {
      const socket = open(system.kernel.url);
      const closed = answerOf(socket);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: shop\r\nAccept-Encoding: ${coding}\r\n\r\n`);
      const answer = await closed;
      assert.doesNotMatch(answer, INSIDE);
      assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/, "the end of a whole answer");
    }
    assert.equal((await system.get("/health/live")).status, 200);
  });
});
