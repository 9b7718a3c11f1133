/** Makes backups, one at a time in the whole system, proves them, copies them, and lets old ones go. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { OpenDatabase } from "../../kernel/db/connect.ts";
import type { Database } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { System } from "../../kernel/system.ts";
import { listFolder, removeFiles } from "./archive/file.ts";
import { type BackupConfig, backupFolder } from "./config.ts";
import { secondFolder } from "./copies/folder.ts";
import type { Place } from "./copies/place.ts";
import { bucket } from "./copies/s3.ts";
import type { Actor, CopyResult, Entry, Fault, Trigger } from "./domain.ts";
import { holdDrill } from "./drill.ts";
import { errors } from "./errors.ts";
import { faultOf } from "./faults.ts";
import { type Manifest, rowsOf } from "./manifest.ts";
import { cutOff } from "./queries/copy.ts";
import * as journal from "./queries/journal.ts";
import { type Keeping, outdated } from "./retention.ts";
import { inTime } from "./stalling.ts";
import { write } from "./writing.ts";

const DAY_MS = 86_400_000;
/** lines of the journal about backups that are no more */
const JOURNAL_DAYS = 400;
const PATIENCE_MS = 30_000;

export type Backups = ReturnType<typeof createBackups>;

export interface BackupsParts {
  db: Database;
  log: Logger;
  clock: Clock;
  audit: Auditor;
  config: BackupConfig;
  system: System;
}

export interface Begun {
  id: number;
  /** resolves when it has ended, well or not, its copies and its drill included */
  done: Promise<Entry>;
}

