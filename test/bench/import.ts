/** A price list of 50,000 rows through the API. */
import { setTimeout as pause } from "node:timers/promises";
import { openShop } from "../harness/shop.ts";
import type { Figure } from "./stats.ts";

const ROWS = 50_000;

export async function importList(): Promise<Figure[]> {
  const shop = await openShop();
  try {
    const admin = await shop.api("admin");
    const rows = Array.from(
      { length: ROWS },
      (_, n) => `SKU${n},Producto número ${n},77${String(n).padStart(10, "0")},${100 + n}.50,10`,
    );
    const list = ["sku,name,barcodes,price,stock", ...rows].join("\n");
    const started = performance.now();
    const job = await admin.post<{ job_id: number }>("/api/v1/products/import", list, { type: "text/csv" });
    if (job.status !== 202) throw new Error(`the import answered ${job.status}: ${job.text}`);
    let state = { status: "", created: 0 };
    while (!["done", "refused"].includes(state.status)) {
      await pause(100);
      state = (await admin.get<typeof state>(`/api/v1/imports/${job.body.job_id}`)).body;
    }
    if (state.created !== ROWS) throw new Error(`${state.created} of ${ROWS} products were made`);
    const seconds = (performance.now() - started) / 1000;
    return [{ name: "import of 50,000 rows", value: seconds, unit: "s", beside: "limit 60 s", samples: [seconds] }];
  } finally {
    await shop.close();
  }
}
