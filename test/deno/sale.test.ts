import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { upright } from "../../plugins/inventory/test/sample-pictures.ts";
import { type App, startApp } from "../contract/copy.ts";
import { createApiClient } from "../harness/api-client.ts";

const root = join(import.meta.dirname, "../..");
const admin = { username: "admin", password: "correct horse battery" };

interface Sale {
  id: number;
  total: string;
  change: string;
  number: string;
}

describe("the whole shop on Deno, with its own PostgreSQL", () => {
  let folder: string;
  let app: App | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-deno-"));
    app = await startApp({
      cwd: root,
      command: join(root, "node_modules/.bin/deno"),
      args: ["run", "-A", "--no-lock", "kernel/main.ts"],
      env: {
        NODE_ENV: "test",
        PORT: "0",
        DATA_DIR: folder,
        DATABASE_URL: "",
        REDIS_URL: "",
        LOG_LEVEL: "info",
        ADMIN_USERNAME: admin.username,
        ADMIN_PASSWORD: admin.password,
        RATE_LIMIT_ANONYMOUS: "100000/m",
        RATE_LIMIT_USER: "100000/m",
        RATE_LIMIT_LOGIN: "100000/m",
        RATE_LIMIT_CODES: "100000/m",
        RATE_LIMIT_LETTERS: "100000/m",
      },
    });
  }).timeout(180_000);
  after(async () => {
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("all parts are well", async () => {
    const { body } = await client().get<{ status: string; checks: Record<string, { status: string }> }>("/health");
    assert.equal(body.status, "ok");
    for (const name of ["database", "plugin auth", "plugin inventory", "plugin pos"])
      assert.equal(body.checks[name]?.status, "ok", name);
  });

  it("a product is made, stocked and sold for cash, and the stock has moved", async () => {
    const login = await client().post<{ access_token: string }>("/api/v1/auth/login", admin);
    assert.equal(login.status, 200, login.text);
    const api = client(login.body.access_token);
    const facts = { sku: "TINTO", name: "Tinto", price: "2500.00" };
    const product = await api.post<{ id: number }>("/api/v1/products", facts);
    assert.equal(product.status, 201, product.text);
    const arrival = { product_id: product.body.id, quantity: "10.000", reason: "Compra" };
    const movement = await api.post("/api/v1/inventory/adjustments", arrival, { key: "arrival" });
    assert.equal(movement.status, 201, movement.text);

    const order = { items: [{ code: "TINTO", quantity: "3" }], payments: [{ method: "cash", amount: "10000" }] };
    const sale = await api.post<Sale>("/api/v1/sales", order, { key: "first" });
    assert.equal(sale.status, 201, sale.text);
    assert.deepEqual({ total: sale.body.total, change: sale.body.change }, { total: "7500.00", change: "2500.00" });
    const again = await api.post<Sale>("/api/v1/sales", order, { key: "first" });
    assert.deepEqual({ status: again.status, number: again.body.number }, { status: 200, number: sale.body.number });

    const left = await api.get<{ on_hand: string }>("/api/v1/products/by-code/TINTO");
    assert.equal(left.body.on_hand, "7.000");
  });

  it("a picture is developed, in a thread that reads the source as well", async () => {
    const login = await client().post<{ access_token: string }>("/api/v1/auth/login", admin);
    const api = client(login.body.access_token);
    const product = await api.get<{ id: number }>("/api/v1/products/by-code/TINTO");
    const path = `/api/v1/products/${product.body.id}/picture`;
    const picture = await api.put<{ width: number; height: number }>(path, upright, { type: "image/jpeg" });
    assert.deepEqual([picture.status, picture.body.width, picture.body.height], [200, 4, 6], picture.text);
  });

  it("a page is drawn", async () => {
    const response = await fetch(`${app?.url}/login`, { headers: { accept: "text/html", connection: "close" } });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /name="password"/);
  });

  it("SIGTERM ends it cleanly, with its database", async () => {
    const ending = app;
    app = undefined;
    assert.equal(await ending?.stop(), 0);
  });

  function client(token?: string) {
    return createApiClient(() => app?.url ?? assert.fail("it is not running"), token);
  }
});
