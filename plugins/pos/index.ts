/** The till: registers, carts, sales and their receipts. */
import { businessDate } from "../../kernel/clock.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef } from "../inventory/api.ts";
import { saleCompleted, salesRef } from "./api.ts";
import { createCarts } from "./carts.ts";
import { errors } from "./errors.ts";
import { ledgers } from "./ledgers.ts";
import { createPrices } from "./prices.ts";
import { dayTotals } from "./queries/sales.ts";
import { salesApi } from "./routes/api-v1.ts";
import { pricePages } from "./routes/prices.ts";
import { registerPages } from "./routes/register.ts";
import { salesPages } from "./routes/sales-pages.ts";
import { createSales } from "./sales.ts";

export const plugin = definePlugin({
  name: "pos",
  kernel: KERNEL_VERSION,
  provides: salesRef,
  needs: { inventory: inventoryRef },
  permissions: {
    "pos.sell": { roles: ["manager", "employee"] },
    "pos.change_price": { roles: ["manager"] },
    "sales.read": { roles: ["manager", "employee"] },
  },
  errors,
  emits: [saleCompleted],
  setup({ db, clock, services, emit, audit }) {
    const { inventory } = services;
    const carts = createCarts({ db, clock, inventory });
    const sales = createSales({ db, clock, inventory, emit, audit });
    const prices = createPrices({ audit });
    const totals = (day: string) => dayTotals(db.replica, day);
    return {
      service: { dayTotals: totals },
      routes: [
        ...registerPages({ carts, sales }),
        ...pricePages({ carts, prices }),
        ...salesPages({ sales }),
        ...salesApi({ sales }),
      ],
      ledgers,
      nav: [
        { key: "register", path: "/pos", permission: "pos.sell", order: 10 },
        { key: "sales", path: "/sales", permission: "sales.read", order: 20 },
      ],
      home: [
        {
          order: 10,
          async load({ can, shop, text }) {
            if (!can("pos.sell")) return undefined;
            const today = businessDate(clock.now(), shop.timeZone, shop.dayCutoffHour);
            const { sales: count, totalMinor } = await totals(today);
            return { view: "pos/home-card", model: { count, dayTotal: text.money(totalMinor, shop.currency) } };
          },
        },
      ],
    };
  },
});
