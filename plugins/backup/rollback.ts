/**
 * Back to before an upgrade by one command: the database becomes again what it was, in one transaction. What came to it since is told
 * first, is not given up unless somebody says so, and is kept in a backup of its own in any case.
 */
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Auditor } from "../../kernel/audit.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { snapshot } from "../../kernel/db/snapshot.ts";
import { BootError } from "../../kernel/errors.ts";
import { listFolder, openBackup } from "./archive/file.ts";
import { beforeLastUpgrade, isBeforeUpgrade } from "./asides.ts";
import { madeOf } from "./backups.ts";
import { backupFolder } from "./config.ts";
import type { TableFacts } from "./domain.ts";
import { faultOf } from "./faults.ts";
import type { Manifest } from "./manifest.ts";
import { factsOf, tablesOf } from "./queries/catalog.ts";
import { clearTables, lastActions, lastKeys, othersAtWork } from "./queries/clear.ts";
import { keepRestored } from "./queries/journal.ts";
import { restoreInto } from "./restoring.ts";
import { type KeepingParts, keepBeforeRollback, WHY } from "./upgrading.ts";

export const LOSE = "--lose-what-came-after";
/** connections of an app that has just ended are seen for a moment */
const PATIENCE_MS = 5000;
/** deeds that leave nothing in the shop that anybody would miss */
const HARMLESS = /^(session|login|backup)\./;

export interface RollbackParts extends KeepingParts {
  audit: Auditor;
  /** gives it up; what is under way is undone */
  signal: AbortSignal;
}

export interface Wanted {
  /** undefined: the one from before the last upgrade */
  path: string | undefined;
  lose: boolean;
  /** it may be one that nobody signed */
  unsigned: boolean;
}

/** The exit code. @throws BootError with its cure; then the database is as before */
export async function rollBack(parts: RollbackParts, { path, lose, unsigned }: Wanted, print: (line: string) => void) {
  const { system, log, clock, config, audit, signal } = parts;
  const opened = await openBackup(path ?? (await fileBeforeUpgrade(parts)), config.BACKUP_KEY, { unsigned });
  const { manifest } = opened;
  if (manifest.method !== "copy")
    throw new BootError(`${manifest.name} was made by pg_dump, which goes into an empty database alone`, {
      cure: "restore it into a new database: DATABASE_URL=... npm run restore -- FILE",
    });
  const lost = await whatCameAfter(parts, manifest);
  if (lost.length > 0) {
    print(`Since ${manifest.made_at} there came to the shop:`);
    for (const line of lost) print(`  ${line}`);
    if (!lose) {
      print(`Nothing was changed. To go back all the same, and lose these: rollback ${LOSE}`);
      print("Before it goes back, a backup of the database as it is now is made.");
      return 1;
    }
  }
  const kept = await keepBeforeRollback(parts).catch((cause) => {
    log.error({ err: cause }, "the backup before the way back failed");
    throw new BootError(`what is there now could not be kept: ${WHY[faultOf(cause)]}; nothing was changed`, {
      cure: "mend it and run the command again",
      cause,
    });
  });
  print(`What is there now is kept: ${join(backupFolder(config), kept.file.name)}`);
  print(`Going back to ${manifest.name} of ${manifest.made_at} ...`);
  const clear = async (tx: Tx) => {
    await refuseCompany(tx);
    await refuseNews(tx, kept);
    await clearTables(tx);
  };
  await restoreInto(system.databaseUrl, opened, { system, log, signal, clear }, async (tx) => {
    await keepRestored(tx, manifest.name, madeOf(manifest), clock.now());
    const after = { name: manifest.name, made_at: manifest.made_at, kept: kept.name };
    await audit(tx, { action: "backup.rolled_back", subject: "database", after });
  });
  const gone = kept.migrations.filter((name) => !manifest.migrations.includes(name));
  print("Done: the database is as it was before the upgrade, to the last row.");
  // the manifest has the version that made the backup, which is the newer one
  print(`Start the version that ran before${without(gone)}. Everybody signs in once more.`);
  print(`A newer version upgrades it again. What was given up: restore ${kept.name} into an empty database.`);
  return 0;
}

