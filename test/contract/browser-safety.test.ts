/** What a browser is told with every page: policies, cookies, who may read what, and where forms may come from. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser, Page } from "../harness/browser.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";

const TLS = { "x-forwarded-proto": "https" };

async function stock(shop: Shop): Promise<void> {
  const admin = await shop.api("admin");
  const facts = { sku: "TINTO", name: "Tinto <b>", price: "2500" };
  const { id } = (await admin.post<{ id: number }>("/api/v1/products", facts)).body;
  const arrival = { product_id: id, quantity: "10.000", reason: "Compra" };
  await admin.post("/api/v1/inventory/adjustments", arrival, { key: "arrival" });
  const order = { items: [{ code: "TINTO", quantity: "1" }], payments: [{ method: "cash", amount: "2500" }] };
  const sale = await admin.post("/api/v1/sales", order, { key: "sale" });
  assert.equal(sale.status, 201, sale.text);
  const list = await admin.post("/api/v1/products/import", "sku,name,price\nA,A,1\n,B,x\n", { type: "text/csv" });
  assert.ok(list.status < 300, list.text);
}

describe("every page of the system", () => {
  let shop: Shop;
  let pages: { path: string; page: Page }[];
  before(async () => {
    shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
    await stock(shop);
    const browser = await shop.browser("admin");
    pages = [];
    const paths = shop.kernel.routes
      .filter(({ route }) => route.method === "GET" && (route.surface === "page" || route.path === "/api/docs"))
      .map(({ route }) => route.path.replace(/:\w+/g, "1"));
    // and what is shown instead of a page
    for (const path of [...paths, "/nothing-here", "/products/999999"])
      pages.push({ path, page: await browser.request("GET", path, { follow: false }) });
    const stranger = await shop.browser();
    pages.push({ path: "/login (stranger)", page: await stranger.get("/login") });
    pages.push({ path: "refused form", page: await browser.post("/settings", { nonsense: "1" }) });
  });
  after(() => shop?.close());
  const shown = () => pages.filter(({ page }) => page.root.querySelector("body"));

  it("there is something to walk", () => {
    const well = pages.filter(({ page }) => page.status === 200).map(({ path }) => path);
    for (const path of ["/", "/settings", "/users", "/products/1", "/sales/1", "/products/import/1", "/api/docs"])
      assert.ok(well.includes(path), `${path} is missing in ${well.join(" ")}`);
    assert.ok(shown().length > 20);
  });

  it("has no script, style or handler inside, and asks no other host", () => {
    for (const { path, page } of shown()) {
      for (const script of page.root.querySelectorAll("script")) {
        assert.match(script.getAttribute("src") ?? "", /^\/assets\//, path);
        assert.equal(script.text.trim(), "", path);
      }
      assert.equal(page.root.querySelectorAll("style, iframe, object, embed, base").length, 0, path);
      for (const element of page.root.querySelectorAll("*")) {
        for (const [name, value] of Object.entries(element.attributes)) {
          assert.doesNotMatch(name, /^on|^style$|^hx-(on|vals|vars)/i, `${path}: ${name}`);
          // a link that a person follows asks nobody by itself, and tells the other host nothing of the shop
          const link = element.rawTagName === "a" && element.getAttribute("rel") === "noreferrer";
          const allowed = link ? /^https:\/\/[a-z]/ : /^(\/(?!\/)|[?#]|$)/;
          if (/^(src|href|action|formaction|hx-get|hx-post)$/.test(name))
            assert.match(value, allowed, `${path}: ${name}=${value}`);
        }
      }
    }
  });

  it("comes with the same strict policies", () => {
    for (const { path, page } of pages) {
      const policy = page.headers.get("content-security-policy") ?? "";
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/, path);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/, path);
      for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"])
        assert.ok(policy.includes(part), path);
      const said = (name: string) => page.headers.get(name);
      assert.equal(said("x-content-type-options"), "nosniff", path);
      assert.equal(said("referrer-policy"), "same-origin", path);
      assert.match(said("permissions-policy") ?? "", /camera=\(\).*microphone=\(\).*usb=\(\)/, path);
      assert.equal(said("strict-transport-security"), null, path);
    }
  });

  it("and every API answer, download, redirect and error of somebody signed in is kept by no cache", async () => {
    const admin = await shop.api("admin");
    const browser = await shop.browser("admin");
    for (const { route } of shop.kernel.routes) {
      const path = route.path.replace(/:\w+/g, "1");
      const answer =
        route.method === "GET" && route.surface === "page"
          ? await browser.request("GET", path, { follow: false })
          : await admin.request(route.method, path, route.method === "GET" ? undefined : "x", { type: "text/plain" });
      assert.equal(answer.headers.get("cache-control"), "no-store", `${route.method} ${path} ${answer.status}`);
      assert.ok(answer.status < 500, `${route.method} ${path} ${answer.status}`);
    }
  });

  it("over TLS says so for a year, and only for this host", async () => {
    const page = await (await shop.browser()).request("GET", "/login", { headers: TLS });
    assert.equal(page.headers.get("strict-transport-security"), "max-age=31536000");
  });
});

describe("cookies", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
  });
  after(() => shop?.close());
  const { username, password } = people.admin;

  const signIn = async (browser: Browser, headers: Record<string, string>) => {
    const page = await browser.request("GET", "/login", { headers });
    const fields = { ...page.fields("#login"), username, password };
    return browser.request("POST", "/login", {
      headers: { ...headers, origin: origin(headers) },
      fields,
      follow: false,
    });
  };
  const origin = (headers: Record<string, string>) =>
    headers === TLS ? shop.url.replace("http:", "https:") : shop.url;

  it("over TLS all of them are bound to this host", async () => {
    const browser = await shop.browser();
    const set = (await signIn(browser, TLS)).headers.getSetCookie();
    const home = await browser.request("GET", "/", { headers: TLS });
    const language = await browser.request("POST", "/language", {
      headers: { ...TLS, origin: origin(TLS) },
      fields: { ...home.fields('form[action="/language"]'), lang: "en" },
      follow: false,
    });
    set.push(...home.headers.getSetCookie(), ...language.headers.getSetCookie());
    assert.ok(set.length >= 3, set.join("\n"));
    for (const line of set) {
      assert.match(line, /^__Host-pos_\w+=/);
      assert.match(line, /; path=\/;.*samesite=lax; secure; httponly$/i);
      assert.doesNotMatch(line, /domain/i);
    }
    assert.equal((await browser.request("GET", "/account", { headers: TLS })).status, 200);
  });

  it("over TLS a cookie without the prefix, which a neighbour could have planted, is nobody's", async () => {
    const plain = await shop.browser();
    assert.equal((await signIn(plain, {})).status, 303);
    assert.equal((await plain.request("GET", "/account", { follow: false })).status, 200);
    const overTls = await plain.request("GET", "/account", { headers: TLS, follow: false });
    assert.equal(overTls.status, 303);
    assert.match(overTls.headers.get("location") ?? "", /^\/login/);
  });
});

describe("where forms may come from", () => {
  let shop: Shop;
  let browser: Browser;
  before(async () => {
    shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
    browser = await shop.browser("admin");
  });
  after(() => shop?.close());

  /** The status of a good form with these headers, over TLS with the cookies' names of TLS; undefined leaves one out, as an old browser does. */
  const send = async (told: Record<string, string | undefined>, token?: string) => {
    const form = (await browser.get("/")).fields('form[action="/language"]');
    const fields: Record<string, unknown> = { ...form, lang: "es" };
    if (token !== undefined) fields["_csrf"] = token;
    const prefix = told["x-forwarded-proto"] === "https" ? "__Host-" : "";
    const cookie = [...browser.cookies].map(([name, value]) => `${prefix}${name}=${value}`).join("; ");
    const headers: Record<string, string> = { connection: "close", cookie };
    for (const [name, value] of Object.entries(told)) if (value !== undefined) headers[name] = value;
    const body = new URLSearchParams(fields as Record<string, string>);
    const response = await fetch(`${shop.url}/language`, { method: "POST", headers, body, redirect: "manual" });
    await response.text();
    return response.status;
  };

  it("from our own pages, as far as the browser tells", async () => {
    assert.equal(await send({ "sec-fetch-site": "same-origin", origin: shop.url }), 303);
    assert.equal(await send({ origin: shop.url }), 303);
    assert.equal(await send({ referer: `${shop.url}/` }), 303);
    assert.equal(await send({}), 303, "nothing told: the token alone decides");
  });

  it("not from another site, not from another host of the same one, not from nowhere", async () => {
    for (const site of ["cross-site", "same-site", "anything"])
      assert.equal(await send({ "sec-fetch-site": site, origin: shop.url }), 403, site);
    for (const origin of ["https://evil.example", "null", "nonsense", `${shop.url}0`])
      assert.equal(await send({ origin }), 403, origin);
    assert.equal(await send({ referer: "https://evil.example/" }), 403);
    assert.equal(await send({ "sec-fetch-site": "same-origin", origin: "https://evil.example" }), 403);
  });

  it("over TLS only from a page that came over TLS", async () => {
    const secure = shop.url.replace("http:", "https:");
    assert.equal(await send({ ...TLS, origin: secure }), 303);
    assert.equal(await send({ ...TLS, referer: `${secure}/` }), 303);
    assert.equal(await send({ ...TLS, origin: shop.url }), 403);
    assert.equal(await send({ ...TLS, referer: `${shop.url}/` }), 403);
  });

  it("and never without the token of this browser and this session", async () => {
    const other = await shop.browser("admin");
    const theirs = String((await other.get("/")).fields('form[action="/language"]')["_csrf"]);
    for (const token of ["", "x", theirs, `${theirs}.`])
      assert.equal(await send({ "sec-fetch-site": "same-origin", origin: shop.url }, token), 403, token);
  });
});

