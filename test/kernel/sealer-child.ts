/** Another instance, for the test that kills it: seals one row at a time and says so. */
import process from "node:process";
import { createDatabase } from "../../kernel/db/connect.ts";
import { auditLedger } from "../../kernel/ledgers/audit-ledger.ts";
import { createSealer } from "../../kernel/ledgers/sealer.ts";
import { memoryLog } from "../harness/log.ts";

const { log, lines } = memoryLog();
const db = createDatabase({ url: process.argv[2] ?? "", poolMax: 5, log });
const said = {
  ...db,
  transaction: async <T>(work: Parameters<typeof db.transaction<T>>[0]) => {
    const result = await db.transaction(work);
    process.stdout.write("a step\n");
    return result;
  },
};
await createSealer({ db: said, log, ledgers: () => [auditLedger], batch: 1 }).seal();
process.stdout.write(`${JSON.stringify(lines)}\n`);
