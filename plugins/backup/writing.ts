/** Makes the two files of one backup from one moment of the shop, while it goes on selling. */
import type { Logger } from "pino";
import type { OpenDatabase } from "../../kernel/db/connect.ts";
import type { System } from "../../kernel/system.ts";
import { writeContent } from "./archive/content.ts";
import { finish, sweep, writePart } from "./archive/file.ts";
import { dump, findTool, PgToolError } from "./archive/pg-dump.ts";
import { recipientOf } from "./archive/seal.ts";
import type { BackupConfig } from "./config.ts";
import type { Manifest } from "./manifest.ts";
import { factsOf, serverVersion, tablesOf } from "./queries/catalog.ts";
import { cutOff } from "./queries/copy.ts";
import { exportSnapshot, settleIn } from "./queries/snapshot.ts";
import { heard, type Watch, watch } from "./stalling.ts";

export interface WritingParts {
  system: System;
  log: Logger;
  config: Pick<BackupConfig, "BACKUP_METHOD" | "BACKUP_KEY" | "BACKUP_STALL_SECONDS">;
  folder: string;
  signal: AbortSignal;
}

/** Whoever calls has the turn. Nothing is left of one that fails. */
export async function write(db: OpenDatabase, name: string, madeAt: Date, parts: WritingParts): Promise<Manifest> {
  const { folder, config, signal } = parts;
  await sweep(folder);
  const guard = watch(config.BACKUP_STALL_SECONDS, signal);
  try {
    const manifest = await Promise.race([fromOneMoment(db, name, madeAt, parts, guard), guard.past]);
    guard.end();
    await finish(folder, manifest, config.BACKUP_KEY);
    return manifest;
  } catch (error) {
    await sweep(folder).catch(() => {});
    throw guard.stalled() ?? error;
  } finally {
    guard.end();
  }
}

async function fromOneMoment(
  db: OpenDatabase,
  name: string,
  madeAt: Date,
  parts: WritingParts,
  guard: Watch,
): Promise<Manifest> {
  const { system, log, config, folder } = parts;
  const { signal, alive } = guard;
  const { BACKUP_KEY: key } = config;
  let fault: { error: unknown } | undefined;
  const made = db.primary.transaction(
    async (tx): Promise<Manifest> => {
      // what waits for an answer that does not come ends with its connection
      const hangUp = () => void (guard.stalled() && cutOff(tx));
      signal.addEventListener("abort", hangUp);
      try {
        signal.throwIfAborted();
        await settleIn(tx);
        const postgres = await serverVersion(tx);
        const migrations = await system.migrations(tx);
        const tables = await tablesOf(tx);
        const tool = config.BACKUP_METHOD === "copy" ? undefined : await findTool("pg_dump", postgres.major);
        if (tool === undefined && config.BACKUP_METHOD === "pg_dump")
          throw new Error(`BACKUP_METHOD is pg_dump, and there is no pg_dump ${postgres.major} on this machine`);
        const content =
          tool === undefined
            ? writeContent(tx, { migrations, tables })
            : dump(tool, system.databaseUrl, await exportSnapshot(tx), {
                complain: (said) => log.warn({ said }, "pg_dump"),
                signal,
              });
        const file = await writePart(folder, name, heard(content, guard), { key, signal });
        return {
          format: 1,
          name,
          method: tool === undefined ? "copy" : "pg_dump",
          made_at: madeAt.toISOString(),
          version: system.version,
          postgres: postgres.text,
          recipient: key === undefined ? null : await recipientOf(key),
          file,
          migrations,
          // counted by the database in the same moment, not by who wrote the rows
          tables: await factsOf(tx, tables, { digested: system.sealedTables(), alive }),
        };
      } catch (error) {
        fault = { error };
        // pg_dump only says that it failed; whether the server is there, this connection knows
        if (error instanceof PgToolError)
          await tx.raw("SELECT 1").catch((gone) => {
            fault = { error: gone };
          });
        // in the middle of a COPY it could not even be rolled back
        await cutOff(tx);
        throw error;
      } finally {
        signal.removeEventListener("abort", hangUp);
      }
    },
    { isolationLevel: "repeatable read", readOnly: true },
  );
  // the connection that was cut off makes a fault of its own
  return made.catch((error) => {
    throw fault === undefined ? error : fault.error;
  });
}
