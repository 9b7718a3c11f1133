/** Brings the database up to the program, one instance at a time; whoever keeps the shop as a whole is asked first. */
import type { Logger } from "pino";
import { migrationsOf } from "./assemble.ts";
import type { OpenDatabase } from "./db/connect.ts";
import { appliedNames, applyPending, holdMigrations, type MigrationFolder, pendingOf } from "./db/migrate.ts";
import { BootError } from "./errors.ts";
import { attempt, type Member } from "./roster.ts";

export interface UpgradeParts {
  db: OpenDatabase;
  roster: readonly Member[];
  /** the kernel's */
  own: MigrationFolder;
  log: Logger;
  /** The migrations, and not what comes before them: a backup takes as long as the shop is large, and looks at the clock itself. */
  limited?: (work: () => Promise<void>) => Promise<void>;
  /** hears of each migration that is done */
  tell?: (name: string) => void;
}

/**
 * Kernel first, then plugins in graph order, one owner at a time, so that a faulty optional plugin stops only itself.
 * @throws BootError: a migration failed, or nothing may be changed before a backup is made
 */
export async function upgrade(parts: UpgradeParts): Promise<void> {
  const { db, limited = (work) => work() } = parts;
  await new Promise<void>((done, fail) => {
    const all = db.primary.transaction(async (guard) => {
      // others that start together wait here, and find nothing to do
      await holdMigrations(guard);
      const before = await appliedNames(db.primary);
      await askFirst(parts, before);
      const applying = applyAll(parts, before);
      // one that takes too long is told at once; it may still be at work, so the lock stays as long as this process
      limited(() => applying).catch(fail);
      await applying;
    });
    all.then(() => done(), fail);
  });
}

async function applyAll({ db, roster, own, log, tell }: UpgradeParts, before: readonly string[]): Promise<void> {
  const folders = [own];
  const migrateThose = async () => {
    // most starts find nothing, and ask the database no more
    if ((await pendingOf(folders, before)).length > 0) await applyPending({ knex: db.primary, folders, log, tell });
  };
  await migrateThose();
  for (const member of roster) {
    folders.push(migrationsOf(member));
    await attempt(member, log, "migration", migrateThose);
    if (member.down !== undefined) folders.pop();
  }
}

/** Only where there is something to lose: a new database has no migrations yet. */
async function askFirst({ roster, own, log }: UpgradeParts, before: readonly string[]): Promise<void> {
  if (before.length === 0) return;
  const pending: string[] = [];
  // who is down changes nothing
  const running = roster.filter(({ down }) => down === undefined);
  for (const folder of [own, ...running.map(migrationsOf)]) {
    // whose owner is older than the database is told when its turn comes
    const names = await pendingOf([folder], before).catch((error) => {
      if (error instanceof BootError) return [];
      throw error;
    });
    pending.push(...names);
  }
  if (pending.length === 0) return;
  log.info({ pending }, "the database is older than the program");
  for (const { plugin, config, down } of roster) {
    const without = down === undefined ? undefined : plugin.withoutAsking?.(config);
    if (without === undefined) continue;
    throw new BootError(
      `the plugin ${plugin.name}, which is asked before ${pending.join(", ")} change the database, is down: ${down}`,
      { cure: `mend it (the lines before this one in the log say what it lacks) and start again; or set ${without}` },
    );
  }
  for (const { setup } of roster) await setup?.beforeUpgrade?.({ pending });
}
