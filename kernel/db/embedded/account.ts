/** The user of the operating system who runs PostgreSQL, which refuses to run as root. */
import { stat } from "node:fs/promises";
import process from "node:process";
import { BootError } from "../../errors.ts";
import { type Log, lastLines } from "./log.ts";
import { run } from "./process.ts";

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** The system users tried in this order; the last one is ours and is made when there is none. */
const SYSTEM_USERS = ["postgres", "pos-odata"] as const;

/**
 * Null for an ordinary user: PostgreSQL runs as whoever runs the app. For root: whoever owns the cluster already,
 * else the system user `postgres`, else `pos-odata`, which is created.
 * @throws BootError when root has no other user and cannot make one
 */
export async function databaseAccount(cluster: string, log: Log): Promise<Account | null> {
  if (process.geteuid?.() !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  for (const name of SYSTEM_USERS) {
    const account = await lookUp(name);
    if (account !== null) return account;
  }
  return await createAccount("pos-odata", log);
}

async function lookUp(name: string): Promise<Account | null> {
  const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
  if (uid.code !== 0 || gid.code !== 0) return null;
  const account = { name, uid: Number(uid.output), gid: Number(gid.output) };
  return Number.isInteger(account.uid) && Number.isInteger(account.gid) && account.uid !== 0 ? account : null;
}

async function createAccount(name: string, log: Log): Promise<Account> {
  const options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name];
  let made = await run("useradd", options);
  if (made.code === null) made = await run("/usr/sbin/useradd", options);
  // looked up even after a failure: another start may have made it in the same moment
  const account = await lookUp(name);
  if (account === null) {
    throw new BootError(
      `PostgreSQL refuses to run as root, and a user "${name}" for it could not be made:${lastLines(made.output)}`,
      { cure: `start as an ordinary user, or make one (useradd --system ${name}), or set DATABASE_URL` },
    );
  }
  log.info({ user: name }, "made a system user that runs PostgreSQL, because it refuses root");
  return account;
}