export function createBackups(parts: BackupsParts) {
  const { db, log, clock, audit, config, system } = parts;
  const folder = backupFolder(config);
  const { BACKUP_KEY: key, BACKUP_COPY_DIR: second } = config;
  const places: Place[] = [
    ...(second === undefined ? [] : [secondFolder(second, key)]),
    ...[bucket(config)].filter((one) => one !== undefined),
  ];
  const leaving = new AbortController();
  /** for the journal: a server that was started anew is there again */
  const patience = Math.min(PATIENCE_MS, config.BACKUP_STALL_SECONDS * 10_000);
  const atWork = new Set<Promise<unknown>>();

  /** Throws BACKUP_RUNNING. Resolves when the turn is taken; the work goes on. */
  async function begin(trigger: Trigger, actor: Actor = {}): Promise<Begun> {
    const open = system.open(system.databaseUrl);
    let resolve: (id: number) => void = () => {};
    const begun = new Promise<number>((resolved) => {
      resolve = resolved;
    });
    // the lock lasts as long as this transaction, which stays idle and holds nothing else
    let noted: number | undefined;
    let cause: unknown;
    const done = open.primary
      .transaction(async (guard) => {
        if (!(await journal.takeTurn(guard))) throw errors.BACKUP_RUNNING();
        const name = nameAt(clock.now());
        const id = await noteBegin(name, trigger, actor);
        noted = id;
        resolve(id);
        try {
          await work(open, id, name);
        } catch (error) {
          // on a server that stands still it could not even be ended
          cause = error;
          await cutOff(guard);
          throw error;
        }
        return id;
      })
      .catch((error) => {
        if (noted === undefined) throw error;
        // the lock may have gone with the server; what became of the backup stands in the journal, or nothing does
        cause ??= error;
        log.error({ err: cause }, "the turn of a backup did not end well");
        return noted;
      })
      .then((id) => inTime(journal.entryOf(db.primary, id), patience))
      .then(
        (entry) => entry as Entry,
        (error) => {
          throw cause ?? error;
        },
      )
      .finally(() => open.close());
    atWork.add(done);
    done.then(
      () => atWork.delete(done),
      () => atWork.delete(done),
    );
    const id = await Promise.race([begun, done.then((entry) => entry.id)]);
    return { id, done };
  }

  function noteBegin(name: string, trigger: Trigger, { user, address }: Actor): Promise<number> {
    return db.transaction(async (tx) => {
      await journal.interruptOthers(tx, clock.now());
      const id = await journal.begin(tx, {
        name,
        trigger,
        madeBy: user?.username ?? null,
        host: hostname(),
        now: clock.now(),
      });
      const who = { ...(user ? { user } : {}), ...(address === undefined ? {} : { address }) };
      await audit(tx, { ...who, action: "backup.started", subject: `backup:${id}`, after: { name } });
      return id;
    });
  }

  async function work(open: OpenDatabase, id: number, name: string): Promise<void> {
    const { signal } = leaving;
    let manifest: Manifest;
    try {
      manifest = await writeWithRoom(open, name);
    } catch (error) {
      const fault = faultOf(error);
      log.error({ err: error, backup: name, fault }, "the backup failed");
      await keepFailed(id, fault, error);
      return;
    }
    await inTime(journal.keepGood(db.primary, id, madeOf(manifest), clock.now()), patience);
    log.info({ backup: name, bytes: manifest.file.bytes, method: manifest.method }, "the backup is made");
    await copy(id, manifest);
    if (config.BACKUP_DRILL && !signal.aborted) await drill(id, manifest);
    await letGo().catch((error) => log.error({ err: error }, "old backups could not be removed"));
  }

  /** What is too old makes room on a full disk, once. */
  async function writeWithRoom(open: OpenDatabase, name: string): Promise<Manifest> {
    const started = clock.now();
    const parts = { system, log, config, folder, signal: leaving.signal };
    try {
      return await write(open, name, started, parts);
    } catch (error) {
      if (faultOf(error) !== "NO_SPACE" || (await letGoHere(await keeping())) === 0) throw error;
      log.warn({ err: error, backup: name }, "the disk was full: the backup is tried once more");
      return await write(open, name, started, parts);
    }
  }

  /** The database may be what failed. It is asked again for a while; after that the journal tells of an interruption. */
  async function keepFailed(id: number, fault: Fault, cause: unknown): Promise<void> {
    const until = performance.now() + patience;
    for (;;) {
      try {
        const kept = journal.keepFailed(db.primary, id, fault, clock.now());
        return await inTime(kept, Math.max(1, until - performance.now()));
      } catch (error) {
        if (performance.now() >= until || leaving.signal.aborted) throw cause;
        log.warn({ err: error }, "the journal cannot be told that the backup failed");
        await pause(1000);
      }
    }
  }

  async function copy(id: number, manifest: Manifest): Promise<void> {
    const results: CopyResult[] = [];
    for (const place of places) {
      const ok = await place.put(folder, manifest, leaving.signal).then(
        () => true,
        (error) => {
          log.error({ err: error, place: place.name, backup: manifest.name }, "the copy of a backup failed");
          return false;
        },
      );
      results.push({ place: place.name, ok });
    }
    if (results.length > 0) await inTime(journal.keepCopies(db.primary, id, results), patience);
  }

  async function drill(id: number, { file }: Manifest): Promise<void> {
    const { signal } = leaving;
    const seconds = config.BACKUP_STALL_SECONDS;
    const { drill, detail } = await holdDrill(join(folder, file.name), { system, log, key, signal, seconds });
    // who leaves has proven nothing, one way or the other
    if (signal.aborted) return;
    await inTime(journal.keepDrill(db.primary, id, drill, detail, clock.now()), patience);
    if (drill === "findings") log.error({ detail }, "the drill restored a backup of books that do not add up");
  }

  /** What stays. */
  async function keeping(): Promise<Keeping> {
    const proven = new Set(await inTime(journal.namesDrilled(db.primary), patience));
    return { proven, now: clock.now(), keepDays: config.BACKUP_KEEP_DAYS };
  }

  /** Answers how many went. */
  async function letGoHere(rule: Keeping): Promise<number> {
    const old = outdated(await listFolder(folder, key), rule);
    for (const one of old) await removeFiles(folder, one);
    if (old.length > 0) {
      const names = old.map(({ name }) => name);
      log.info({ backups: names }, "old backups removed");
      await inTime(journal.keepRemoved(db.primary, names, rule.now), patience);
    }
    return old.length;
  }

  /** Here and in every place, by the same rule. */
  async function letGo(): Promise<void> {
    const rule = await keeping();
    await letGoHere(rule);
    for (const place of places) for (const one of outdated(await place.list(), rule)) await place.remove(one);
    await inTime(journal.forgetBefore(db.primary, new Date(rule.now.getTime() - JOURNAL_DAYS * DAY_MS)), patience);
  }

  return {
    folder,
    /** where copies go */
    places: places.map(({ name }) => name),
    begin,

    async list(before: number | undefined, limit: number): Promise<Entry[]> {
      return journal.entries(db.primary, before, limit);
    },

    /** Throws NOT_FOUND. */
    async get(id: number): Promise<Entry> {
      const entry = await journal.entryOf(db.primary, id);
      if (!entry) throw kernelErrors.NOT_FOUND();
      return entry;
    },

    summary: () => journal.summaryOf(db.primary),

    /** Ends what is under way. */
    async stop(): Promise<void> {
      leaving.abort();
      await Promise.allSettled(atWork);
    },
  };
}

export function madeOf(manifest: Manifest): journal.Made {
  const { method, file, recipient } = manifest;
  return { method, bytes: file.bytes, sha256: file.sha256, rows: rowsOf(manifest), encrypted: recipient !== null };
}

/** Sorts by time; two of one second differ. */
export function nameAt(now: Date): string {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, "z")
    .replace(/[-:]/g, "")
    .toLowerCase();
  return `pos-odata-${time}-${randomBytes(3).toString("hex")}`;
}
