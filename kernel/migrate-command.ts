/** `migrate`: brings the database up to this program without starting it, so that a deployment does it once and first. */
import { type Assembled, kernelMigrations, migrationsOf } from "./assemble.ts";
import type { Command } from "./command.ts";
import { isBreaking, pendingMigrations } from "./db/migrate.ts";
import { upgrade } from "./upgrade.ts";

const COMPATIBLE = "--compatible";
const MISUSED = 2;

export function migrateCommand({ db, roster, roots, log }: Assembled): Command {
  return {
    name: "migrate",
    summary: `migrate: brings the database up to this program; migrate ${COMPATIBLE}: unless the version before could not go on with it`,
    anyVersion: true,
    run: async ({ args, print }) => {
      const [how, ...more] = args;
      if (more.length > 0 || (how !== undefined && how !== COMPATIBLE)) {
        print(`migrate takes ${COMPATIBLE} or nothing.`);
        return MISUSED;
      }
      const own = kernelMigrations(roots);
      const pending = () => pendingMigrations(db.primary, [own, ...roster.map(migrationsOf)]);
      const breaking = (await pending()).filter(isBreaking);
      if (how === COMPATIBLE && breaking.length > 0) {
        print(`Nothing was changed: the version before cannot go on with ${breaking.join(", ")}.`);
        print("Stop all instances of it, run migrate, and start this version: the shop is closed meanwhile.");
        return 1;
      }
      // what was done, not what was to do: another instance may have done it, and one of them may fail
      const applied: string[] = [];
      const tellApplied = () => void (applied.length > 0 && print(`Applied: ${applied.join(", ")}.`));
      try {
        await upgrade({ db, roster, own, log, tell: (name) => void applied.push(name) });
      } catch (error) {
        tellApplied();
        throw error;
      }
      tellApplied();
      const down = roster.filter((member) => member.down !== undefined);
      for (const { plugin, down: why } of down) print(`The plugin ${plugin.name} stays down: ${why}.`);
      const left = down.length === 0 ? [] : await pending();
      if (left.length > 0) print(`Not applied: ${left.join(", ")}.`);
      else if (applied.length === 0) print("The database is up to date.");
      return down.length === 0 ? 0 : 1;
    },
  };
}
