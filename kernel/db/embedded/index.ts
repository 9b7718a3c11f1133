/** A real PostgreSQL inside DATA_DIR, for a shop that has no database server: started, guarded and stopped with the app. */
import { join } from "node:path";
import process from "node:process";
import { BootError } from "../../errors.ts";
import { databaseAccount } from "./account.ts";
import { addressOf, DATABASE, prepareDatabase, ROLE } from "./app-database.ts";
import { findBinaries, packagedFolder } from "./binaries.ts";
import { clusterPlace, findCluster } from "./cluster.ts";
import { createCluster } from "./initdb.ts";
import { holdLock, takeLock } from "./lock.ts";
import { boundLog, type Log } from "./log.ts";
import { keepPassword, resetPassword } from "./password.ts";
import { readPidFile } from "./pid-file.ts";
import { openDataDir } from "./places.ts";
import { type Ground, runPostmaster } from "./postmaster.ts";
import { connect } from "./server-connection.ts";
import { endPostmaster } from "./shutdown.ts";
import { sweepSockets } from "./socket.ts";
import { sweepStages } from "./stage.ts";

export type { Log } from "./log.ts";

const HOST = "127.0.0.1";

export interface EmbeddedServer {
  /** postgres://pos:...@127.0.0.1:PORT/pos?host=FOLDER, without `host` where there is no Unix socket; never log it */
  connectionString: string;
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** where the cluster really is */
  dataFolder: string;
  /** true when a server left behind by a killed app was taken over */
  adopted: boolean;
  /** clean stop (fast shutdown), resolves when the postmaster is gone; bounded, escalates SIGINT -> SIGQUIT */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of DATA_DIR, or takes over the one that a killed app left running, and holds DATA_DIR for
 * this app until `stop()`.
 * @throws BootError with its cure: DATA_DIR in use, made by another major version, disk full, no programs, no user
 */
export async function startEmbedded(options: { dataDir: string; log: Log }): Promise<EmbeddedServer> {
  try {
    return await start(options);
  } catch (error) {
    if (error instanceof BootError) throw error;
    throw new BootError(`the embedded PostgreSQL did not start: ${String(error)}`, {
      cure: "see postgres.log in DATA_DIR, or set DATABASE_URL to a server of your own",
      cause: error,
    });
  }
}

async function start({ dataDir, log }: { dataDir: string; log: Log }): Promise<EmbeddedServer> {
  const home = await openDataDir(dataDir);
  await sweepStages(home);
  const { ground, password } = await prepareGround(home, log);
  await boundLog(ground.logFile);
  const postmaster = await runPostmaster(ground);
  const { client, address, pid, adopted } = postmaster;
  const { port } = address;

  // who does not get the lock leaves the server to the one who has it
  await takeLock(client, home).catch(async (error) => {
    await client.end().catch(() => {});
    throw error;
  });
  const end = async () => {
    // a server that ended by itself long ago may have left its pid to another program
    if ((await readPidFile(ground.folder, log))?.pid === pid) await endPostmaster(pid, ground);
  };
  await prepareDatabase(client, address, password.app).catch(async (error) => {
    await end();
    await client.end().catch(() => {});
    throw error;
  });
  const lock = holdLock(client, () => connect(address), log);
  await sweepSockets(ground.folder, port);

  let stopping: Promise<void> | undefined;
  // the lock is held while the server goes down: nobody can move into a server that is about to end
  const stop = async () => {
    lock.expectEnd();
    await end();
    await lock.release();
    log.info({ pid }, "PostgreSQL stopped");
  };
  log.info(
    { pid, port, folder: ground.folder, version: ground.binaries.version, user: ground.account?.name, adopted },
    adopted ? "took over the PostgreSQL that a killed app left running" : "PostgreSQL started",
  );
  return {
    connectionString: addressOf(address, password.app),
    host: HOST,
    port,
    user: ROLE,
    password: password.app,
    database: DATABASE,
    dataFolder: ground.folder,
    adopted,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Everything a server needs before it can run: user, programs, password, cluster. */
async function prepareGround(home: string, log: Log) {
  const account = await databaseAccount(clusterPlace(home), log);
  const packaged = await packagedFolder();
  const shelf = process.geteuid?.() === 0 ? {} : { shelf: home };
  const binaries = await findBinaries({ account, log, packaged, ...shelf });
  const major = binaries.version.replace(/\D.*$/, "");
  // looked for before the password is made: a cluster without one has lost it, a new one has it from the beginning
  const found = await findCluster(home, major, account);
  const password = await keepPassword(home);
  const secret = password.superuser;
  if (found !== null && password.fresh) {
    await resetPassword({ dataDir: home, folder: found, binaries, account, password: secret });
    log.warn("DATA_DIR/postgres.password was missing, a new one was made");
  }
  const folder = found ?? (await createCluster({ dataDir: home, account, binaries, password: secret, log }));
  const ground: Ground = { folder, account, binaries, password: secret, logFile: join(home, "postgres.log"), log };
  return { ground, password };
}
