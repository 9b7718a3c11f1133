/** Products, their stock, and the ledger of every movement. */
import { businessDate } from "../../kernel/clock.ts";
import { createImports, importRequested } from "../../kernel/lists/imports.ts";
import { listRoutes } from "../../kernel/lists/routes.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { createAdvice } from "./advice.ts";
import { inventoryRef, type ProductLink, productsChanged, stockMoved } from "./api.ts";
import { createCatalogue } from "./catalogue.ts";
import { createControl } from "./control.ts";
import { errors } from "./errors.ts";
import { createExport } from "./export.ts";
import { createListExports } from "./export-lists.ts";
import { createSelling } from "./goods.ts";
import { createHolds } from "./holds.ts";
import { homeCard } from "./home.ts";
import { openingStockList } from "./import/opening.ts";
import { priceList } from "./import/prices.ts";
import { productList } from "./import/products.ts";
import { invariants } from "./invariants.ts";
import { createKits } from "./kits.ts";
import { createLedgerExport } from "./ledger-export.ts";
import { ledgers } from "./ledgers.ts";
import { createDeveloper } from "./pictures/developer.ts";
import { createPictures } from "./pictures/pictures.ts";
import { createPriceLists } from "./price-lists.ts";
import { createProducts } from "./products.ts";
import { barcodesOf } from "./queries/codes.ts";
import { demandSince } from "./queries/demand.ts";
import { productsFitting } from "./queries/fitting.ts";
import { categoriesOf, sellableByName, sellingCategories } from "./queries/grid.ts";
import { shelvesUsed } from "./queries/holds.ts";
import { ratesOfSale } from "./queries/rate-of-sale.ts";
import { priceJumps, salesByDay } from "./queries/sales-by-day.ts";
import { textsAfter, textsOf } from "./queries/texts.ts";
import { kitsApi } from "./routes/api-v1/kits.ts";
import { picturesApi } from "./routes/api-v1/pictures.ts";
import { priceListsApi } from "./routes/api-v1/price-lists.ts";
import { productsApi } from "./routes/api-v1/products.ts";
import { stockApi } from "./routes/api-v1/stock.ts";
import { unitsApi } from "./routes/api-v1/units.ts";
import { variantsApi } from "./routes/api-v1/variants.ts";
import { exportRoutes } from "./routes/exports.ts";
import { kitPages } from "./routes/pages/kits.ts";
import { picturePages } from "./routes/pages/picture.ts";
import { priceListPages } from "./routes/pages/price-lists.ts";
import { createDrawProduct, onePages } from "./routes/pages/product.ts";
import { productPages } from "./routes/pages/products.ts";
import { samplePages } from "./routes/pages/sample.ts";
import { stockPages } from "./routes/pages/stock.ts";
import { unitPages } from "./routes/pages/units.ts";
import { variantPages } from "./routes/pages/variants.ts";
import { priceHistoryRoutes } from "./routes/price-history.ts";
import { allowNegative, expiryDays } from "./settings.ts";
import { createStock } from "./stock.ts";
import { createStorePrices } from "./store-prices.ts";
import { createTogether } from "./together.ts";
import { createUnits } from "./units.ts";
import { createVariants } from "./variants.ts";