describe("pages of other origins", () => {
  const FRIEND = "https://friend.example";
  let shop: Shop;
  before(async () => {
    shop = await openShop({ env: { CORS_ORIGINS: `${FRIEND}, https://other.example:8443` } });
  });
  after(() => shop?.close());
  const ask = async (path: string, headers: Record<string, string>, method = "GET") => {
    const response = await fetch(shop.url + path, { method, headers: { connection: "close", ...headers } });
    await response.text();
    const said = Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")));
    return { status: response.status, vary: response.headers.get("vary") ?? "", said };
  };

  it("on the list may call the API with credentials and read what matters, of errors too", async () => {
    for (const [path, status] of [
      ["/api/v1/health", 200],
      ["/api/v1/products", 401],
      ["/api/v1/nothing", 404],
    ] as const) {
      const answer = await ask(path, { origin: FRIEND });
      assert.equal(answer.status, status);
      assert.equal(answer.said["access-control-allow-origin"], FRIEND);
      assert.equal(answer.said["access-control-allow-credentials"], "true");
      for (const name of ["X-Request-Id", "RateLimit-Remaining", "Retry-After"])
        assert.ok(answer.said["access-control-expose-headers"]?.includes(name), name);
      assert.match(answer.vary, /Origin/);
    }
  });

  it("may ask before they write", async () => {
    const headers = {
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-evil",
    };
    const { status, said } = await ask("/api/v1/sales", { origin: FRIEND, ...headers }, "OPTIONS");
    assert.equal(status, 204);
    assert.equal(said["access-control-allow-origin"], FRIEND);
    assert.match(said["access-control-allow-headers"] ?? "", /Authorization/);
    assert.doesNotMatch(said["access-control-allow-headers"] ?? "", /evil/);
  });

  it("that are not on the list are told nothing, and nobody is about the pages", async () => {
    for (const origin of [
      "https://evil.example",
      "https://friend.example.evil.example",
      "http://friend.example",
      "null",
    ]) {
      const { said, vary } = await ask("/api/v1/health", { origin });
      assert.deepEqual(said, {}, origin);
      assert.match(vary, /Origin/);
      const asked = await ask("/api/v1/sales", { origin, "access-control-request-method": "POST" }, "OPTIONS");
      assert.deepEqual(asked.said, {}, origin);
    }
    assert.deepEqual((await ask("/login", { origin: FRIEND })).said, {});
  });
});
