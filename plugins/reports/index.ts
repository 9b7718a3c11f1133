/** Reports of the shop: sums kept right by the events of sales, read by everyone who runs it. */
import { onMany } from "../../kernel/events/event.ts";
import { authenticatorRef } from "../../kernel/http/session.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { optionalRef } from "../../kernel/service.ts";
import { customersRef } from "../customers/api.ts";
import { inventoryRef } from "../inventory/api.ts";
import { saleCompleted, salesRef, saleTakenBack } from "../pos/api.ts";
import { reportCommands } from "./commands.ts";
import { createCounting } from "./counting.ts";
import { errors } from "./errors.ts";
import { todayCard } from "./home.ts";
import { invariants } from "./invariants.ts";
import { createLane } from "./lane.ts";
import { createLetters } from "./mailing/letters.ts";
import { createMailings, REPORT_LETTER, SCHEDULE } from "./mailing/mailings.ts";
import { createPreparing } from "./preparing/preparing.ts";
import { createReading } from "./reading.ts";
import { reportsApi } from "./routes/api.ts";
import { reportExports } from "./routes/exports.ts";
import { fileRoutes } from "./routes/files.ts";
import { reportPages } from "./routes/pages.ts";
import { schedulePages } from "./routes/schedules.ts";
import { schedulesApi } from "./routes/schedules-api.ts";
import { READ } from "./routes/shared.ts";

/** files that go straight out, by download or letter: each holds a connection of the database */
const AT_ONCE = 2;

export const plugin = definePlugin({
  name: "reports",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/reports", "/api/v1/reports"],
  needs: {
    inventory: inventoryRef,
    sales: salesRef,
    customers: optionalRef(customersRef),
    people: optionalRef(authenticatorRef),
  },
  permissions: { [READ.permission]: { roles: ["manager"] }, [SCHEDULE]: { roles: ["manager"] } },
  errors,
  setup(host) {
    const { db, audit, log } = host;
    const counting = createCounting(host);
    const reading = createReading({ ...host, permissions: new Set(host.permissions.keys()) });
    const lane = createLane(AT_ONCE);
    const office = host.services.sales.letters;
    const mailings = createMailings({ ...host, reading, office, workers: () => host.services.people?.workers });
    office.writeBy(REPORT_LETTER, createLetters({ ...host, reading, office, lane, mailings }));
    const preparing = createPreparing({ ...host, reading });
    const leaving = new AbortController();
    let past: Promise<unknown> = Promise.resolve();
    return {
      routes: [
        // before the reports themselves: "schedules" is none
        ...schedulePages({ db, reading, mailings }),
        ...schedulesApi({ db, reading, mailings }),
        ...fileRoutes({ preparing }),
        ...reportPages({ reading, counting }),
        ...reportExports({ reading, db, audit, lane }),
        ...reportsApi({ reading }),
      ],
      on: [
        onMany(saleCompleted, "count-sale", (events, tx) => counting.documents(tx, documentsOf(events)), {
          gatherMs: 1000,
        }),
        onMany(saleTakenBack, "count-taken-back", (events, tx) => counting.documents(tx, documentsOf(events))),
      ],
      jobs: [
        {
          name: "catch-up",
          cron: "*/5 * * * *",
          run: async ({ signal }) => void (await counting.catchUp(signal)),
        },
        {
          name: "compare-sums",
          // after the kernel's own look at the books, and made up for by a PC that was off at night
          cron: "55 * * * *",
          run: async ({ signal }) => {
            if (await counting.compareIsDue()) await counting.compare(signal);
          },
        },
        {
          name: "send-due",
          cron: "* * * * *",
          run: async ({ signal }) => void (await mailings.sendDue(signal)),
        },
        { name: "clean-files", cron: "41 * * * *", run: async () => void (await preparing.clean()) },
        { name: "forget-letters", cron: "23 3 * * *", run: () => mailings.forget() },
        { name: "forget-marks", cron: "17 3 * * *", run: () => counting.forgetMarks() },
      ],
      invariants,
      home: [todayCard(host)],
      commands: reportCommands(counting),
      nav: [{ key: "reports", path: "/reports", permission: READ.permission, order: 88, rare: true }],
      // a shop that was there before the plugin is counted while it sells on
      async start() {
        past = counting
          .catchUp(leaving.signal)
          .catch((error) =>
            log.error({ err: error }, "the documents of before could not be counted; a job tries again"),
          );
      },
      async stop() {
        leaving.abort();
        await Promise.all([past, preparing.stop()]);
      },
    };
  },
});

function documentsOf(events: readonly { payload: { saleId: number } }[]): number[] {
  return events.map(({ payload }) => payload.saleId);
}
