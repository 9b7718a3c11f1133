/** `npm run backup`, `npm run restore -- FILE`: what whoever is at the server does with backups. */
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Command, CommandContext } from "../../kernel/command.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { AppError } from "../../kernel/errors.ts";
import { LOCALES, type Locale, type Text } from "../../kernel/i18n.ts";
import type { System } from "../../kernel/system.ts";
import { listFolder, openBackup } from "./archive/file.ts";
import { makeKey, recipientOf } from "./archive/seal.ts";
import { type Backups, madeOf } from "./backups.ts";
import { RestoredOtherwise, tell } from "./comparing.ts";
import type { BackupConfig } from "./config.ts";
import { faultOf } from "./faults.ts";
import { type Origin, rowsOf } from "./manifest.ts";
import { NotOurs, UNSIGNED } from "./not-ours.ts";
import { keepRestored } from "./queries/journal.ts";
import { restoreInto } from "./restoring.ts";
import { LOSE, rollBack } from "./rollback.ts";
import { Stalled, whileAnswering } from "./stalling.ts";
import { patienceOf } from "./upgrading.ts";

const BACKUP =
  "backup: makes a backup now; backup list: those in BACKUP_DIR; backup check FILE [--unsigned]: is it whole; backup key: a new BACKUP_KEY";
const RESTORE = `restore FILE [${UNSIGNED}]: puts a backup into an empty database; FILE is one of its two files; ${UNSIGNED}: also one that BACKUP_KEY has not signed`;
const ROLLBACK = `rollback [FILE] [${LOSE}] [${UNSIGNED}]: back to before the last upgrade, or to FILE; the app must be stopped`;
const MISUSED = 2;
/** what is said in the list of one that is not restored just like that */
const MARKS: Record<Origin, string> = {
  own: "",
  unsigned: `  NOT SIGNED: ${UNSIGNED} restores it`,
  foreign: "  NOT OF THIS BACKUP_KEY",
};

export interface CommandParts {
  backups: Backups;
  config: BackupConfig;
  system: System;
  log: Logger;
  clock: Clock;
  audit: Auditor;
  texts: Readonly<Record<Locale, Text>>;
}

