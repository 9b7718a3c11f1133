/** Reports of the shop: sums kept right by the events of sales, read by everyone who runs it. */
import { onMany } from "../../kernel/events/event.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { inventoryRef } from "../inventory/api.ts";
import { saleCompleted, salesRef, saleTakenBack } from "../pos/api.ts";
import { reportCommands } from "./commands.ts";
import { createCounting } from "./counting.ts";
import { errors } from "./errors.ts";
import { todayCard } from "./home.ts";
import { invariants } from "./invariants.ts";
import { createReading } from "./reading.ts";
import { reportsApi } from "./routes/api.ts";
import { reportExports } from "./routes/exports.ts";
import { reportPages } from "./routes/pages.ts";
import { READ } from "./routes/shared.ts";

export const plugin = definePlugin({
  name: "reports",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/reports", "/api/v1/reports"],
  needs: { inventory: inventoryRef, sales: salesRef },
  permissions: { [READ.permission]: { roles: ["manager"] } },
  errors,
  setup(host) {
    const { db, audit, log } = host;
    const counting = createCounting(host);
    const reading = createReading({ ...host, permissions: new Set(host.permissions.keys()) });
    const leaving = new AbortController();
    let past: Promise<unknown> = Promise.resolve();
    return {
      routes: [
        ...reportPages({ reading, counting }),
        ...reportExports({ reading, db, audit }),
        ...reportsApi({ reading }),
      ],
      on: [
        onMany(saleCompleted, "count-sale", (events, tx) => counting.documents(tx, documentsOf(events))),
        onMany(saleTakenBack, "count-taken-back", (events, tx) => counting.documents(tx, documentsOf(events))),
      ],
      jobs: [
        {
          name: "catch-up",
          cron: "*/5 * * * *",
          run: async ({ signal }) => void (await counting.catchUp(signal)),
        },
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
        await past;
      },
    };
  },
});

function documentsOf(events: readonly { payload: { saleId: number } }[]): number[] {
  return events.map(({ payload }) => payload.saleId);
}
