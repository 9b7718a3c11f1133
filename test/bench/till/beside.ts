/** What else must stay quick in a large shop: the pages of a manager, and the checks of the books. */
import type { Shop } from "../../harness/shop.ts";
import { managerIn } from "../shop/manager.ts";
import { type Figure, percentile } from "../stats.ts";

const PAGES = [
  "/",
  "/sales",
  "/sales?cashier=Luz+Quintero",
  "/shifts",
  "/products",
  "/products?q=leche",
  "/inventory?low=1",
];
const TIMES = 7;

export async function beside(shop: Shop): Promise<Figure[]> {
  const browser = await managerIn(shop);
  const figures: Figure[] = [];
  for (const path of PAGES) {
    const samples: number[] = [];
    for (let turn = 0; turn < TIMES; turn++) {
      const started = performance.now();
      const page = await browser.get(path);
      samples.push(performance.now() - started);
      if (page.status !== 200) throw new Error(`${path} answered ${page.status}`);
    }
    figures.push({
      name: `GET ${path}, median of ${TIMES}`,
      value: percentile(samples, 0.5),
      unit: "ms",
      beside: "",
      samples,
    });
  }
  for (const scope of ["recent", "whole"] as const) {
    const started = performance.now();
    const broken = await shop.kernel.invariants.check(scope, console.log);
    const seconds = (performance.now() - started) / 1000;
    const name = `all invariants, ${scope === "whole" ? "as each night" : "as every five minutes"}`;
    figures.push({ name, value: seconds, unit: "s", beside: `${broken} broken`, samples: [seconds] });
  }
  return figures;
}
