/** A shop on a server of its own, with so much in it that a backup is caught in the middle. */
import process from "node:process";
import { hasPostgres15, type Server15, server15 } from "../../../test/harness/postgres15.ts";
import { openVault, sell, type Vault } from "./vault.ts";

export interface Vault15 {
  server: Server15;
  vault: Vault;
  close(): Promise<void>;
}

/** Undefined, and said so, where there is no PostgreSQL 15. The app is stopped; what it sold is there. */
export async function openVault15(): Promise<Vault15 | undefined> {
  if (!hasPostgres15) {
    process.stderr.write("      no PostgreSQL 15 on this machine: a server that stops or stands still is not tried\n");
    return undefined;
  }
  const server = await server15();
  await server.start();
  await server.ask("CREATE DATABASE shop", "postgres");
  const vault = await openVault({ DATABASE_URL: server.url("shop"), BACKUP_DRILL: "false" });
  await sell(vault.shop, 1);
  await vault.shop.kernel.stop();
  // what does not pack well
  await server.ask(
    `INSERT INTO job_runs (plugin, job, tick_at, started_at, error)
     SELECT 'test', 'much', now() + n * interval '1 second', now(), (SELECT string_agg(md5(n::text || i), '') FROM generate_series(1, 20) i)
     FROM generate_series(1, 60000) n`,
  );
  return {
    server,
    vault,
    close: async () => {
      await server.thaw();
      await vault.close();
      await server.remove();
    },
  };
}
