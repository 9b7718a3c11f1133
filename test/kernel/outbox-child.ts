/** Another instance, for the test that kills it: its handler writes a receipt, says so, and never ends. */
import process from "node:process";
import { createDatabase } from "../../kernel/db/connect.ts";
import { createOutbox } from "../../kernel/events/outbox.ts";
import { memoryLog } from "../harness/log.ts";

const { log } = memoryLog();
const db = createDatabase({ url: process.argv[2] ?? "", poolMax: 3, log });
const outbox = createOutbox({
  db,
  log,
  subscriptions: [
    {
      plugin: "pos",
      event: "pos.sold",
      handler: "receipts",
      handle: async ({ id }, tx) => {
        await tx.raw("INSERT INTO receipts (event_id, who) VALUES (?, 'child')", [id]);
        process.stdout.write("at work\n");
        setInterval(() => {}, 1000);
        await new Promise(() => {});
      },
    },
  ],
});
outbox.start();
