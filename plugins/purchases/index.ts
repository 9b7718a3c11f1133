/** Suppliers, and what is bought from them. */
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef } from "../inventory/api.ts";
import { errors } from "./errors.ts";
import { READ, SUPPLIERS } from "./routes/shared.ts";
import { supplierPages } from "./routes/suppliers.ts";
import { suppliersApi } from "./routes/suppliers-api.ts";
import { createSuppliers } from "./suppliers.ts";

export const plugin = definePlugin({
  name: "purchases",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/suppliers", "/api/v1/suppliers"],
  needs: { inventory: inventoryRef },
  permissions: {
    [READ.permission]: { roles: ["manager"] },
    [SUPPLIERS.permission]: { roles: ["manager"] },
  },
  errors,
  setup(host) {
    const suppliers = createSuppliers(host);
    const parts = { suppliers, transaction: host.db.transaction };
    return {
      routes: [...supplierPages(parts), ...suppliersApi(parts)],
      nav: [{ key: "suppliers", path: "/suppliers", permission: READ.permission, order: 92, rare: true }],
    };
  },
});
