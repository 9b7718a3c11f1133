/** An app that does nothing but own an embedded PostgreSQL: run by the tests in a process of its own, to be killed. */
import process from "node:process";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const level = (name: string) => (details: object | string, msg?: string) =>
  say({ log: name, ...(typeof details === "string" ? { msg: details } : { ...details, msg }) });
const log = { info: level("info"), warn: level("warn"), error: level("error"), debug: level("debug") };

try {
  const server = await startEmbedded({ dataDir: process.argv[2] ?? "data", log });
  // an app that forgets to stop its server, and has nothing left to do
  const hold = process.argv[3] === "leave" ? undefined : setInterval(() => {}, 60_000);
  process.once("SIGTERM", async () => {
    await server.stop();
    clearInterval(hold);
  });
  say({ up: server });
} catch (error) {
  say({ failed: { name: (error as Error).name, message: (error as Error).message } });
  process.exitCode = 1;
}
