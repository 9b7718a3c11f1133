/** One app per DATA_DIR: an advisory lock of the server, held by one connection for as long as the app runs. */
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { BootError } from "../../errors.ts";
import type { Log } from "./log.ts";
import { errorCode, isAlive } from "./process.ts";

/** "pos" in ASCII, and the first lock of it. In database `postgres`, so that the app's own locks cannot meet it. */
export const KEY = [0x706f73, 1];

/**
 * Takes the lock on this connection.
 * @throws BootError that names the process which holds it; that one and its server are left alone
 */
export async function takeLock(client: pg.Client, dataDir: string): Promise<void> {
  if (await tryLock(client)) return;
  const holder = await findHolder(client);
  // the server may need a moment to see that a killed app's connection is gone
  if (holder !== null && !isAlive(holder) && (await waitForLock(client))) return;
  if (holder === null && (await tryLock(client))) return;
  const pid = (await findHolder(client)) ?? holder;
  throw new BootError(`DATA_DIR ${dataDir} is in use by another app${pid === null ? "" : ` (pid ${pid})`}`, {
    cure: `stop that one first${pid === null ? "" : ` (kill ${pid})`}, or give this one another DATA_DIR`,
  });
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1, $2) as taken", KEY);
  return rows[0]?.taken === true;
}

async function waitForLock(client: pg.Client): Promise<boolean> {
  await client.query("set lock_timeout = '5s'");
  try {
    await client.query("select pg_advisory_lock($1, $2)", KEY);
    return true;
  } catch (error) {
    if (errorCode(error) === "55P03") return false;
    throw error;
  } finally {
    await client.query("reset lock_timeout");
  }
}

/** The process id of the app that holds the lock, as its connection's application_name tells. */
export async function findHolder(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ application_name: string }>(
    `select a.application_name
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2`,
    KEY,
  );
  const pid = Number(/pid=(\d+)/.exec(rows[0]?.application_name ?? "")?.[1] ?? Number.NaN);
  return Number.isNaN(pid) ? null : pid;
}

export interface HeldLock {
  /** to be said before the server is stopped, so that the drop of the connection is no news */
  expectEnd(): void;
  release(): Promise<void>;
}

/**
 * Watches the connection that holds the lock. When it drops (the server crashed and recovers, somebody ended the
 * session) that is logged, and the lock is taken again as soon as the server answers.
 */
export function holdLock(held: pg.Client, reconnect: () => Promise<pg.Client>, log: Log): HeldLock {
  let client = held;
  let ending = false;

  const watch = () => {
    waiting(client).unref(); // an app that has nothing left to do may end
    client.once("end", () => {
      if (ending) return;
      log.error("the connection that holds DATA_DIR for this app was lost: PostgreSQL ended or crashed");
      void retake();
    });
  };

  const retake = async () => {
    while (!ending) {
      const next = await reconnect().catch(() => null);
      if (next !== null) {
        client = next;
        if (ending) return await end(next);
        if (await tryLock(next).catch(() => false)) {
          log.warn("PostgreSQL answers again, DATA_DIR is held again");
          return watch();
        }
        log.error({ holder: await findHolder(next).catch(() => null) }, "DATA_DIR is held by another app, stop one");
        await end(next);
      }
      await pause(1000, undefined, { ref: false });
    }
  };

  watch();
  return {
    expectEnd: () => {
      ending = true;
    },
    release: async () => {
      ending = true;
      waiting(client).ref();
      await end(client);
    },
  };
}

async function end(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}

/** Whether the connection keeps the process alive: `pg` has it, its types do not. */
function waiting(client: pg.Client): { ref(): void; unref(): void } {
  return client as pg.Client & { ref(): void; unref(): void };
}
