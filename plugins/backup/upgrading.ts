/** A backup before a newer version changes the tables: what `rollback` goes back to. */
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import { BootError } from "../../kernel/errors.ts";
import type { System } from "../../kernel/system.ts";
import { listFolder } from "./archive/file.ts";
import { madeOf, nameAt } from "./backups.ts";
import { type BackupConfig, backupFolder } from "./config.ts";
import type { Fault } from "./domain.ts";
import { holdDrill } from "./drill.ts";
import { faultOf } from "./faults.ts";
import type { Manifest } from "./manifest.ts";
import * as journal from "./queries/journal.ts";
import { write } from "./writing.ts";

/** what the names of such backups end with: an older program must be able to read their manifests */
const BEFORE_UPGRADE = "-upgrade";
const BEFORE_ROLLBACK = "-rollback";

const WHY: Record<Fault, string> = {
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

export function isBeforeUpgrade({ name }: Pick<Manifest, "name">): boolean {
  return name.endsWith(BEFORE_UPGRADE);
}

/**
 * Writes what is there now as an archive of our own, whose tables this program and the one before can build. It touches no
 * table: they are of another version. @throws what kept it from being written
 */
export async function keepAside(parts: KeepingParts, kind: "upgrade" | "rollback"): Promise<Manifest> {
  const { system, log, clock, config } = parts;
  const folder = backupFolder(config);
  const now = clock.now();
  const name = nameAt(now) + (kind === "upgrade" ? BEFORE_UPGRADE : BEFORE_ROLLBACK);
  const open = system.open(system.databaseUrl);
  try {
    return await open.primary.transaction(async (guard) => {
      await journal.waitForTurn(guard);
      const own = { ...config, BACKUP_METHOD: "copy" as const };
      return write(open, name, now, { system, log, config: own, folder, signal: new AbortController().signal });
    });
  } finally {
    await open.close();
  }
}

/** @throws BootError: without a backup that could be restored nothing is changed */
export async function backUpFirst(parts: KeepingParts): Promise<void> {
  const { system, log, config } = parts;
  if (!config.BACKUP_BEFORE_UPGRADE) return;
  const manifest = await keepAside(parts, "upgrade").catch((cause) => {
    log.error({ err: cause }, "the backup before the upgrade failed");
    throw new BootError(`the backup before the upgrade failed: ${WHY[faultOf(cause)]}; the database was not changed`, {
      cure: "mend it and start again; or start the version before; or set BACKUP_BEFORE_UPGRADE=false to do without",
      cause,
    });
  });
  const path = join(backupFolder(config), manifest.file.name);
  log.info({ backup: manifest.name, bytes: manifest.file.bytes }, "backed up before the upgrade");
  if (!config.BACKUP_DRILL) return;
  const open = system.open(system.databaseUrl);
  try {
    const drilling = { system, log, key: config.BACKUP_KEY, signal: new AbortController().signal, books: false };
    const { drill, detail } = await holdDrill(open, path, drilling);
    if (drill !== "failed") return;
    throw new BootError(
      `the backup before the upgrade could not be restored: ${detail}; the database was not changed`,
      {
        cure: "mend it and start again; or set BACKUP_DRILL=false to trust it unseen",
      },
    );
  } finally {
    await open.close();
  }
}

/** Into the journal with what was set aside while its tables could not be written, here or by a command. */
export async function adoptAside({ system, clock, config }: KeepingParts): Promise<void> {
  const aside = (await listFolder(backupFolder(config))).filter(({ name }) => /-(upgrade|rollback)$/.test(name));
  if (aside.length === 0) return;
  const open = system.open(system.databaseUrl);
  try {
    for (const one of aside) {
      const trigger = isBeforeUpgrade(one) ? "upgrade" : "command";
      const entry = { name: one.name, trigger, host: hostname(), startedAt: one.made_at, now: clock.now() } as const;
      await journal.adopt(open.primary, entry, madeOf(one));
    }
  } finally {
    await open.close();
  }
}
