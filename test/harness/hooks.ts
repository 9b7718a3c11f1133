/**
 * For the whole run: the server that tests share is started before the first of them and ended after the last. Files may run in several
 * processes at once (`mocha --parallel`), which all use it.
 */
import process from "node:process";
import { beginRun, removeTemplate, startTestServer, stopTestServer } from "./postgres.ts";

/** Processes inherit its address. One that runs all files itself starts a server when a test asks for it. */
export async function mochaGlobalSetup(): Promise<void> {
  beginRun();
  if (process.argv.includes("--parallel")) await startTestServer();
}

export async function mochaGlobalTeardown(): Promise<void> {
  await removeTemplate();
  await stopTestServer();
}
