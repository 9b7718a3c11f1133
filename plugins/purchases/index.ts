/** Suppliers, and what is bought from them. */
import { createImports, importRequested } from "../../kernel/lists/imports.ts";
import { listRoutes } from "../../kernel/lists/routes.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef } from "../inventory/api.ts";
import { purchasesRef } from "./api.ts";
import { createAwaiting } from "./awaited.ts";
import { createDeliveries } from "./deliveries.ts";
import { errors } from "./errors.ts";
import { createExport } from "./export.ts";
import { supplierList } from "./import/list.ts";
import { invariants } from "./invariants.ts";
import { createLabels } from "./labels/labels.ts";
import { ledgers } from "./ledgers.ts";
import { createOrdering } from "./ordering.ts";
import { createOrders } from "./orders.ts";
import { createPacks } from "./packs.ts";
import { openOrdersOf } from "./queries/orders.ts";
import { costRises, termsOf, usualSuppliers } from "./queries/replenishment.ts";
import { boughtFor } from "./queries/stores.ts";
import { createReplenishment } from "./replenishment.ts";
import { deliveryPages } from "./routes/deliveries.ts";
import { deliveriesApi } from "./routes/deliveries-api.ts";
import { LABELS, labelRoutes } from "./routes/labels.ts";
import { orderPages } from "./routes/orders.ts";
import { ordersApi } from "./routes/orders-api.ts";
import { packRoutes } from "./routes/packs.ts";
import { ORDER, READ, RECEIVE, SUPPLIERS } from "./routes/shared.ts";
import { suggestionRoutes } from "./routes/suggestions.ts";
import { supplierPages } from "./routes/suppliers.ts";
import { suppliersApi } from "./routes/suppliers-api.ts";
import { supplierExportRoutes } from "./routes/suppliers-export.ts";
import { allowMore, coverDays, demandDays, serviceLevel } from "./settings.ts";
import { createSuppliers, LEAD_TIME_DAYS } from "./suppliers.ts";

export const plugin = definePlugin({
  name: "purchases",
  kernel: KERNEL_VERSION,
  optional: true,
  provides: purchasesRef,
  paths: ["/suppliers", "/purchases", "/labels", "/api/v1/suppliers", "/api/v1/purchases", "/api/v1/labels"],
  needs: { inventory: inventoryRef },
  permissions: {
    [READ.permission]: { roles: ["manager"] },
    [ORDER.permission]: { roles: ["manager"] },
    [RECEIVE.permission]: { roles: ["manager"] },
    [SUPPLIERS.permission]: { roles: ["manager"] },
    [LABELS.permission]: { roles: ["manager", "employee"] },
  },
  settings: [allowMore, demandDays, coverDays, serviceLevel],
  errors,
  emits: [importRequested("purchases")],
  setup(host) {
    const { inventory } = host.services;
    const suppliers = createSuppliers(host);
    const imports = createImports(host, [supplierList(host)]);
    const orders = createOrders({ ...host, suppliers, inventory });
    const deliveries = createDeliveries({ ...host, suppliers, orders, inventory });
    const packs = createPacks({ ...host, suppliers, inventory });
    const parts = { suppliers, orders, deliveries, inventory, transaction: host.db.transaction };
    inventory.offerProductLink({
      permission: READ.permission,
      text: "purchases.prices.link",
      path: (id) => `/purchases/prices?product_id=${id}`,
    });
    inventory.registerOrders((tx, ids) => openOrdersOf(tx, ids));
    const awaiting = createAwaiting(host);
    const replenishment = createReplenishment({ ...host, inventory, awaiting });
    const ordering = createOrdering({ replenishment, orders, suppliers });
    const { primary, replica } = host.db;
    return {
      service: {
        suggestions: (storeId, perDay) => replenishment.suggestions({ storeId, perDay }),
        async suppliersOf(productIds) {
          const usual = await usualSuppliers(primary, productIds);
          const known = await termsOf(primary, [...new Set(usual.values())]);
          return new Map(
            [...usual].flatMap(([id, supplier]) => {
              const found = known.get(supplier);
              return found ? [[id, found] as const] : [];
            }),
          );
        },
        awaited: (storeId) => awaiting(storeId),
        leadTimeDays: LEAD_TIME_DAYS,
        costRises: (storeId, since) => costRises(replica, storeId, since),
        async order(tx, actor, advised) {
          const { currency } = await host.stores.shopOf(undefined);
          return ordering.orderAdvised(tx, actor, advised, currency);
        },
      },
      routes: [
        // before /suppliers/:id
        ...supplierExportRoutes(createExport(host)),
        ...supplierPages(parts),
        ...packRoutes({ packs, suppliers, transaction: host.db.transaction }),
        ...listRoutes(imports),
        ...orderPages({ ...parts, ordering }),
        ...deliveryPages(parts),
        ...suppliersApi(parts),
        ...ordersApi(parts),
        ...deliveriesApi(parts),
        ...suggestionRoutes({ ...parts, replenishment, ordering }),
        ...labelRoutes({ labels: createLabels({ inventory, stores: host.stores }), deliveries }),
      ],
      on: [imports.subscription],
      ledgers,
      invariants,
      hasUsed: boughtFor,
      nav: [
        { key: "purchases", path: "/purchases", permission: READ.permission, order: 45 },
        { key: "suppliers", path: "/suppliers", permission: READ.permission, order: 93, rare: true },
        { key: "labels", path: "/labels", permission: LABELS.permission, order: 93, rare: true },
      ],
    };
  },
});
