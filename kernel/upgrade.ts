/** Brings the database up to the program, one instance at a time; whoever keeps the shop as a whole is asked first. */
import type { Logger } from "pino";
import { migrationsOf } from "./assemble.ts";
import type { OpenDatabase } from "./db/connect.ts";
import { appliedNames, applyPending, holdMigrations, type MigrationFolder, pendingMigrations } from "./db/migrate.ts";
import { BootError } from "./errors.ts";
import { attempt, type Member } from "./roster.ts";

/**
 * Kernel first, then plugins in graph order, one owner at a time, so that a faulty optional plugin stops only itself.
 * @throws BootError: a migration failed, or nothing may be changed before a backup is made
 */
export async function upgrade(
  db: OpenDatabase,
  roster: readonly Member[],
  own: MigrationFolder,
  log: Logger,
): Promise<void> {
  await db.primary.transaction(async (guard) => {
    // others that start together wait here, and find nothing to do
    await holdMigrations(guard);
    await askFirst(db, roster, own, log);
    const folders = [own];
    const migrateThose = async () => {
      await applyPending({ knex: db.primary, folders, log });
    };
    await migrateThose();
    for (const member of roster) {
      folders.push(migrationsOf(member));
      await attempt(member, log, "migration", migrateThose);
      if (member.down !== undefined) folders.pop();
    }
  });
}

/** Only where there is something to lose: a new database has no migrations yet. */
async function askFirst({ primary }: OpenDatabase, roster: readonly Member[], own: MigrationFolder, log: Logger) {
  if ((await appliedNames(primary)).length === 0) return;
  const pending: string[] = [];
  for (const folder of [own, ...roster.map(migrationsOf)]) {
    // whose owner is older than the database is told when its turn comes
    const names = await pendingMigrations(primary, [folder]).catch((error) => {
      if (error instanceof BootError) return [];
      throw error;
    });
    pending.push(...names);
  }
  if (pending.length === 0) return;
  log.info({ pending }, "the database is older than the program");
  for (const { setup } of roster) await setup?.beforeUpgrade?.({ pending });
}
