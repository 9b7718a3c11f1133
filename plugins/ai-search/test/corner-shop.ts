/** A corner shop with goods that can be found. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { until } from "../../../test/harness/until.ts";

export type Good = readonly [sku: string, name: string, category: string | undefined, price: string];

export const GOODS: readonly Good[] = [
  ["L1", "Leche entera Alquería 1100 ml", "Lácteos", "5600"],
  ["L2", "Leche deslactosada Alpina 1 L", "Lácteos", "6200"],
  ["L3", "Arequipe Alpina 220 g", "Lácteos", "7900"],
  ["L4", "Yogur Alpina fresa 1 L", "Lácteos", "9900"],
  ["G1", "Gaseosa Postobón manzana 400 ml", "Bebidas", "2500"],
  ["G2", "Gaseosa Coca-Cola 1.5 L", "Bebidas", "7200"],
  ["A1", "Agua Cristal 600 ml", "Bebidas", "1800"],
  ["P1", "Pan tajado Bimbo 500 g", "Panadería", "8900"],
  ["J1", "Jabón Rey 300 g", "Aseo", "3100"],
  ["J2", "Jabones de tocador Palmolive x3", "Aseo", "9800"],
  ["C1", "Café Sello Rojo 500 g", "Despensa", "17900"],
  ["C2", "Café Águila Roja 500 g", "Despensa", "16900"],
  ["D1", "Chocolate Corona 500 g", "Despensa", "12900"],
];

/** Adds them with fifty of each on the shelf; answers their ids by code, as soon as the last is found by its name. */
export async function stock(manager: ApiClient, goods: readonly Good[] = GOODS): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const [sku, name, category, price] of goods) {
    const made = await manager.post<{ id: number }>("/api/v1/products", {
      sku,
      name,
      price,
      ...(category === undefined ? {} : { category }),
    });
    assert.equal(made.status, 201, made.text);
    ids.set(sku, made.body.id);
    const received = { product_id: made.body.id, quantity: "50", reason: "received" };
    await manager.post("/api/v1/inventory/adjustments", received, { key: randomUUID() });
  }
  const [sku = "", name = ""] = goods.at(-1) ?? [];
  await findable(manager, name, sku);
  return ids;
}

export async function findable(client: ApiClient, q: string, sku: string): Promise<void> {
  await until(async () => {
    const { body } = await client.get<{ results?: { sku: string }[] }>(
      `/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}`,
    );
    return body.results?.some((one) => one.sku === sku) === true;
  });
}
