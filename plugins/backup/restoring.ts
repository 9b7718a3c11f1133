/** Puts a backup into an empty database: the whole of it, or nothing. */
import type { Logger } from "pino";
import type { OpenDatabase } from "../../kernel/db/connect.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { BootError } from "../../kernel/errors.ts";
import type { System } from "../../kernel/system.ts";
import { loadContent, readHead } from "./archive/content.ts";
import type { Opened } from "./archive/file.ts";
import { type LineReader, readLines } from "./archive/lines.ts";
import { findTool, restore } from "./archive/pg-dump.ts";
import { compare, type Difference, inEnglish, RestoredOtherwise } from "./comparing.ts";
import type { Manifest } from "./manifest.ts";
import { isEmpty } from "./queries/catalog.ts";
import { clearTables } from "./queries/clear.ts";
import { closeTables, cutOff, openTables } from "./queries/copy.ts";
import { isUnfinished } from "./queries/journal.ts";

export interface RestoringParts {
  system: System;
  log: Logger;
  /** gives it up, as if nothing had been done */
  signal?: AbortSignal;
  /** makes room, in the same transaction; left out: what is not empty is refused */
  clear?: (tx: Tx) => Promise<void>;
}

/** found: it was there already, by a restore that was killed before it had compared */
export type Restored = "restored" | "found";

/**
 * `after`: in the same transaction, when all is there and compared.
 * @throws BootError with its cure; then the database is as empty as before
 */
export async function restoreInto(
  url: string,
  opened: Opened,
  { system, log, signal, clear }: RestoringParts,
  after: (tx: Tx) => Promise<void> = async () => {},
): Promise<Restored> {
  const { manifest } = opened;
  const dumped = { log, signal };
  const fill = manifest.method === "copy" ? await copying(opened, system) : await restoringDump(url, opened, dumped);
  const db = system.open(url);
  let differing: Difference[] = [];
  let restored: Restored = "restored";
  try {
    await whole(db, signal, async (tx) => {
      await system.hold(tx);
      if (clear) await clear(tx);
      else if (!(await isEmpty(tx))) {
        await refuseUnlessLeft(tx, manifest);
        restored = "found";
        return after(tx);
      }
      await fill(tx);
      differing = await compare(tx, manifest);
      if (differing.length === 0) return after(tx);
      if (manifest.method === "copy") throw new RestoredOtherwise(differing);
      // pg_restore has a session of its own, which has committed
      await clearTables(tx);
    });
    if (differing.length > 0) throw new RestoredOtherwise(differing);
    return restored;
  } finally {
    await db.close();
  }
}

const ELSEWHERE = "restore into a new one: set DATABASE_URL to an empty database, or DATA_DIR to a folder without one";

/** pg_restore has a session of its own: a kill after its end leaves tables that nobody has compared, which the next restore does. */
async function refuseUnlessLeft(tx: Tx, manifest: Manifest): Promise<void> {
  if (manifest.method === "copy" || !(await isUnfinished(tx, manifest.name)))
    throw new BootError("the database is not empty, and nothing in it was touched", { cure: ELSEWHERE });
  const differing = await compare(tx, manifest);
  if (differing.length === 0) return;
  throw new BootError(
    `the database has the tables of a restore of ${manifest.name} that was interrupted before it had compared them, and they are not as in the backup (${inEnglish(differing)}): they are damaged, or an app has worked on them since; nothing in it was touched`,
    { cure: ELSEWHERE },
  );
}

async function whole(db: OpenDatabase, signal: AbortSignal | undefined, work: (tx: Tx) => Promise<void>) {
  let fault: { error: unknown } | undefined;
  const done = db.primary.transaction(async (tx) => {
    const giveUp = () => void cutOff(tx);
    signal?.addEventListener("abort", giveUp);
    try {
      signal?.throwIfAborted();
      await work(tx);
    } catch (error) {
      fault = { error };
      // the server rolls back what loses its connection, in the middle of a COPY too
      await cutOff(tx);
      throw error;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  });
  await done.catch((error) => {
    throw fault === undefined ? error : fault.error;
  });
}

type Fill = (tx: Tx) => Promise<void>;

/** Reads the beginning before anything is touched: a wrong key or a program that is too old shows there. */
async function copying({ manifest, content }: Opened, system: System): Promise<Fill> {
  const unknown = await system.unknownMigrations(manifest.migrations);
  if (unknown.length > 0)
    throw new BootError(`this program does not know ${unknown.join(", ")}, which the backup was made with`, {
      cure: "restore with the version that made it, or a newer one, and all plugins that it had",
    });
  const lines = readLines(content());
  if ((await readHead(lines)).join() !== manifest.migrations.join())
    throw new BootError("the backup and its manifest do not belong together", { cure: "use another backup" });
  return (tx) => fillByCopy(tx, lines, manifest, system);
}

async function fillByCopy(tx: Tx, lines: LineReader, { migrations }: Manifest, system: System): Promise<void> {
  await system.build(tx, migrations);
  await openTables(tx);
  await loadContent(tx, lines);
  await closeTables(tx);
}

async function restoringDump(
  url: string,
  { manifest, content }: Opened,
  { log, signal }: { log: Logger; signal: AbortSignal | undefined },
): Promise<Fill> {
  const major = Number.parseInt(manifest.postgres, 10);
  const tool = await findTool("pg_restore", major);
  if (tool === undefined)
    throw new BootError(`the backup was made by pg_dump ${major}, and there is no pg_restore ${major} or newer here`, {
      cure: `install PostgreSQL's client programs (Debian: postgresql-client-${major})`,
    });
  const chunks = content()[Symbol.asyncIterator]();
  const first = await chunks.next();
  const all = async function* () {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  // a session of its own, which does all or nothing
  const complain = (said: string) => log.warn({ said }, "pg_restore");
  return () => restore(tool, url, all(), { complain, signal });
}
