/** Suppliers, and what is bought from them. */
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef } from "../inventory/api.ts";
import { createDeliveries } from "./deliveries.ts";
import { errors } from "./errors.ts";
import { invariants } from "./invariants.ts";
import { ledgers } from "./ledgers.ts";
import { createOrders } from "./orders.ts";
import { deliveryPages } from "./routes/deliveries.ts";
import { deliveriesApi } from "./routes/deliveries-api.ts";
import { orderPages } from "./routes/orders.ts";
import { ordersApi } from "./routes/orders-api.ts";
import { ORDER, READ, RECEIVE, SUPPLIERS } from "./routes/shared.ts";
import { supplierPages } from "./routes/suppliers.ts";
import { suppliersApi } from "./routes/suppliers-api.ts";
import { allowMore } from "./settings.ts";
import { createSuppliers } from "./suppliers.ts";

export const plugin = definePlugin({
  name: "purchases",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/suppliers", "/purchases", "/api/v1/suppliers", "/api/v1/purchases"],
  needs: { inventory: inventoryRef },
  permissions: {
    [READ.permission]: { roles: ["manager"] },
    [ORDER.permission]: { roles: ["manager"] },
    [RECEIVE.permission]: { roles: ["manager"] },
    [SUPPLIERS.permission]: { roles: ["manager"] },
  },
  settings: [allowMore],
  errors,
  setup(host) {
    const { inventory } = host.services;
    const suppliers = createSuppliers(host);
    const orders = createOrders({ ...host, suppliers, inventory });
    const deliveries = createDeliveries({ ...host, suppliers, orders, inventory });
    const parts = { suppliers, orders, deliveries, inventory, transaction: host.db.transaction };
    return {
      routes: [
        ...supplierPages(parts),
        ...orderPages(parts),
        ...deliveryPages(parts),
        ...suppliersApi(parts),
        ...ordersApi(parts),
        ...deliveriesApi(parts),
      ],
      ledgers,
      invariants,
      nav: [
        { key: "purchases", path: "/purchases", permission: READ.permission, order: 45 },
        { key: "suppliers", path: "/suppliers", permission: READ.permission, order: 93, rare: true },
      ],
    };
  },
});
