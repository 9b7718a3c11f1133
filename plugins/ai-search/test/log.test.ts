/** What people search for and take: marked without JavaScript, told by days, forgotten with the person. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { isAbout } from "../privacy.ts";
import { stock } from "./corner-shop.ts";

interface Row {
  query: string;
  place: string;
  results: number;
  product_id: number | null;
  user_id: number | null;
}
interface Stats {
  searches: number;
  without_results: number;
  offered: number;
  chosen: number;
  most: { query: string; times: number; chosen: number }[];
  without: { query: string }[];
  slow: { slowest_ms: number }[];
}

describe("the log of searches", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let browser: Browser;
  let ids: Map<string, number>;

  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    browser = await shop.browser("employee");
    ids = await stock(manager);
  });
  after(() => shop?.close());

  const rows = async (query: string): Promise<Row[]> =>
    (await shop.db.raw("SELECT * FROM search_log WHERE query = ? ORDER BY id", [query])).rows;
  const written = async (query: string, holds: (row: Row) => boolean = () => true): Promise<Row> => {
    await until(async () => (await rows(query)).some(holds));
    return (await rows(query)).find(holds) as Row;
  };
  const find = (q: string, client = employee) =>
    client.get<{ search_id: string }>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}`);

  it("what is taken of the till's results is marked on the search, with who searched", async () => {
    const found = await (await browser.get("/pos/new")).submit("#code", { code: "gaceosa manzna" });
    await found.submit(".pos-results form", {});
    const row = await written("gaceosa manzna", (one) => one.product_id !== null);
    assert.deepEqual([row.place, row.product_id], ["till", ids.get("G1")]);
    const { rows: users } = await shop.db.raw("SELECT username FROM users WHERE id = ?", [row.user_id]);
    assert.equal(users[0].username, people.employee.username);
    // what only came from the box, without a choice, stays open
    await (await browser.get("/pos/new")).submit("#code", { code: "arequipe" });
    assert.equal((await written("arequipe")).product_id, null);
  });

  it("a link of the search page leads to the product and marks the choice; the first one stays, a stranger's does not count", async () => {
    const page = await (await browser.get("/search")).submit("#search", { q: "palmolive" });
    const path = page.root.querySelector("tbody a")?.getAttribute("href") ?? "";
    const stranger = await (await shop.browser("manager")).get(path);
    assert.equal(stranger.url, `/products/${ids.get("J2")}`);
    const product = await browser.get(path);
    assert.equal(product.url, `/products/${ids.get("J2")}`);
    await browser.get(path.replace(/\d+$/, String(ids.get("J1"))));
    const row = await written("palmolive", (one) => one.product_id !== null);
    assert.deepEqual([row.place, row.product_id], ["page", ids.get("J2")]);
    for (const wrong of [`/search/chosen/${randomUUID()}/${ids.get("J1")}`, `${path.replace(/\d+$/, "")}999999`])
      assert.ok([200, 404].includes((await browser.get(wrong)).status), wrong);
    assert.equal((await browser.get("/search/chosen/x/1")).status, 404);
  });

  it("what somebody goes on typing is one search, the last", async () => {
    for (const q of ["toc", "tocad", "tocador"]) await browser.get(`/search?q=${q}`);
    await written("tocador");
    assert.deepEqual([await rows("toc"), await rows("tocad")], [[], []]);
  });

  it("programs mark a choice by the search's id, their own alone", async () => {
    const { body } = await find("sello rojo");
    const choice = { search_id: body.search_id, product_id: ids.get("C1") };
    assert.equal((await manager.post("/api/v2/ai/search/chosen", choice)).status, 204);
    assert.equal(
      (await employee.post("/api/v2/ai/search/chosen", { ...choice, product_id: ids.get("C2") })).status,
      204,
    );
    const row = await written("sello rojo", (one) => one.product_id !== null);
    assert.equal(row.product_id, ids.get("C2"), "the manager's was of somebody else's search");
    for (const wrong of [{}, { ...choice, search_id: "x" }, { ...choice, product_id: -1 }, { ...choice, more: 1 }])
      assert.equal((await employee.post("/api/v2/ai/search/chosen", wrong)).status, 422);
  });

  it("the manager's page tells by days what is not found, what is taken, what is slow; as a file, and to programs", async () => {
    await find("tornillos de acero");
    await find("TORNILLOS de acero");
    await written("TORNILLOS de acero");
    const page = await (await shop.browser("manager")).get("/search/log");
    const tables = page.root.querySelectorAll("tbody").map((table) =>
      table.querySelectorAll("tr").map((row) =>
        row
          .querySelectorAll("th, td")
          .map(({ text }) => text)
          .join(" "),
      ),
    );
    const [without, most] = tables.map((lines) => lines.join("\n"));
    assert.match(without ?? "", /tornillos de acero 2 2 0/i);
    assert.match(most ?? "", /gaceosa manzna 1 0 1/);
    const stats = (await manager.get<Stats>("/api/v2/ai/stats")).body;
    const known = (await shop.db.raw("SELECT count(*)::int AS all, count(product_id)::int AS chosen FROM search_log"))
      .rows[0];
    assert.deepEqual([stats.searches, stats.chosen], [known.all, known.chosen]);
    assert.ok(stats.offered >= stats.chosen && stats.without_results >= 2);
    assert.ok((stats.slow[0]?.slowest_ms ?? 0) >= (stats.slow.at(-1)?.slowest_ms ?? 1));
    const before = (await manager.get<Stats>("/api/v2/ai/stats?from=2020-01-01&to=2020-01-31")).body;
    assert.deepEqual([before.searches, before.most, before.without], [0, [], []]);
    const empty = await page.submit("#days", { from: "2020-01-01", to: "2020-01-31" });
    assert.equal(empty.root.querySelectorAll("table").length, 0);
    const file = await (await shop.browser("manager")).get("/search/log.csv");
    assert.match(file.text, /gaceosa manzna;1;0;1;/);
    const { rows: audited } = await shop.db.raw("SELECT action FROM audit_log WHERE action = 'search.exported'");
    assert.equal(audited.length, 1);
    for (const path of ["/search/log", "/search/log.csv", "/search/log.xlsx"])
      assert.equal((await browser.get(path)).status, 403, path);
    assert.equal((await manager.get("/api/v2/ai/stats?from=yesterday")).status, 422);
  });

  it("a person's searches are nobody's when they ask; a manager may ask for somebody, a cashier may not", async () => {
    const mine = async (client: ApiClient) =>
      (await client.get<{ data: Row[] }>("/api/v2/ai/search/history")).body.data;
    assert.ok((await mine(employee)).length > 0);
    const form = await browser.get("/search");
    await form.submit("#forget");
    assert.deepEqual(await mine(employee), []);
    assert.ok((await rows("gaceosa manzna")).length === 1, "what was searched for stays");
    await find("bimbo");
    await written("bimbo");
    const { rows: users } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [people.employee.username]);
    const path = `/api/v2/ai/search/history?user_id=${users[0].id}`;
    const { rows: others } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [people.manager.username]);
    assert.equal((await employee.delete(`/api/v2/ai/search/history?user_id=${others[0].id}`)).status, 403);
    assert.equal((await manager.delete(path)).status, 204);
    assert.deepEqual(await mine(employee), []);
  });

  it("a manager chooses on the page whose searches are nobody's from now on, of those who have any", async () => {
    await find("alqueria");
    const { user_id: userId } = await written("alqueria");
    const desk = await shop.browser("manager");
    const page = await desk.get("/search/log");
    const offered = (on: Page) => on.root.querySelectorAll("#forget-user option").map(({ text }) => text.trim());
    assert.ok(
      offered(page).includes(`${people.employee.fullName} (${people.employee.username})`),
      offered(page).join(),
    );
    const told = await page.submit("#forget-user", { user_id: String(userId) });
    assert.equal(told.url, "/search/log");
    assert.match(told.text, /ya no dicen quién las hizo/);
    assert.equal(offered(told).join().includes(people.employee.username), false);
    const [row] = await rows("alqueria");
    assert.equal(row?.user_id, null, "what was searched for stays");
    const trail = await (await shop.browser("admin")).get("/audit?action=search.forgotten");
    assert.match(trail.text, /Olvidó quién hizo unas búsquedas/);
    assert.equal((await page.submit("#forget-user", { user_id: "x" })).status, 422);
    const own = await browser.get("/search");
    const { _csrf = "" } = own.fields("#forget") as Record<string, string>;
    assert.equal((await browser.post("/search/log/forget", { user_id: String(userId), _csrf })).status, 403);
  });

  it("erasing a customer takes searches with the name or a number away, and no others", async () => {
    const facts = {
      name: "Rosalba Quiñones",
      document_type: "CC",
      document_number: "1032456789",
      phone: "310 555 44 33",
      email: "rosalba@example.com",
    };
    const made = await manager.post<{ id: number }>("/api/v1/customers", facts, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    const hers = [
      "rosalba quinones",
      "QUIÑONES ROSALBA",
      "rosalba",
      "1032456789",
      "310 5554433",
      "rosalba@example.com",
    ];
    const others = ["jabon rosa", "leche", "quinua"];
    for (const q of [...hers, ...others]) await find(q);
    await written("quinua");
    const known = await manager.get<{ searches: { query: string }[] }>(`/api/v1/customers/${made.body.id}/export`);
    assert.deepEqual(known.body.searches.map(({ query }) => query).sort(), [...hers].sort());
    const erased = await manager.post(
      `/api/v1/customers/${made.body.id}/erase`,
      { reason: "lo pidió" },
      { key: randomUUID() },
    );
    assert.equal(erased.status, 204, erased.text);
    for (const q of hers) assert.deepEqual(await rows(q), [], q);
    for (const q of others) assert.equal((await rows(q)).length, 1, q);
  });

  it("a search is about a person by two words of the name, or one that found no product", () => {
    const about = isAbout({ names: ["Rosa María Pan"], mails: [], numbers: ["3105554433"] });
    const says = (query: string, results: number) => about({ query, folded: query, results });
    assert.equal(says("rosa", 4), false, "a rose is a product");
    assert.equal(says("rosa", 0), true);
    assert.equal(says("rosa mar", 4), true);
    assert.equal(says("pan rosa integral", 1), true);
    assert.equal(says("pan integral", 0), false);
    assert.equal(says("310555", 1), true);
    assert.equal(says("31055", 1), false);
    assert.equal(says("", 0), false);
  });

  it("the owner says how long it is kept; zero: nothing is written", async () => {
    await shop.db.raw("UPDATE search_log SET created_at = now() - interval '10 days' WHERE query = 'palmolive'");
    const keep = async (days: string) => {
      const admin = await shop.browser("admin");
      const form = await admin.get("/settings");
      const page = await form.submit("#settings", { "ai-search.log_days": days });
      assert.ok(page.status < 400, page.text.slice(0, 300));
    };
    await keep("9");
    await shop.kernel.jobs.runNow("ai-search", "forget-searches");
    assert.deepEqual(await rows("palmolive"), []);
    assert.equal((await rows("gaceosa manzna")).length, 1);
    await keep("0");
    await find("nadie lo anota");
    await shop.kernel.jobs.runNow("ai-search", "forget-searches");
    const { rows: left } = await shop.db.raw("SELECT query FROM search_log");
    assert.deepEqual(left, []);
  });
});