function without(migrations: readonly string[]): string {
  return migrations.length === 0 ? "" : `, the one that does not have ${migrations.join(", ")} yet`;
}

async function fileBeforeUpgrade({ config, system }: KeepingParts): Promise<string> {
  const folder = backupFolder(config);
  const cure = "give a file: rollback FILE; npm run backup -- list tells which there are";
  const before = (await listFolder(folder, config.BACKUP_KEY)).filter(isBeforeUpgrade);
  if (before.length === 0)
    throw new BootError(`there is no backup in ${folder} that was made before an upgrade`, { cure });
  const open = system.open(system.databaseUrl);
  try {
    const applied = await system.migrations(open.primary);
    // of an empty database it is told that it is empty
    const chosen = applied.length === 0 ? before[0] : beforeLastUpgrade(before, applied);
    if (chosen !== undefined) return join(folder, chosen.file.name);
  } finally {
    await open.close();
  }
  throw new BootError(
    `no upgrade has changed the database since any of the backups in ${folder} that were made before one`,
    {
      cure,
    },
  );
}

/** A line each of what posted documents and the trail have more than the backup; empty: nothing that anybody would miss. */
async function whatCameAfter({ system }: KeepingParts, manifest: Manifest): Promise<string[]> {
  const open = system.open(system.databaseUrl);
  try {
    return await snapshot(open, async (tx) => {
      await refuseCompany(tx);
      const then = new Map(manifest.tables.map((one) => [one.name, one]));
      const now = new Map(
        (await factsOf(tx, await tablesOf(tx), { digested: new Set() })).map((one) => [one.name, one]),
      );
      if (now.size === 0)
        throw new BootError("the database is empty: there is nothing to go back from", {
          cure: "npm run restore -- FILE puts a backup into it",
        });
      const lines: string[] = [];
      for (const ledger of system.ledgers()) {
        const [before, after] = [then.get(ledger.table), now.get(ledger.table)];
        const more = (after?.rows ?? 0) - (before?.rows ?? 0);
        if (after === undefined || more <= 0) continue;
        if (ledger.table === "audit_log") lines.push(...(await deeds(tx, more)));
        else {
          const { first, last } = await lastKeys(tx, ledger, more);
          lines.push(`${ledger.table}: ${more} rows (${ledger.key} ${first} to ${last})${sums(before, after)}`);
        }
      }
      return lines;
    });
  } finally {
    await open.close();
  }
}

async function deeds(tx: Tx, rows: number): Promise<string[]> {
  const actions = (await lastActions(tx, rows)).filter(({ action }) => !HARMLESS.test(action));
  return actions.map(({ action, times }) => `the audit trail: ${action}, ${times} times`);
}

/** By how much sums of money and quantities grew, in minor units and thousandths. */
function sums(before: TableFacts | undefined, after: TableFacts): string {
  const grown = Object.entries(after.totals).flatMap(([column, total]) => {
    const more = BigInt(total) - BigInt(before?.totals[column] ?? 0);
    return more === 0n ? [] : [`${column} ${more}`];
  });
  return grown.length === 0 ? "" : `: ${grown.join(", ")}`;
}

async function refuseCompany(tx: Tx): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  let others = await othersAtWork(tx);
  while (others > 0 && performance.now() < until) {
    await pause(100);
    others = await othersAtWork(tx);
  }
  if (others === 0) return;
  throw new BootError(`the app is running (${others} connections), and nothing was changed`, {
    cure: "stop all instances first; behind a pooler, set DATABASE_URL to the server itself",
  });
}

/** Between the backup of what is there now and its end nothing may have come. */
async function refuseNews(tx: Tx, kept: Manifest): Promise<void> {
  const digested = new Set(kept.tables.filter(({ digest }) => digest !== undefined).map(({ name }) => name));
  const now = await factsOf(tx, await tablesOf(tx), { digested });
  if (JSON.stringify(now) === JSON.stringify(kept.tables)) return;
  throw new BootError("somebody works on the database at this moment, and nothing was changed", {
    cure: "stop all instances first",
  });
}
