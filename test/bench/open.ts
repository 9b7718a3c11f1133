/** A shop that is measured keeps a log as `npm start` does: each request at `info` into a file, beside the bench's own output. */
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createLog } from "../../kernel/log.ts";
import { openShop, type Shop, type ShopOptions } from "../harness/shop.ts";

const folder = join(tmpdir(), `odata-bench-log-${process.pid}`);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export function openLogging(options: ShopOptions = {}): Promise<Shop> {
  const place = { folder, maxBytes: 10 * 1024 * 1024, files: 2 };
  const log = createLog({ level: "info", place, pretty: false, output: "none" });
  return openShop({ log, ...options });
}
