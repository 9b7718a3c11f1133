/** Customers and what they owe the shop. */
import { createImports, importRequested } from "../../kernel/lists/imports.ts";
import { listRoutes } from "../../kernel/lists/routes.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { createStatements } from "./accounts/statements.ts";
import { type CustomerAction, customersRef } from "./api.ts";
import { createCustomers, createService } from "./customers.ts";
import { errors } from "./errors.ts";
import { createExport } from "./export.ts";
import { createGroups } from "./groups.ts";
import { customerList } from "./import/list.ts";
import { invariants } from "./invariants.ts";
import { ledgers } from "./ledgers.ts";
import { createPoints } from "./points/points.ts";
import { pointsEarn, pointsMinimum, pointsValue } from "./points/settings.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { customersApi } from "./routes/api-v1.ts";
import { exportRoutes } from "./routes/export.ts";
import { groupPages, groupsApi } from "./routes/groups.ts";
import { customerPages } from "./routes/pages.ts";
import { pointRoutes } from "./routes/points.ts";
import { CREDIT, EXPORT, GROUPS, IMPORT } from "./routes/shared.ts";

export const plugin = definePlugin({
  name: "customers",
  kernel: KERNEL_VERSION,
  provides: customersRef,
  permissions: {
    "customers.read": { roles: ["manager", "employee"] },
    "customers.manage": { roles: ["manager", "employee"] },
    [CREDIT]: { roles: ["manager"] },
    [GROUPS]: { roles: ["manager"] },
    [IMPORT]: { roles: ["manager"] },
    [EXPORT]: { roles: ["manager"] },
  },
  settings: [pointsEarn, pointsValue, pointsMinimum],
  errors,
  emits: [importRequested("customers")],
  setup(host) {
    const register = createCustomers(host);
    const actions: CustomerAction[] = [];
    const groups = createGroups(host);
    const points = createPoints(host);
    const imports = createImports(host, [customerList(host)]);
    const statements = createStatements(host);
    const parts = { register, groups, actions, transaction: host.db.transaction };
    return {
      service: createService(register, host, actions, points),
      routes: [
        ...customerPages(parts),
        ...customersApi(parts),
        ...groupPages(parts),
        ...groupsApi(parts),
        ...accountRoutes({ register, statements }),
        ...listRoutes(imports),
        ...exportRoutes(createExport(host)),
        ...pointRoutes({ register, points }),
      ],
      on: [imports.subscription],
      ledgers,
      invariants,
      nav: [
        { key: "customers", path: "/customers", permission: "customers.read", order: 28 },
        { key: "receivables", path: "/receivables", permission: "customers.read", order: 93, rare: true },
      ],
    };
  },
});
