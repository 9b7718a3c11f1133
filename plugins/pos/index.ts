/** The till: registers, carts, sales and their receipts. */
import { on, onMany } from "../../kernel/events/event.ts";
import { authenticatorRef } from "../../kernel/http/session.ts";
import { LOCALES } from "../../kernel/i18n.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { optionalRef } from "../../kernel/service.ts";
import { customersRef } from "../customers/api.ts";
import { inventoryRef } from "../inventory/api.ts";
import { drawerOpened, type Sales, type SalesLookup, SEE_LOSS, saleCompleted, salesRef, saleTakenBack } from "./api.ts";
import { createHandlers } from "./booked-tenders.ts";
import { createBuyers } from "./buyers.ts";
import { createCarts } from "./carts.ts";
import { createCollections } from "./collections.ts";
import { configSchema } from "./config.ts";
import { createDiscounts, DISCOUNT } from "./discounts.ts";
import { createDrawer } from "./drawer.ts";
import { errors } from "./errors.ts";
import { measureTill } from "./figures.ts";
import { createGoesWell } from "./goes-well.ts";
import { createGroupPrices } from "./group-prices.ts";
import { homeCards } from "./home.ts";
import { invariants } from "./invariants.ts";
import { ledgers } from "./ledgers.ts";
import { createMail } from "./letters/mail.ts";
import { lossByCashier } from "./loss-insight.ts";
import { createMessages } from "./messages/messages.ts";
import { navigation } from "./navigation.ts";
import { createParking } from "./parking.ts";
import { createAnswers } from "./payments/answers.ts";
import { createIntents } from "./payments/intents.ts";
import type { PaymentProvider } from "./payments/provider.ts";
import { createPaymentWorker } from "./payments/worker.ts";
import { createSalePoints } from "./points.ts";
import { createPosting } from "./posting.ts";
import { createPrices } from "./prices.ts";
import { createDrawing } from "./printing/drawing.ts";
import { measurePrinting } from "./printing/metrics.ts";
import { createPrinting } from "./printing/printing.ts";
import { createWorker } from "./printing/worker.ts";
import { createProgramSales } from "./program-sales.ts";
import { createPromotions } from "./promotions/promotions.ts";
import { hoursOfSales } from "./queries/hours.ts";
import { lossFacts } from "./queries/loss.ts";
import { dayTotals } from "./queries/sales.ts";
import { hasShifts } from "./queries/whereabouts.ts";
import { createLinks, newLinkKeyCommand } from "./receipts/links.ts";
import { createReceipts } from "./receipts/receipts.ts";
import { createRegisters } from "./registers.ts";
import { createReturns } from "./returns.ts";
import { salesApi } from "./routes/api-v1.ts";
import { buyerPages } from "./routes/buyers.ts";
import { cartIntentPages } from "./routes/cart-intents.ts";
import { cartsApi } from "./routes/carts-api.ts";
import { chooseRegister } from "./routes/choose-register.ts";
import { COLLECT, collectionPages, debtPages } from "./routes/collections.ts";
import { joinCustomers } from "./routes/customers.ts";
import { discountPages } from "./routes/discounts.ts";
import { drawerRoutes, OPEN_DRAWER } from "./routes/drawer.ts";
import { gridPages } from "./routes/grid.ts";
import { groupPriceRoutes } from "./routes/group-prices.ts";
import { intentPages } from "./routes/intents.ts";
import { intentsApi } from "./routes/intents-api.ts";
import { letterRoutes } from "./routes/letters.ts";
import { lossRoutes } from "./routes/loss.ts";
import { WRITE_MESSAGES } from "./routes/messages.ts";
import { messageRoutes } from "./routes/messages-api.ts";
import { parkingRoutes } from "./routes/parking.ts";
import { paymentPages } from "./routes/payment.ts";
import { about, createPlaces } from "./routes/places.ts";
import { pricePages } from "./routes/prices.ts";
import { MANAGE_PRINTERS, printerPages } from "./routes/printers.ts";
import { printersApi } from "./routes/printers-api.ts";
import { MANAGE_PROMOTIONS, promotionPages } from "./routes/promotions.ts";
import { promotionsApi } from "./routes/promotions-api.ts";
import { receiptRoutes } from "./routes/receipts.ts";
import { registerPages } from "./routes/register.ts";
import { MANAGE_REGISTERS, registersPages } from "./routes/registers.ts";
import { registersApi } from "./routes/registers-api.ts";
import { REFUND, returnPages, VOID } from "./routes/returns.ts";
import { returnsApi } from "./routes/returns-api.ts";
import { salesPages } from "./routes/sales-pages.ts";
import { closingPages } from "./routes/shift-closing.ts";
import { shiftPrintRoutes } from "./routes/shift-prints.ts";
import { createDrawShift, shiftPages } from "./routes/shifts.ts";
import { shiftsApi } from "./routes/shifts-api.ts";
import { MANAGE_TENDERS, tenderRoutes } from "./routes/tenders.ts";
import { MANAGE_VOUCHERS, SELL_CARDS, voucherPages, vouchersApi } from "./routes/vouchers.ts";
import { createSales } from "./sales.ts";
import { createFindCode } from "./scanning.ts";
import { differenceLimit, discountLimit, explicitShift, receiptWidth, scaleCodes, smallestCoin } from "./settings.ts";
import { createShiftPrints } from "./shift-prints.ts";
import { createShifts } from "./shifts.ts";
import { tellInventory } from "./telling.ts";
import { createTenders } from "./tenders.ts";
import { probeCheck } from "./validation.ts";
import { createVouchers } from "./vouchers.ts";
import { createWhereabouts } from "./whereabouts.ts";

