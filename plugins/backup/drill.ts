/** A backup that was never restored is a hope: each one is put into a scratch database and looked through. */
import type { Logger } from "pino";
import { BootError } from "../../kernel/errors.ts";
import type { System } from "../../kernel/system.ts";
import { openBackup } from "./archive/file.ts";
import type { Drill } from "./domain.ts";
import { pulseOf } from "./queries/pulse.ts";
import { dropScratch, makeScratch, scratchUrl } from "./queries/scratch.ts";
import { restoreInto } from "./restoring.ts";
import { Stalled, whileAnswering } from "./stalling.ts";

export interface DrillResult {
  drill: Exclude<Drill, "none">;
  /** for the operator, in English */
  detail: string | null;
}

export interface DrillParts {
  system: System;
  log: Logger;
  key: string | undefined;
  signal: AbortSignal;
  /** in which the server says nothing to anybody, after which it has failed */
  seconds: number;
  /** false for a backup of an older version, whose tables our books do not know */
  books?: boolean;
}

const LONGEST = 2000;
/** a scratch database that a server does not drop by then is left to the next drill */
const DROP_MS = 30_000;

/** Restores, compares rows and totals, verifies ledgers and books. Never throws: a drill that cannot be held has failed. */
export async function holdDrill(path: string, parts: DrillParts): Promise<DrillResult> {
  const { system, log, key, signal: outer, seconds, books = true } = parts;
  let scratch: string | undefined;
  const patience = { pulse: pulseOf(system.databaseUrl), seconds, signal: outer };
  try {
    return await whileAnswering(patience, async (signal) => {
      const opened = await openBackup(path, key);
      scratch = await makeScratch(system.databaseUrl, signal);
      const url = scratchUrl(system.databaseUrl, scratch);
      await restoreInto(url, opened, { system, log, signal });
      const found = books ? await examine(system, url, signal) : [];
      if (found.length === 0) return { drill: "ok", detail: null };
      return { drill: "findings", detail: found.join("\n").slice(0, LONGEST) };
    });
  } catch (error) {
    log.error({ err: error }, "the restore drill failed");
    return { drill: "failed", detail: reason(error).slice(0, LONGEST) };
  } finally {
    const longest = AbortSignal.timeout(Math.min(DROP_MS, seconds * 1000));
    if (scratch !== undefined)
      await dropScratch(system.databaseUrl, scratch, longest).catch((error) =>
        log.warn({ err: error }, "the scratch database of a drill is left; the next one removes it"),
      );
  }
}

async function examine(system: System, url: string, signal: AbortSignal): Promise<string[]> {
  const scratch = system.open(url);
  const hangUp = () => void scratch.close();
  signal.addEventListener("abort", hangUp);
  try {
    return await system.examine(scratch);
  } finally {
    signal.removeEventListener("abort", hangUp);
    await scratch.close();
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "42501")
    return "the database's user may not make a scratch database: ALTER ROLE ... CREATEDB, or set BACKUP_DRILL=false";
  if (error instanceof Stalled) return error.message;
  // what the server or a library says is for the log alone
  return error instanceof BootError ? error.message : "it could not be restored: the server's log says why";
}
