/** An open database with the kernel's tables, for tests below HTTP. */
import { join } from "node:path";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { migrate } from "../../kernel/db/migrate.ts";
import { memoryLog } from "./log.ts";
import { testDatabase } from "./postgres.ts";

export interface KernelDatabase {
  db: OpenDatabase;
  url: string;
  /** a further pool on the same database, as another instance has it; closed with the first */
  another(poolMax?: number): OpenDatabase;
  close(): Promise<void>;
}

export async function kernelDatabase(poolMax = 20): Promise<KernelDatabase> {
  const { url, drop } = await testDatabase();
  const { log } = memoryLog();
  const pools: OpenDatabase[] = [];
  const another = (max = poolMax): OpenDatabase => {
    const pool = createDatabase({ url, poolMax: max, log });
    pools.push(pool);
    return pool;
  };
  const db = another();
  const folder = join(import.meta.dirname, "../../migrations");
  await migrate({ knex: db.primary, folders: [{ owner: "kernel", folder }], log });
  return {
    db,
    url,
    another,
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
      await drop();
    },
  };
}
