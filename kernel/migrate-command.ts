/** `migrate`: brings the database up to this program without starting it, so that a deployment does it once and first. */
import { type Assembled, kernelMigrations, migrationsOf } from "./assemble.ts";
import type { Command } from "./command.ts";
import { isBreaking, pendingMigrations } from "./db/migrate.ts";
import { upgrade } from "./upgrade.ts";

export const MIGRATE = "migrate";
const COMPATIBLE = "--compatible";
const MISUSED = 2;

export function migrateCommand({ db, roster, roots, log }: Assembled): Command {
  return {
    name: MIGRATE,
    summary: `migrate: brings the database up to this program; migrate ${COMPATIBLE}: unless the version before could not go on with it`,
    run: async ({ args, print }) => {
      const [how, ...more] = args;
      if (more.length > 0 || (how !== undefined && how !== COMPATIBLE)) {
        print(`migrate takes ${COMPATIBLE} or nothing.`);
        return MISUSED;
      }
      const own = kernelMigrations(roots);
      const pending = await pendingMigrations(db.primary, [own, ...roster.map(migrationsOf)]);
      const breaking = pending.filter(isBreaking);
      if (how === COMPATIBLE && breaking.length > 0) {
        print(`Nothing was changed: the version before cannot go on with ${breaking.join(", ")}.`);
        print("Stop all instances of it, run migrate, and start this version: the shop is closed meanwhile.");
        return 1;
      }
      await upgrade(db, roster, own, log);
      const down = roster.filter((member) => member.down !== undefined);
      for (const { plugin, down: why } of down) print(`The plugin ${plugin.name} stays down: ${why}.`);
      print(pending.length === 0 ? "The database is up to date." : `Applied: ${pending.join(", ")}.`);
      return down.length === 0 ? 0 : 1;
    },
  };
}
