/** A backup before a newer version changes the tables: what `rollback` goes back to. */
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import { BootError } from "../../kernel/errors.ts";
import type { System } from "../../kernel/system.ts";
import { listFolder, openBackup } from "./archive/file.ts";
import { isAside, isBeforeUpgrade, nameBeforeRollback, nameBeforeUpgrade, readNote, writeNote } from "./asides.ts";
import { madeOf, nameAt } from "./backups.ts";
import { type BackupConfig, backupFolder } from "./config.ts";
import type { Fault } from "./domain.ts";
import { holdDrill } from "./drill.ts";
import { faultOf } from "./faults.ts";
import type { Manifest } from "./manifest.ts";
import { factsOf, tablesOf } from "./queries/catalog.ts";
import { cutOff } from "./queries/copy.ts";
import * as journal from "./queries/journal.ts";
import { pulseOf } from "./queries/pulse.ts";
import { settleIn } from "./queries/snapshot.ts";
import { whileAnswering } from "./stalling.ts";
import { write } from "./writing.ts";

export const WHY: Record<Fault, string> = {
  NO_SPACE: "the disk is full",
  FOLDER: "its folder cannot be written",
  DATABASE_DOWN: "the database hung up",
  INTERRUPTED: "it was interrupted",
  PG_DUMP: "pg_dump failed",
  STALLED: "the database said nothing for too long",
  OTHER: "the lines before this one say why",
};

export interface KeepingParts {
  system: System;
  log: Logger;
  clock: Clock;
  config: BackupConfig;
}

/** For what waits for the server without being told of each step. */
export function patienceOf({ system, config }: KeepingParts) {
  return { pulse: pulseOf(system.databaseUrl), seconds: config.BACKUP_STALL_SECONDS };
}

/**
 * Writes what is there now as an archive of our own, whose tables this program and the one before can build. It touches no
 * table: they are of another version. @throws what kept it from being written
 */
export async function keepAside(parts: KeepingParts, nameOf: (base: string) => string): Promise<Manifest> {
  const { system, log, clock, config } = parts;
  const folder = backupFolder(config);
  const now = clock.now();
  const own = { ...config, BACKUP_METHOD: "copy" as const };
  const open = system.open(system.databaseUrl);
  let fault: { error: unknown } | undefined;
  const kept = open.primary.transaction(async (guard) => {
    try {
      await whileAnswering(patienceOf(parts), () => journal.waitForTurn(guard));
      const { signal } = new AbortController();
      return await write(open, nameOf(nameAt(now)), now, { system, log, config: own, folder, signal });
    } catch (error) {
      fault = { error };
      // on a server that stands still it could not even be ended
      await cutOff(guard);
      throw error;
    }
  });
  try {
    const manifest = await kept;
    await writeNote(folder, manifest, { finished_at: clock.now().toISOString() });
    return manifest;
  } catch (error) {
    throw fault === undefined ? error : fault.error;
  } finally {
    await open.close();
  }
}

export const keepBeforeRollback = (parts: KeepingParts) => keepAside(parts, nameBeforeRollback);

/**
 * Once for what the database is now, however often the start is tried: an upgrade that fails each time fills no disk.
 * @throws BootError: without a backup that could be restored nothing is changed
 */
export async function backUpFirst(parts: KeepingParts, pending: readonly string[]): Promise<void> {
  const { log, config } = parts;
  if (!config.BACKUP_BEFORE_UPGRADE) return;
  const manifest = await keptAlready(parts)
    .then((there) => there ?? keepAnew(parts, pending))
    .catch((cause) => {
      log.error({ err: cause }, "the backup before the upgrade failed");
      throw new BootError(
        `the backup before the upgrade failed: ${WHY[faultOf(cause)]}; the database was not changed`,
        {
          cure: "mend it and start again; or start the version before; or set BACKUP_BEFORE_UPGRADE=false to do without",
          cause,
        },
      );
    });
  if (config.BACKUP_DRILL) await prove(parts, manifest);
}

