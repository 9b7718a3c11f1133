/**
 * `npm run generate -- --products 50000 --sales 1000000 --seed 1`: fills the database of DATABASE_URL, or the one in DATA_DIR. The
 * app has made its tables before; nobody sells meanwhile.
 */
import { randomBytes } from "node:crypto";
import process from "node:process";
import { parseArgs } from "node:util";
import { createDatabase } from "../../../kernel/db/connect.ts";
import { visitEmbedded } from "../../../kernel/db/embedded/visit.ts";
import { createLog } from "../../../kernel/log.ts";
import { generate } from "./generate.ts";

const DAY_MS = 86_400_000;
const { values } = parseArgs({
  options: {
    products: { type: "string", default: "50000" },
    sales: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    registers: { type: "string", default: "8" },
    days: { type: "string" },
    until: { type: "string", default: new Date(Date.now() - DAY_MS).toISOString().slice(0, 10) },
    password: { type: "string", default: randomBytes(9).toString("base64url") },
  },
});
const count = (name: "products" | "sales" | "seed" | "registers" | "days"): number => {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} ${values[name]} is no count`);
  return number;
};

const log = createLog({ level: "warn", place: undefined, pretty: false, output: "stderr" });
const visit = process.env["DATABASE_URL"]
  ? { connectionString: process.env["DATABASE_URL"], end: async () => {} }
  : await visitEmbedded({ dataDir: process.env["DATA_DIR"] || "./data", log });
const db = createDatabase({ url: visit.connectionString, poolMax: 4, log });
try {
  const started = performance.now();
  const { until, password } = values;
  const wanted = {
    products: count("products"),
    sales: count("sales"),
    seed: count("seed"),
    registers: count("registers"),
  };
  const days = values.days === undefined ? {} : { days: count("days") };
  await generate(db, { ...wanted, ...days, until, password }, console.log);
  console.log(
    `${Math.round((performance.now() - started) / 1000)} s; caja1a, caja1b, caja2a ... sign in with ${password}`,
  );
} finally {
  await db.close();
  await visit.end();
}
