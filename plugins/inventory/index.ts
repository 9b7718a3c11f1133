/** Products, their stock, and the ledger of every movement. */
import { on } from "../../kernel/events/event.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef, productsChanged, stockMoved } from "./api.ts";
import { createCatalogue } from "./catalogue.ts";
import { errors } from "./errors.ts";
import { createExport } from "./export.ts";
import { homeCard } from "./home.ts";
import { createImports, importRequested } from "./imports.ts";
import { invariants } from "./invariants.ts";
import { ledgers } from "./ledgers.ts";
import { createPictures } from "./pictures/pictures.ts";
import { createProducts } from "./products.ts";
import { sellableByName, sellingCategories } from "./queries/grid.ts";
import { importsApi } from "./routes/api-v1/imports.ts";
import { picturesApi } from "./routes/api-v1/pictures.ts";
import { productsApi } from "./routes/api-v1/products.ts";
import { stockApi } from "./routes/api-v1/stock.ts";
import { importPages } from "./routes/pages/imports.ts";
import { picturePages } from "./routes/pages/picture.ts";
import { createDrawProduct, onePages } from "./routes/pages/product.ts";
import { productPages } from "./routes/pages/products.ts";
import { stockPages } from "./routes/pages/stock.ts";
import { allowNegative } from "./settings.ts";
import { createStock } from "./stock.ts";

/** days after which a finished import and its faulty rows are forgotten */
const KEEP_IMPORTS = 30;

export const plugin = definePlugin({
  name: "inventory",
  kernel: KERNEL_VERSION,
  provides: inventoryRef,
  permissions: {
    "inventory.read": { roles: ["manager", "employee"] },
    "inventory.manage": { roles: ["manager"] },
    "inventory.adjust": { roles: ["manager"] },
    "inventory.import": { roles: ["manager"] },
    "inventory.cost": { roles: ["manager"] },
  },
  errors,
  emits: [stockMoved, productsChanged, importRequested],
  settings: [allowNegative],
  setup(host) {
    const products = createProducts(host);
    const stock = createStock(host);
    const catalogue = createCatalogue(host);
    const imports = createImports(host);
    const exportAll = createExport({ ...host, after: products.after });
    const pictures = createPictures(host);
    const parts = { products, pictures, stock, catalogue, imports, exportAll, transaction: host.db.transaction };
    const draw = createDrawProduct(parts);
    return {
      service: {
        findByCode: products.findByCode,
        search: catalogue.search,
        products: products.byIds,
        categories: () => sellingCategories(host.db.primary),
        byName: (categoryId, after, limit) => sellableByName(host.db.primary, categoryId, after, limit),
        picture: pictures.read,
        defaultStore: stock.defaultStore,
        issue: stock.issue,
        receive: stock.receive,
      },
      routes: [
        ...productPages(parts),
        ...onePages({ ...parts, draw }),
        ...picturePages({ ...parts, draw }),
        ...stockPages(parts),
        ...importPages(parts),
        ...productsApi(parts),
        ...picturesApi(parts),
        ...stockApi(parts),
        ...importsApi(parts),
      ],
      on: [on(importRequested, "run-import", ({ payload }) => imports.carryOn(payload.importId))],
      jobs: [
        {
          name: "forget-imports",
          cron: "41 3 * * *",
          run: async ({ log }) => log.info({ gone: await imports.clean(KEEP_IMPORTS) }, "old imports removed"),
        },
      ],
      ledgers,
      invariants,
      nav: [
        { key: "products", path: "/products", permission: "inventory.read", order: 30 },
        { key: "inventory", path: "/inventory", permission: "inventory.read", order: 40 },
      ],
      home: [homeCard({ products, stock })],
    };
  },
});