async function keepAnew(parts: KeepingParts, pending: readonly string[]): Promise<Manifest> {
  const { system, log } = parts;
  const applied = await reading(parts, system.migrations);
  const manifest = await keepAside(parts, (base) => nameBeforeUpgrade(base, [...applied, ...pending]));
  log.info({ backup: manifest.name, bytes: manifest.file.bytes }, "backed up before the upgrade");
  return manifest;
}

/** A whole one before an upgrade that has all that the database has, by its migrations, rows, sums and digests. */
async function keptAlready(parts: KeepingParts): Promise<Manifest | undefined> {
  const { system, log, config } = parts;
  const folder = backupFolder(config);
  const before = (await oursIn(folder, config)).filter(isBeforeUpgrade);
  if (before.length === 0) return undefined;
  const there = await whileAnswering(patienceOf(parts), () =>
    reading(parts, async (tx) => {
      const migrations = (await system.migrations(tx)).join();
      const alike = before.filter((one) => one.migrations.join() === migrations);
      if (alike.length === 0) return undefined;
      const facts = await factsOf(tx, await tablesOf(tx), { digested: system.sealedTables() });
      return alike.find(({ tables }) => JSON.stringify(tables) === JSON.stringify(facts));
    }),
  );
  if (there === undefined) return undefined;
  const damage = await openBackup(join(folder, there.file.name), config.BACKUP_KEY).then(
    () => undefined,
    (error) => error,
  );
  if (damage === undefined) log.info({ backup: there.name }, "backed up before the upgrade at an earlier start");
  else
    log.warn({ err: damage, backup: there.name }, "the backup of an earlier start is not whole: another one is made");
  return damage === undefined ? there : undefined;
}

/** One that was planted spares nobody a backup, nor stands in the journal as good. */
async function oursIn(folder: string, { BACKUP_KEY: key }: BackupConfig): Promise<Manifest[]> {
  return (await listFolder(folder, key)).filter(({ origin }) => origin === "own");
}

type Reader<T> = (tx: Parameters<System["hold"]>[0]) => Promise<T>;

/** In one moment of the database. */
async function reading<T>({ system }: KeepingParts, read: Reader<T>): Promise<T> {
  const open = system.open(system.databaseUrl);
  try {
    const settled: Reader<T> = async (tx) => {
      await settleIn(tx);
      return read(tx);
    };
    return await open.primary.transaction(settled, { isolationLevel: "repeatable read", readOnly: true });
  } finally {
    await open.close();
  }
}

/** Restores it on trial, unless that went well before. @throws BootError */
async function prove({ system, log, clock, config }: KeepingParts, manifest: Manifest): Promise<void> {
  const folder = backupFolder(config);
  const note = await readNote(folder, manifest);
  if (note.drill === "ok") return;
  const { drill, detail } = await holdDrill(join(folder, manifest.file.name), {
    system,
    log,
    key: config.BACKUP_KEY,
    signal: new AbortController().signal,
    seconds: config.BACKUP_STALL_SECONDS,
    books: false,
  });
  const drilled = { drill, drill_at: clock.now().toISOString(), drill_detail: detail };
  await writeNote(folder, manifest, { ...note, ...drilled });
  if (drill !== "failed") return;
  throw new BootError(`the backup before the upgrade could not be restored: ${detail}; the database was not changed`, {
    cure: "mend it and start again; or set BACKUP_DRILL=false to trust it unseen",
  });
}

/** Into the journal with what was set aside while its tables could not be written, here or by a command. */
export async function adoptAside({ system, config }: KeepingParts): Promise<void> {
  const folder = backupFolder(config);
  const aside = (await oursIn(folder, config)).filter(isAside);
  if (aside.length === 0) return;
  const open = system.open(system.databaseUrl);
  try {
    for (const one of aside) {
      const { finished_at: finishedAt, drill, drill_at: drillAt, drill_detail: detail } = await readNote(folder, one);
      const trigger = isBeforeUpgrade(one) ? "upgrade" : "command";
      const entry = { name: one.name, trigger, host: hostname(), startedAt: one.made_at, finishedAt } as const;
      await journal.adopt(open.primary, entry, { drill, drillAt, detail }, madeOf(one));
    }
  } finally {
    await open.close();
  }
}