export function backupCommands({ backups, config, system, log, clock, audit, texts }: CommandParts): Command[] {
  const { BACKUP_KEY: key } = config;
  const patience = patienceOf({ config, system, log, clock });

  async function make({ print }: CommandContext): Promise<number> {
    try {
      const { done } = await backups.begin("command");
      const { name, state, fault, bytes, rows, drill, drillDetail, copies } = await done;
      if (state !== "good") {
        print(`The backup failed: ${fault}. The lines before this one say why.`);
        return 1;
      }
      print(`${backups.folder}/${name}: ${rows} rows, ${bytes} bytes.`);
      for (const { place, ok } of copies) print(ok ? `Copied: ${place}.` : `NOT copied: ${place}.`);
      if (drill === "ok") print("Restored into a scratch database: it is the shop as it was, and its books hold.");
      if (drill === "findings") print(`Restored, and its books do not add up:\n${drillDetail}`);
      if (drill === "failed") print(`It could NOT be restored: ${drillDetail}`);
      return ["ok", "none"].includes(drill) && copies.every(({ ok }) => ok) ? 0 : 1;
    } catch (error) {
      if (error instanceof AppError) print("A backup is being made already.");
      else if (["DATABASE_DOWN", "STALLED"].includes(faultOf(error)))
        print(`The backup failed: ${faultOf(error)}, and the journal could not be told. Nothing is left of it.`);
      else throw error;
      return 1;
    }
  }

  async function list({ print }: CommandContext): Promise<number> {
    for (const one of await listFolder(backups.folder, key)) {
      const { made_at: at, file, version, origin } = one;
      print(`${at}  ${file.name}  ${file.bytes} bytes  ${rowsOf(one)} rows  version ${version}${MARKS[origin]}`);
    }
    return 0;
  }

  async function check({ print }: CommandContext, path: string, unsigned: boolean): Promise<number> {
    const { manifest, content } = await openBackup(resolve(path), key, { unsigned });
    let bytes = 0;
    for await (const chunk of content()) bytes += chunk.length;
    print(`${manifest.name} is whole: ${rowsOf(manifest)} rows, ${bytes} bytes unpacked.`);
    return 0;
  }

  async function newKey({ print }: CommandContext): Promise<number> {
    const made = await makeKey();
    print(`BACKUP_KEY=${made}`);
    print(`Keep it somewhere else too: without it no backup opens. Its public part is ${await recipientOf(made)}.`);
    return 0;
  }

  async function restore({ print }: CommandContext, path: string, unsigned: boolean): Promise<number> {
    const opened = await openBackup(resolve(path), key, { unsigned });
    const { manifest } = opened;
    print(`Restoring ${manifest.name}: ${rowsOf(manifest)} rows ...`);
    const keep = async (tx: Tx) => {
      await keepRestored(tx, manifest.name, madeOf(manifest), clock.now());
      const after = { name: manifest.name, made_at: manifest.made_at };
      await audit(tx, { action: "backup.restored", subject: "database", after });
    };
    const restored = await whileAnswering(patience, (signal) =>
      restoreInto(system.databaseUrl, opened, { system, log, signal }, keep),
    );
    if (restored === "found")
      print("It was there already: an interrupted restore had not compared it. It is compared now.");
    print("Done: all rows and totals are as they were. Start the app; everybody signs in once more.");
    return 0;
  }

  /** A difference is told in every language: who restores may be whoever is there that night. So is what else nobody there can know. */
  async function telling({ print }: CommandContext, work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch (error) {
      for (const locale of LOCALES) {
        const { t } = texts[locale];
        if (error instanceof RestoredOtherwise) print(tell(error.differences, t));
        else if (error instanceof NotOurs)
          print(t(`backup.not_ours.${error.origin}`, { file: error.file, flag: UNSIGNED }));
        else if (error instanceof Stalled) print(t("backup.stalled", { seconds: config.BACKUP_STALL_SECONDS }));
        else throw error;
      }
      return 1;
    }
  }

  const asked = ({ args }: CommandContext) => ({
    words: args.filter((word) => word !== UNSIGNED),
    unsigned: args.includes(UNSIGNED),
  });

  return [
    {
      name: "backup",
      summary: BACKUP,
      run: async (context) => {
        const { words, unsigned } = asked(context);
        const [what, path, ...more] = words;
        if (what === undefined) return make(context);
        if (what === "list" && path === undefined) return list(context);
        if (what === "key" && path === undefined) return newKey(context);
        if (what === "check" && path !== undefined && more.length === 0)
          return telling(context, () => check(context, path, unsigned));
        context.print(BACKUP);
        return MISUSED;
      },
    },
    {
      name: "restore",
      anyVersion: true,
      summary: RESTORE,
      run: async (context) => {
        const { words, unsigned } = asked(context);
        const [path, ...more] = words;
        if (path !== undefined && more.length === 0) return telling(context, () => restore(context, path, unsigned));
        context.print(RESTORE);
        return MISUSED;
      },
    },
    {
      name: "rollback",
      anyVersion: true,
      summary: ROLLBACK,
      run: async (context) => {
        const { args, print } = context;
        const { words, unsigned } = asked(context);
        const [path, ...more] = words.filter((word) => word !== LOSE);
        if (more.length > 0 || path?.startsWith("-")) {
          print(ROLLBACK);
          return MISUSED;
        }
        const wanted = { path: path === undefined ? undefined : resolve(path), lose: args.includes(LOSE), unsigned };
        const back = (signal: AbortSignal) => rollBack({ config, system, log, clock, audit, signal }, wanted, print);
        return telling(context, () => whileAnswering(patience, back));
      },
    },
  ];
}
