/** All tables of the kernel and of the project's plugins in a fresh database, as `migrate` makes them. */
import { join } from "node:path";
import { createDatabase } from "../../kernel/db/connect.ts";
import { migrate } from "../../kernel/db/migrate.ts";
import { discoverPlugins, projectRoots } from "../../kernel/discover.ts";
import { orderPlugins } from "../../kernel/graph.ts";
import { memoryLog } from "./log.ts";

export async function migrateEverything(url: string): Promise<void> {
  const roots = projectRoots();
  const found = await discoverPlugins(roots, []);
  const folders = orderPlugins(found.map(({ definition }) => definition)).map(({ name }) => ({
    owner: name,
    folder: join(found.find(({ definition }) => definition.name === name)?.codeFolder ?? "", "migrations"),
  }));
  const { log } = memoryLog();
  const db = createDatabase({ url, poolMax: 2, log });
  try {
    await migrate({
      knex: db.primary,
      folders: [{ owner: "kernel", folder: join(roots.code, "migrations") }, ...folders],
      log,
    });
  } finally {
    await db.close();
  }
}
