/** A process that writes lines and ends as it is told: FOLDER MAX_BYTES FILES LINES NAME END. */
import process from "node:process";
import { setImmediate as turn } from "node:timers/promises";
import { createLog } from "../../kernel/log.ts";

const [folder = "", maxBytes, files, lines, name, end] = process.argv.slice(2);
const place = { folder, maxBytes: Number(maxBytes), files: Number(files) };
const log = createLog({ level: "info", place, pretty: false });
for (let line = 1; line <= Number(lines); line++) {
  log.info({ name, line }, "a line of some length, as lines have it");
  if (line % 20 === 0) await turn();
}
if (end === "exit") process.exit(1);
if (end === "throw") throw new Error("the end");
if (end === "kill") process.kill(process.pid, "SIGKILL");
