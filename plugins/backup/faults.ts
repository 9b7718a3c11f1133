/** What kept a backup from being made, told apart as far as it helps who has to mend it. */
import { isDatabaseDown } from "../../kernel/db/connect.ts";
import { PgToolError } from "./archive/pg-dump.ts";
import type { Fault } from "./domain.ts";
import { Stalled } from "./stalling.ts";

const NO_SPACE = ["ENOSPC", "EDQUOT", "EFBIG"];
const FOLDER = ["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EEXIST", "EIO", "ENODEV", "ESTALE"];

export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return "OTHER";
  if (error instanceof Stalled) return "STALLED";
  const code = "code" in error ? String(error.code) : "";
  if (NO_SPACE.includes(code)) return "NO_SPACE";
  if (error.name === "AbortError") return "INTERRUPTED";
  if (isDatabaseDown(error)) return "DATABASE_DOWN";
  if (FOLDER.includes(code)) return "FOLDER";
  if (error instanceof PgToolError) return "PG_DUMP";
  return "OTHER";
}
