/** The audit trail: what is written into it has words, and who may reads it with filters, on a page and by program. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { auditRows } from "../../kernel/audit-trail/queries.ts";
import { discoverPlugins, projectRoots } from "../../kernel/discover.ts";
import { LOCALES } from "../../kernel/i18n.ts";
import { readCatalogue } from "../../kernel/locales.ts";
import { sourcesIn } from "../arch/sources.ts";
import type { ApiClient } from "../harness/api-client.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";

interface Entry {
  id: number;
  at: string;
  user: { id: number; username: string } | null;
  action: string;
  subject: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  address: string | null;
}
interface Trail {
  data: Entry[];
  next_cursor: string | null;
}

describe("the words of the trail", () => {
  it("every action that the program writes has a sentence in both languages, from its owner", async () => {
    const roots = projectRoots();
    const found = await discoverPlugins(roots, []);
    const folders = found.map(({ definition, folder }): [string, string] => [definition.name, folder]);
    const catalogue = readCatalogue(new Map([["kernel", join(roots.assets, "kernel")], ...folders]));
    const written = sourcesIn("kernel", "plugins")
      .filter(({ path }) => !path.includes("/test/"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\baction: "([a-z_]+\.[a-z_]+)"/g)].map(([, action = ""]) => {
          const owner = /^plugins\/([^/]+)\//.exec(path)?.[1] ?? "kernel";
          return `${owner}.audit.${action.replaceAll(".", "_")}`;
        }),
      );
    assert.ok(written.length > 12, "the search finds them");
    const missing = LOCALES.flatMap((locale) => written.filter((key) => !catalogue[locale].get(key)));
    assert.deepEqual(missing, []);
  });
});

describe("the audit trail of a shop", () => {
  let shop: Shop;
  let admin: ApiClient;
  let productId: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    const manager = await shop.api("manager");
    const made = await manager.post<{ id: number }>("/api/v1/products", { sku: "PAN", name: "Pan", price: "500" });
    productId = made.body.id;
    await manager.patch(`/api/v1/products/${productId}`, { price: "1650.50", barcodes: ["7701", "7702"] });
    const stock = { product_id: productId, quantity: "12.5", reason: "<b>Conteo</b>" };
    await manager.post("/api/v1/inventory/adjustments", stock, { key: randomUUID() });
  });
  after(() => shop?.close());

  const trail = async (query: string) => {
    const answer = await admin.get<Trail>(`/api/v1/audit?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };

  it("the page tells who did what, with the fields before and after in the reader's words", async () => {
    const browser = await shop.browser("admin");
    const page = await browser.get("/audit");
    assert.equal(page.status, 200);
    const entries = page.root.querySelectorAll(".entry").map((entry) => entry.text.replace(/\s+/g, " "));
    const changed = entries.find((entry) => entry.includes("Producto cambiado")) ?? assert.fail(entries.join("\n"));
    assert.match(changed, new RegExp(`${people.manager.username} .*Producto ${productId} `));
    assert.match(changed, /Precio antes: \$\s500 → después: \$\s1\.650,5/);
    assert.match(changed, /Códigos de barras antes: — → después: 7701, 7702/);
    assert.match(entries.find((entry) => entry.includes("Persona creada")) ?? "", /Cargo Encargado/);
    assert.doesNotMatch(changed, /Nombre/, "what did not change is not told");
    assert.match(
      entries.find((entry) => entry.includes("Existencias ajustadas")) ?? "",
      /Existencias antes: 0 → después: 12,5/,
    );
    assert.match(
      entries.find((entry) => entry.includes("Existencias ajustadas")) ?? "",
      /Motivo: .*<b>Conteo<\/b>|Motivo: .*&lt;b/,
    );
    assert.equal(page.root.querySelector(".entry b"), null, "what people type is text");
    const link = page.root.querySelector(`.entry a[href*="product%3A${productId}"]`)?.getAttribute("href") ?? "";
    const ofProduct = await browser.get(link);
    assert.equal(ofProduct.root.querySelectorAll(".entry").length, 3);
  });

  it("in English for those who read English, from the menu", async () => {
    const browser = await shop.browser("admin");
    await browser.post("/language", {
      ...(await browser.get("/")).fields('form[action="/language"]'),
      lang: "en",
      back: "/",
    });
    const home = await browser.get("/");
    const paths = home.root.querySelectorAll(".menu a").map((link) => link.getAttribute("href"));
    assert.ok(paths.indexOf("/audit") === paths.indexOf("/users") + 1, paths.join());
    const page = await browser.get("/audit?action=product.updated");
    assert.match(page.text, /Product changed/);
    assert.match(page.text, /\$\s?1,650\.5/);
    assert.equal(page.root.querySelectorAll(".entry").length, 1);
    assert.equal(page.root.querySelector("#action option[selected]")?.getAttribute("value"), "product.updated");
  });

  it("only those with the permission", async () => {
    for (const role of ["manager", "employee"] as const) {
      assert.equal((await (await shop.api(role)).get("/api/v1/audit")).status, 403);
      const home = await (await shop.browser(role)).get("/");
      assert.equal(home.root.querySelector('a[href="/audit"]'), null);
    }
  });

  it("every filter narrows, and all of them together", async () => {
    const all = (await trail("limit=200")).data;
    const check = async (query: string, keep: (entry: Entry) => boolean) => {
      const expected = all.filter(keep);
      assert.ok(expected.length > 0 && expected.length < all.length, query);
      assert.deepEqual((await trail(`limit=200&${query}`)).data, expected, query);
    };
    await check("person=MANUELA", ({ user }) => user?.username === "manuela");
    await check("action=stock.adjusted", ({ action }) => action === "stock.adjusted");
    await check(`subject=product:${productId}`, ({ subject }) => subject === `product:${productId}`);
    await check(
      `person=manuela&action=product.updated&subject=product:${productId}`,
      ({ action }) => action === "product.updated",
    );
    assert.deepEqual((await trail("person=nobody&action=&subject=&from=&to=")).data, []);
  });

  it("a day is the shop's day", async () => {
    const at = ["2025-03-01T04:59:59.999Z", "2025-03-01T05:00:00Z", "2025-03-02T04:59:59.999Z", "2025-03-02T05:00:00Z"];
    await shop.db("audit_log").insert(at.map((one) => ({ at: one, action: "day.test", subject: one })));
    const days = async (query: string) => (await trail(`action=day.test&${query}`)).data.map(({ subject }) => subject);
    assert.deepEqual(await days("from=2025-03-01&to=2025-03-01"), [at[2], at[1]]);
    assert.deepEqual(await days("to=2025-02-28"), [at[0]]);
    assert.deepEqual(await days("from=2025-03-02"), [at[3]]);
  });

  it("pages lose and repeat nothing, also of entries of one moment", async () => {
    await shop.db("audit_log").insert(
      Array.from({ length: 11 }, (_, n) => ({
        at: `2025-01-01T00:00:00.00000${n % 3}Z`,
        action: "page.test",
        subject: `page:${n}`,
      })),
    );
    const seen: number[] = [];
    for (let cursor = ""; ; ) {
      const { data, next_cursor } = await trail(`action=page.test&limit=2&cursor=${cursor}`);
      seen.push(...data.map(({ id }) => id));
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    const all = (await trail("action=page.test&limit=200")).data.map(({ id }) => id);
    assert.deepEqual(seen, all);
    assert.equal(new Set(seen).size, 11);

    const browser = await shop.browser("admin");
    let page = await browser.get("/audit?action=page.test&limit=4");
    const shown = [];
    for (;;) {
      shown.push(...page.root.querySelectorAll(".entry").map((entry) => /page:\d+/.exec(entry.text)?.[0]));
      const next = page.root.querySelector('a[rel="next"]')?.getAttribute("href");
      if (!next) break;
      page = await browser.get(next);
    }
    assert.equal(new Set(shown).size, 11);
    assert.equal(shown.length, 11);
  });

  it("what cannot be a day, a cursor or a filter is told, not a fault", async () => {
    for (const query of ["from=0000-01-01", "to=2025-13-01", "from=x", "cursor=x", "limit=0", "colour=red"])
      assert.equal((await admin.get(`/api/v1/audit?${query}`)).status, 422, query);
    assert.equal((await admin.get("/api/v1/audit?person=%00")).status, 400);
    const foreign = Buffer.from('["a",1]').toString("base64url");
    assert.equal((await admin.get(`/api/v1/audit?cursor=${foreign}`)).status, 422);
  });

  it("who takes the products out of the shop is told, and whether with their costs", async () => {
    await (await shop.browser("manager")).get("/products/export.csv");
    await (await shop.api("employee")).get("/api/v1/products/export.csv");
    const { data } = await trail("action=products.exported");
    assert.deepEqual(
      data.map(({ user, after }) => [user?.username, after]),
      [
        ["emilio", { format: "csv", with_costs: false }],
        ["manuela", { format: "csv", with_costs: true }],
      ],
    );
    assert.ok(data.every(({ address }) => address !== null));
  });

  it("goes by indexes, whatever the trail has grown to", async () => {
    await shop.db.raw(
      `INSERT INTO audit_log (at, action, subject, user_name)
       SELECT timestamptz '2024-01-01Z' + n * interval '1 minute', 'plan.' || n % 900, 'thing:' || n % 1000, 'person' || n % 1100
       FROM generate_series(1, 30000) n`,
    );
    await shop.db.raw("ANALYZE audit_log");
    const nothing = { from: undefined, to: undefined, person: undefined, action: undefined, subject: undefined };
    const filters = [
      { filter: {}, index: "audit_log_by_time" },
      { filter: { person: "person7" }, index: "audit_log_by_person" },
      { filter: { action: "plan.3" }, index: "audit_log_by_action" },
      { filter: { subject: "thing:5" }, index: "audit_log_by_subject" },
      { filter: { from: "2024-01-10", to: "2024-01-11" }, index: "audit_log_by_time" },
    ];
    for (const { filter, index } of filters) {
      let plan = "";
      const explain = {
        raw: async (sql: string, bindings: Record<string, string>) => {
          const { rows } = await shop.db.raw(`EXPLAIN ${sql}`, bindings);
          plan = rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
          return { rows: [] };
        },
      };
      await auditRows(
        explain as never,
        { ...nothing, timeZone: "America/Bogota", ...filter },
        { micros: 1.8e15, id: 1 },
        51,
      );
      assert.match(plan, new RegExp(index), plan);
    }
  });
});
