/**
 * Every route of the system is asked for everything its description allows and much that it does not: nothing of it may be a
 * fault of the server, and no answer tells of its insides. `FUZZ_SEED=7 FUZZ_RUNS=500 npx mocha test/contract/fuzz.test.ts`.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import type { MountedRoute } from "../../kernel/http/mount.ts";
import { formInput } from "../../kernel/input.ts";
import type { OpenApi, Operation } from "../../kernel/openapi/document.ts";
import { encoded, poison, textOf, valuesFor } from "../harness/poison.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? 20261125);
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 25);

/** A line of a stack, a path of this project, a sentence of PostgreSQL or of a library. */
const INSIDES =
  /\bat [\w.<>]+ \(|\bat (file|node):|node:internal|node_modules|\/(kernel|plugins|dist)\/[\w/-]+\.(ts|js)\b|\b(SELECT|INSERT INTO|UPDATE|DELETE FROM) [\w"*(]+ |violates|relation "|column "|syntax error at|invalid input syntax|out of range for type|Cannot read propert|is not a function|ZodError|TypeError|RangeError|URIError/;

const NOWHERE = ["0", "-1", "2147483648", "999999999999999", "1.5", "%00", "%ff", "..", "a%2fb", "AREPA"];

interface Asked {
  method: string;
  path: string;
  type?: string;
  body?: string;
  key?: string;
}

interface Answer {
  status: number;
  type: string;
  text: string;
}

describe("whatever is asked", () => {
  let shop: Shop;
  let document: OpenApi;
  let token: string;
  let hash: string;
  let cart: string;
  let turn = 0;

  before(async () => {
    shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
    const admin = await shop.api("admin");
    await shop.api("employee");
    document = (await admin.get<OpenApi>("/api/openapi.json")).body;
    const { id } = (
      await admin.post<{ id: number }>("/api/v1/products", { sku: "TINTO", name: "Tinto", price: "2500" })
    ).body;
    const arrival = { product_id: id, quantity: "500.000", reason: "Compra" };
    await admin.post("/api/v1/inventory/adjustments", arrival, { key: "arrival" });
    const order = { items: [{ code: "TINTO", quantity: "1" }], payments: [{ method: "cash", amount: "2500" }] };
    assert.equal((await admin.post("/api/v1/sales", order, { key: "sale" })).status, 201);
    hash = (await shop.db("users").where({ username: people.admin.username }).first("password_hash")).password_hash;
    await signIn();
    const browser = await shop.browser("admin");
    cart = /carts\/([\w-]+)/.exec((await browser.get("/pos/new")).url)?.[1] ?? assert.fail("no cart");
    await (await browser.get(`/pos/carts/${cart}`)).submit(`/pos/carts/${cart}/scan`, { code: "TINTO" });
  });
  after(() => shop?.close());

  /** What was asked may have changed the administrator's password, ended the session, or signed out. */
  async function signIn(): Promise<void> {
    const { username, password } = people.admin;
    await shop.db("users").where({ username }).update({ password_hash: hash, role: "admin", active: true });
    const answer = await send({ ...json("POST", "/api/v1/auth/login", { username, password }) }, {});
    assert.equal(answer.status, 200, answer.text);
    token = (JSON.parse(answer.text) as { access_token: string }).access_token;
  }

  const json = (method: string, path: string, body: unknown): Asked => ({
    method,
    path,
    type: "application/json",
    body: JSON.stringify(body),
  });

  async function send({ method, path, type, body, key }: Asked, headers: Record<string, string>): Promise<Answer> {
    turn += 1;
    const response = await fetch(shop.url + path, {
      method,
      headers: {
        connection: "close",
        // each from an address of its own, as a limit or a lock by address is not what is tried here
        "x-forwarded-for": `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`,
        ...(type === undefined ? {} : { "content-type": type }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...headers,
      },
      body: body ?? null,
      redirect: "manual",
    });
    return { status: response.status, type: response.headers.get("content-type") ?? "", text: await response.text() };
  }

  function judge(asked: Asked, { status, type, text }: Answer): void {
    const told = `${asked.method} ${asked.path}\n${asked.body?.slice(0, 2000) ?? ""}\n-> ${status} ${text.slice(0, 2000)}`;
    assert.ok(status < 500 || (status === 503 && /"code":"(PLUGIN_DOWN|SIGN_IN_BUSY)"/.test(text)), told);
    assert.doesNotMatch(text, INSIDES, told);
    if (!asked.path.startsWith("/api/") || status < 400) return;
    assert.match(type, /^application\/problem\+json/, told);
    assert.match((JSON.parse(text) as { code: string }).code, /^[A-Z_]+$/, told);
  }

  const check = (what: fc.Arbitrary<Asked>, ask: (asked: Asked) => Promise<Answer>, runs = RUNS) =>
    fc.assert(
      fc.asyncProperty(what, async (asked) => judge(asked, await ask(asked))),
      { seed: SEED, numRuns: runs },
    );

  /** Paths of things that are there, and of things that are none. */
  const pathFor = (template: string): fc.Arbitrary<string> => {
    const part = /:(\w+)|\{(\w+)\}/g;
    const values = [...template.matchAll(part)].map(([, one, other]) => {
      const there = { cart: [cart], code: ["TINTO"], line: ["1"] }[one ?? other ?? ""] ?? ["1", "1", "2"];
      return fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...there) },
        { weight: 1, arbitrary: fc.constantFrom(...NOWHERE) },
        {
          weight: 1,
          arbitrary: poison.map((one) => encodeURIComponent(wellFormed(textOf(one).slice(0, 300))) || "%20"),
        },
      );
    });
    return fc.tuple(...values).map((chosen) => {
      let at = 0;
      return template.replace(part, () => chosen[at++] ?? "");
    });
  };

  const keys = fc.oneof(
    { weight: 9, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.constantFrom("", "sale", "a b", "x".repeat(200)) },
  );

  function callsOf(path: string, method: string, operation: Operation): fc.Arbitrary<Asked> {
    const inQuery = operation.parameters.filter((one) => one.in === "query");
    const query = valuesFor({
      type: "object",
      properties: Object.fromEntries(inQuery.map((one) => [one.name, one.schema])),
    });
    const schema = operation.requestBody?.content["application/json"]?.schema;
    const body = fc.oneof(
      { weight: 12, arbitrary: valuesFor(schema).map((value) => JSON.stringify(value) ?? "") },
      { weight: 1, arbitrary: fc.constantFrom("", "{", "[", '"', "[]", "null", `${"[".repeat(500)}`, '{"a":1,"a":2}') },
    );
    const type = fc.oneof(
      { weight: 20, arbitrary: fc.constant("application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("text/csv", "application/x-www-form-urlencoded", "multipart/form-data", "a/b"),
      },
    );
    return fc.tuple(pathFor(path), query, body, type, keys).map(([to, asks, sent, as, key]): Asked => {
      const search = encoded(asks);
      const target = { method, path: search === "" ? to : `${to}?${search}` };
      return method === "GET" ? target : { ...target, body: sent, type: as, key };
    });
  }

  it("of the API, as its description says or otherwise", async () => {
    let calls = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [name, operation] of Object.entries(operations)) {
        calls += 1;
        const method = name.toUpperCase();
        await check(callsOf(path, method, operation), async (asked) => {
          const answer = await send(asked, { authorization: `Bearer ${token}` });
          // a session that was ended by what was asked: the next one needs a new one
          if (!/login|refresh/.test(path) && [401, 403].includes(answer.status)) await signIn();
          return answer;
        });
      }
    }
    assert.ok(calls > 20);
  }).timeout(600_000);

  it("of the pages: addresses and queries", async () => {
    const browser = await shop.browser("admin");
    const cookie = () => [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    for (const { route } of pages(shop).filter(({ route }) => route.method === "GET")) {
      const query = valuesFor(schemaOf(route.query));
      const what = fc.tuple(pathFor(route.path), query).map(([to, asks]): Asked => {
        const search = encoded(asks);
        return { method: "GET", path: search === "" ? to : `${to}?${search}` };
      });
      await check(what, (asked) => send(asked, { cookie: cookie() }), Math.ceil(RUNS / 2));
    }
  }).timeout(600_000);

  it("of the pages: forms with fields that are theirs and fields that are not", async () => {
    for (const { route } of pages(shop).filter(({ route }) => route.method === "POST")) {
      await signIn();
      const browser = await shop.browser("admin");
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const csrf = String((await browser.get("/")).fields('form[action="/language"]')["_csrf"]);
      const fields = valuesFor(schemaOf(route.body));
      const what = fc.tuple(pathFor(route.path), fields, keys).map(
        ([path, form, key]): Asked => ({
          method: "POST",
          path,
          type: "application/x-www-form-urlencoded",
          body: `${encoded(form)}&_csrf=${encodeURIComponent(csrf)}&_key=${encodeURIComponent(key)}`,
        }),
      );
      await check(what, (asked) => send(asked, { cookie, "sec-fetch-site": "same-origin" }), Math.ceil(RUNS / 2));
    }
  }).timeout(600_000);
});

const pages = (shop: Shop): MountedRoute[] => shop.kernel.routes.filter(({ route }) => route.surface === "page");

const wellFormed = (text: string) => [...text].filter((sign) => !/\p{Cs}/u.test(sign)).join("");

/** A page's schema in the language of the API's, with amounts as a form writes them. */
function schemaOf(schema: MountedRoute["route"]["body"]): unknown {
  if (schema === undefined) return { type: "object" };
  const built = (typeof schema === "function" ? schema(formInput("es", "COP")) : schema) as z.ZodType;
  return z.toJSONSchema(built, { io: "input", unrepresentable: "any" });
}