/** before the shop's day ends: it has sold what it sells */
const SOLD_OUT_MS = 4 * 3_600_000;

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
    "counts.enter": { roles: ["manager", "employee"] },
    "counts.manage": { roles: ["manager"] },
    "transfers.use": { roles: ["manager"] },
  },
  errors,
  emits: [stockMoved, productsChanged, importRequested("inventory")],
  settings: [allowNegative, expiryDays],
  setup(host) {
    const holds = createHolds();
    const products = createProducts({ ...host, holds });
    const stock = createStock(host);
    const catalogue = createCatalogue(host);
    const list = productList({ ...host, holds });
    const imports = createImports(host, [list, priceList(host), openingStockList(host)]);
    const exportAll = createExport({ ...host, after: products.after });
    const priceIn = createStorePrices(host.stores);
    const todayIn = async (storeId: number, aheadMs = 0) => {
      const { timeZone, dayCutoffHour: cutoffHour } = await host.stores.shopOf(storeId);
      const at = new Date(host.clock.now().getTime() + aheadMs);
      return { today: businessDate(at, timeZone, cutoffHour), timeZone, cutoffHour };
    };
    const priceLists = createPriceLists(host);
    const developer = createDeveloper();
    const pictures = createPictures({ ...host, developer });
    const units = createUnits(host);
    const kits = createKits({ ...host, holds });
    const variants = createVariants({ ...host, products, holds });
    const exportLedger = createLedgerExport({ ...host, pages: stock.ledgerPages });
    const advice = createAdvice(host);
    const together = createTogether(host);
    const control = createControl(host, { stock, products, holds });
    const { transaction } = host.db;
    const stocked = { products, units, kits, variants, pictures, stock, catalogue, priceLists, advice };
    const parts = { ...stocked, exportAll, exportLedger, transaction };
    const offered: ProductLink[] = [];
    const draw = createDrawProduct({ ...parts, offered });
    return {
      service: {
        findByCode: async (code, storeId, tx) => {
          const [found, price] = await Promise.all([products.findByCode(code, storeId, tx), priceIn(storeId)]);
          return found && price(found);
        },
        search: async (query, storeId, limit, userId) =>
          (await catalogue.search(query, storeId, limit, userId)).map(await priceIn(storeId)),
        registerFinder: catalogue.registerFinder,
        registerAdviser: advice.register,
        advice,
        registerBuyers: control.lots.registerBuyers,
        offerProductLink: (link) => void offered.push(link),
        registerOrders: holds.registerOrders,
        asksLots: control.lots.asked,
        lotsOf: control.lots.ofDocument,
        textsAfter: (id, limit) => textsAfter(host.db.primary, id, limit),
        textsOf: (ids) => textsOf(host.db.primary, ids),
        demand: (since, halfLifeDays) => demandSince(host.db.replica, since, host.clock.now(), halfLifeDays),
        boughtTogether: together.of,
        registerTakenBack: together.registerTakenBack,
        products: async (ids, storeId, tx) => {
          const price = await priceIn(storeId);
          return new Map([...(await products.byIds(ids, storeId, tx))].map(([id, one]) => [id, price(one)]));
        },
        fitting: async (figures, storeId, of) => {
          const { currency, isOwn } = await priceIn(storeId);
          return productsFitting(host.db.replica, figures, { storeId, currency, isOwn }, of);
        },
        endingIn: catalogue.endingIn,
        categoriesOf: (ids, tx) => categoriesOf(tx ?? host.db.primary, ids),
        units: async (ids, storeId, tx) => {
          const [found, price] = await Promise.all([units.ofAll(ids, tx), priceIn(storeId)]);
          return new Map([...found].map(([id, its]) => [id, its.map(price.unit)]));
        },
        sell: createSelling(stock),
        categories: () => sellingCategories(host.db.primary),
        byName: async (storeId, categoryId, after, limit) => {
          const price = await priceIn(storeId);
          const found = await sellableByName(host.db.primary, storeId, categoryId, after, limit);
          return found.map((one) => price(one));
        },
        async *ratesOfSale(storeId, days, tx) {
          yield* ratesOfSale(tx ?? host.db.primary, { storeId, days, ...(await todayIn(storeId)) });
        },
        salesByDay: async (storeId, productIds, days) =>
          salesByDay(host.db.replica, { storeId, productIds, days, ...(await todayIn(storeId, SOLD_OUT_MS)) }),
        priceJumps: (since) => priceJumps(host.db.replica, since),
        barcodes: (ids) => barcodesOf(host.db.primary, ids),
        tile: (productId, hash) => pictures.read(productId, hash, "tile"),
        priceLists: priceLists.list,
        listPrices: priceLists.listPrices,
        defaultStore: stock.defaultStore,
        issue: stock.issue,
        receive: stock.receive,
      },
      routes: [
        ...productPages({ ...parts, draw }),
        ...onePages({ ...parts, draw }),
        ...picturePages({ ...parts, draw }),
        ...stockPages(parts),
        ...samplePages(imports, list),
        ...listRoutes(imports),
        ...exportRoutes(createListExports({ ...host, after: products.after, onHand: stock.onHand })),
        ...priceListPages(parts),
        ...unitPages(parts),
        ...kitPages(parts),
        ...variantPages(parts),
        ...priceHistoryRoutes(parts),
        ...productsApi(parts),
        ...picturesApi(parts),
        ...stockApi(parts),
        ...priceListsApi(parts),
        ...control.routes,
        ...unitsApi(parts),
        ...kitsApi(parts),
        ...variantsApi(parts),
      ],
      on: [imports.subscription],
      jobs: [
        {
          name: "develop-old-pictures",
          cron: "17 * * * *",
          run: async ({ log, signal }) => {
            const done = await pictures.developOld(signal);
            if (done.developed + done.broken > 0) log.info(done, "old pictures developed");
          },
        },
      ],
      stop: developer.stop,
      ledgers,
      invariants,
      nav: [
        { key: "products", path: "/products", permission: "inventory.read", order: 30 },
        { key: "inventory", path: "/inventory", permission: "inventory.read", order: 40 },
        { key: "lots", path: "/lots", permission: "inventory.read", order: 93, rare: true },
        { key: "transfers", path: "/transfers", permission: "transfers.use", order: 93, rare: true },
        { key: "counts", path: "/counts", permission: "counts.enter", order: 93, rare: true },
        { key: "price_lists", path: "/price-lists", permission: "inventory.manage", order: 93, rare: true },
      ],
      home: [homeCard({ products, stock }), ...control.home],
      hasUsed: shelvesUsed,
    };
  },
});
