/** Costs that rose, by store: each has its suppliers, and who works in one of them hears of that one. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { Finding } from "./saying.ts";

interface Answer {
  id: number;
}
const key = () => ({ key: randomUUID() });

describe("what stores pay", () => {
  let shop: Shop;
  let admin: ApiClient;
  let manager: ApiClient;
  let north: number;
  const suppliers = new Map<string, number>();
  const goods = new Map<string, number>();

  before(async () => {
    shop = await openShop();
    [admin, manager] = [await shop.api("admin"), await shop.api("manager")];
    north = (await admin.post<Answer>("/api/v1/stores", { name: "Norte" }, key())).body.id;
    for (const name of ["Molino", "Granero"])
      suppliers.set(name, (await admin.post<Answer>("/api/v1/suppliers", { name }, key())).body.id);
    for (const sku of ["PAN", "CAFE", "VIEJO"]) {
      const made = await admin.post<Answer>("/api/v1/products", { sku, name: sku, price: "5000" });
      goods.set(sku, made.body.id);
    }
    const people = await admin.get<{ data: { id: number; username: string }[] }>("/api/v1/users");
    const manuela = people.body.data.find(({ username }) => username === "manuela")?.id;
    const given = await admin.put(`/api/v1/users/${manuela}/stores`, { store_ids: [1] });
    assert.equal(given.status, 200, given.text);
  });
  after(() => shop?.close());

  /** A delivery, with a line of each cost. */
  async function comes(sku: string, store: number, from: string, ...costs: string[]): Promise<void> {
    const lines = costs.map((cost) => ({ product_id: goods.get(sku), quantity: "1", cost }));
    const body = { supplier_id: suppliers.get(from), store_id: store, lines };
    const came = await admin.post("/api/v1/purchases/receipts", body, key());
    assert.equal(came.status, 201, came.text);
  }
  /** Product, store, cost before and after in minor units. */
  async function told(client: ApiClient) {
    await shop.kernel.jobs.runNow("agents", "margin-agent");
    const { body } = await client.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=margin");
    return body.data
      .filter(({ kind }) => kind === "cost_rose")
      .map(({ facts, store_id: store }) => [facts["sku"], store, facts["beforeMinor"], facts["afterMinor"]])
      .sort();
  }
  async function counted(client: ApiClient): Promise<number | undefined> {
    const { body } = await client.get<{ data: { agent: string; found: number }[] }>("/api/v1/agents");
    return body.data.find(({ agent }) => agent === "margin")?.found;
  }

  it("a store is compared with itself, and told of to who works in it", async () => {
    await comes("PAN", 1, "Molino", "600");
    await comes("PAN", north, "Granero", "700");
    assert.deepEqual(await told(admin), [], "another supplier asks more in the other store, as ever");
    await comes("PAN", north, "Granero", "800");
    await comes("PAN", 1, "Molino", "600");
    assert.deepEqual(await told(admin), [["PAN", north, 70_000, 80_000]]);
    assert.deepEqual(await told(manager), []);
  });

  it("what came free beside what was paid hides no rise, nor do goods that were given up make one", async () => {
    await comes("CAFE", 1, "Molino", "600", "0");
    await comes("CAFE", 1, "Molino", "0");
    await comes("CAFE", 1, "Granero", "660", "0");
    await comes("VIEJO", 1, "Molino", "600");
    await comes("VIEJO", 1, "Molino", "900");
    await admin.patch(`/api/v1/products/${goods.get("VIEJO")}`, { active: false });
    assert.deepEqual(await told(manager), [["CAFE", 1, 60_000, 66_000]]);
  });

  it("how many notices stand is counted for who asks", async () => {
    assert.deepEqual([await counted(admin), await counted(manager)], [2, 1]);
    const page = await (await shop.browser("manager")).get("/agents");
    assert.match(page.root.querySelector("#runs")?.text ?? "", /queda un aviso/);
    const { body } = await manager.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=margin");
    const path = `/api/v1/agents/findings/${body.data[0]?.id}/state`;
    assert.equal((await manager.post(path, { state: "dismissed" }, key())).status, 200);
    assert.deepEqual([await counted(admin), await counted(manager)], [1, 0]);
  });

  it("a rise that was dismissed says nothing of the next one", async () => {
    await comes("CAFE", 1, "Granero", "760");
    assert.deepEqual(await told(manager), [["CAFE", 1, 66_000, 76_000]]);
  });
});