/** that print jobs and addresses of letters are kept */
const KEPT_DAYS = 30;

export const plugin = definePlugin({
  name: "pos",
  kernel: KERNEL_VERSION,
  provides: salesRef,
  needs: { inventory: inventoryRef, customers: optionalRef(customersRef), people: optionalRef(authenticatorRef) },
  permissions: {
    "pos.sell": { roles: ["manager", "employee"] },
    "pos.change_price": { roles: ["manager"] },
    [OPEN_DRAWER]: { roles: ["manager"] },
    [DISCOUNT]: { roles: ["manager"] },
    "sales.read": { roles: ["manager", "employee"] },
    [REFUND]: { roles: ["manager"] },
    [VOID]: { roles: ["manager"] },
    "shifts.use": { roles: ["manager", "employee"] },
    "shifts.read": { roles: ["manager"] },
    [SEE_LOSS]: { roles: ["manager"] },
    [MANAGE_REGISTERS]: { roles: ["manager"] },
    [MANAGE_PROMOTIONS]: { roles: ["manager"] },
    [MANAGE_TENDERS]: { roles: ["manager"] },
    [COLLECT]: { roles: ["manager", "employee"] },
    [SELL_CARDS]: { roles: ["manager", "employee"] },
    [WRITE_MESSAGES]: { roles: ["manager"] },
    [MANAGE_VOUCHERS]: { roles: ["manager"] },
    [MANAGE_PRINTERS]: { roles: [], adminOnly: true },
  },
  settings: [explicitShift, differenceLimit, discountLimit, smallestCoin, scaleCodes, receiptWidth],
  config: configSchema,
  errors,
  emits: [saleCompleted, saleTakenBack, drawerOpened],
  validations: [probeCheck],
  setup({ config, db, clock, services, emit, audit, settings, stores, log, metrics, texts }) {
    const { inventory, customers } = services;
    tellInventory(inventory, db);
    const handlers = createHandlers({ customers });
    const points = createSalePoints(customers);
    // filled by the plugins that need us, before anything starts
    const providers = new Map<string, PaymentProvider>();
    const groupPrices = createGroupPrices({ db, audit, inventory, stores, customers });
    const buyers = createBuyers({ db, clock, customers, groupPrices });
    const find = createFindCode({ inventory, settings, stores });
    const promotions = createPromotions({ db, clock, audit, inventory, stores, customers });
    const carts = createCarts({ db, clock, inventory, find, groupPrices, promotions });
    const goesWell = createGoesWell({ inventory, groupPrices });
    const counter = { hasCustomers: customers !== undefined, points, goesWell };
    const parking = createParking({ db, clock, audit });
    const messages = createMessages({ db, clock, audit, stores, workers: () => services.people?.workers });
    const registers = createRegisters({ db, clock, audit, stores });
    const shifts = createShifts({ db, clock, audit, settings, log });
    const drawer = createDrawer({ db, clock, audit, emit, shifts });
    const tenders = createTenders({ db, audit, handled: new Set(handlers.keys()), providers });
    const timeoutMs = config.PAYMENT_TIMEOUT_SECONDS * 1000;
    const answers = createAnswers({ db, clock, providers, timeoutMs });
    const payments = createPaymentWorker({ db, clock, log, providers, answers, timeoutMs });
    const wake = payments.wake;
    const intents = createIntents({ db, clock, audit, log, providers, tenders, shifts, answers, wake });
    const discounts = createDiscounts({ audit, settings });
    const post = createPosting({ clock, inventory, emit, shifts, tenders, handlers, points, intents, settings });
    const sales = createSales({ db, post, discounts, intents, promotions, customers });
    const programSales = createProgramSales({
      inventory,
      find,
      audit,
      discounts,
      buyers,
      groupPrices,
      promotions,
      post,
    });
    const returns = createReturns({
      db,
      clock,
      inventory,
      emit,
      audit,
      settings,
      tenders,
      handlers,
      points,
      intents,
      shifts,
    });
    const collections = createCollections({ db, clock, audit, shifts, tenders, customers });
    const vouchers = createVouchers({ db, clock, audit, collections });
    const collecting = { collections, vouchers, tenders, carts, registerOf: registers.inUse };
    const prices = createPrices({ audit });
    const links = createLinks(db);
    const publicUrl = config.PUBLIC_URL;
    const receipts = createReceipts({ db, clock, audit, settings, stores, tenders, links, points, publicUrl });
    const draw = createDrawing({ receipts, tenders, shifts, stores, clock, text: texts[LOCALES[0]] });
    const worker = createWorker({ db, clock, log, sendMs: config.PRINT_TIMEOUT_SECONDS * 1000, draw });
    const printing = createPrinting({ db, clock, audit, worker });
    const prints = createShiftPrints({ clock, audit, shifts, printing });
    const drawShift = createDrawShift({ shifts, drawer, printing });
    measurePrinting(metrics, printing, clock);
    const { letters, counter: mailCounter, office } = createMail({ config, db, clock, log, audit, receipts, texts });
    customers?.mailThrough(mailCounter);
    const totals: SalesLookup["dayTotals"] = (days) => dayTotals(db.replica, days);
    measureTill({ db, clock, stores, metrics, totals });
    const losses: Sales["losses"] = async (range) => lossByCashier(await lossFacts(db.replica, range));
    const place = createPlaces(createWhereabouts(db));
    return {
      service: {
        dayTotals: totals,
        losses,
        hoursOfSales: (asked) => hoursOfSales(db.replica, asked),
        letters: mailCounter,
        registerProvider(provider) {
          if (providers.has(provider.code)) throw new Error(`two providers are called ${provider.code}`);
          providers.set(provider.code, provider);
        },
      },
      routes: [
        ...about(place.cart, [
          ...registerPages({ ...counter, carts, sales, advice: inventory.advice }),
          ...gridPages({ carts, inventory, groupPrices }),
          ...parkingRoutes({ parking, carts }),
          ...cartsApi({ carts, parking, sales, buyers }),
          ...pricePages({ carts, prices }),
          ...discountPages({ carts, discounts }),
          ...paymentPages({ carts, sales, tenders, intents, registerOf: registers.inUse, points, settings }),
          ...cartIntentPages({ intents, carts, tenders }),
          ...(customers ? buyerPages({ carts, buyers, customers }) : []),
        ]),
        ...about(place.sale, [
          ...receiptRoutes({ receipts, printing }),
          ...letterRoutes({ letters, receipts }),
          ...returnPages({ returns, tenders, carts }),
          ...returnsApi({ returns }),
        ]),
        ...about(place.shift, [
          ...shiftPages({ shifts, carts, stores, draw: drawShift }),
          ...shiftPrintRoutes({ prints, receipts, draw: drawShift }),
          ...closingPages({ shifts }),
          ...drawerRoutes({ drawer, carts }),
        ]),
        ...about(place.register, [
          ...chooseRegister({ carts, registers, shifts, stores }),
          ...registersPages({ registers }),
          ...registersApi({ registers }),
        ]),
        ...about(place.collection, collectionPages(collecting)),
        ...about(place.till, [...voucherPages(collecting), ...(customers ? debtPages(collecting, customers) : [])]),
        ...about(place.named, vouchersApi(collecting)),
        ...about(place.intent, [
          ...intentPages({ intents, tenders, stores }),
          ...intentsApi({ intents, registerOf: registers.inUse }),
        ]),
        ...salesPages({ sales, tenders, stores, place }),
        ...salesApi({ sales, programSales, place }),
        ...shiftsApi({ shifts, carts, place }),
        ...about(place.store, lossRoutes({ clock, load: losses })),
        ...(customers ? groupPriceRoutes({ groupPrices, transaction: db.transaction }) : []),
        ...(customers ? joinCustomers(customers, { db }) : []),
        ...promotionPages({ promotions, inventory, customers, transaction: db.transaction }),
        ...promotionsApi({ promotions, transaction: db.transaction }),
        ...messageRoutes({ messages, transaction: db.transaction }),
        ...tenderRoutes({ tenders }),
        ...printerPages({ printing, place }),
        ...printersApi({ printing, place }),
      ],
      ledgers,
      invariants,
      on: [
        onMany(saleCompleted, "print", printing.documentsTold),
        on(drawerOpened, "open-drawer", ({ payload }, tx) => printing.drawerOpened(tx, payload)),
        onMany(saleTakenBack, "print-taken-back", printing.documentsTold),
      ],
      jobs: [
        { name: "forget-messages", cron: "39 3 * * *", run: async () => void (await messages.forget()) },
        {
          name: "clean-print-queue-and-letters",
          cron: "37 3 * * *",
          run: async ({ log }) =>
            log.info(
              { jobs: await printing.clean(KEPT_DAYS), letters: await letters.clean(KEPT_DAYS) },
              "settled ones gone",
            ),
        },
      ],
      async start() {
        worker.start();
        payments.start();
        office?.start();
      },
      async stop() {
        await Promise.all([worker.stop(), payments.stop(), office?.stop()]);
      },
      commands: [newLinkKeyCommand(db)],
      nav: navigation({ hasCustomers: customers !== undefined }),
      home: homeCards({ clock, db, stores, totals, registers, parking, messages, mayManage: MANAGE_REGISTERS }),
      hasDocuments: hasShifts,
    };
  },
});
