/** A new cluster, made aside and moved into its place whole: an interrupted start leaves nothing half-made there. */
import { randomBytes } from "node:crypto";
import { chown, mkdir, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { clusterPlace } from "./cluster.ts";
import { type Log, lastLines } from "./log.ts";
import { canEnter, openStore, syncFolder } from "./places.ts";
import { errorCode, run } from "./process.ts";
import { sweepStages } from "./stage.ts";

/**
 * Makes the cluster and gives its real folder. When another start is quicker, its cluster is the one.
 * Where DATA_DIR is out of the account's reach the cluster goes to the store, and DATA_DIR/postgres is a link to it.
 * @throws BootError with initdb's last lines
 */
export async function createCluster(options: {
  dataDir: string;
  account: Account | null;
  binaries: Binaries;
  password: string;
  log: Log;
}): Promise<string> {
  const { dataDir, account, log } = options;
  const place = clusterPlace(dataDir);
  const near = await canEnter(dataDir, account);
  const shelf = near ? dataDir : await openStore("clusters");
  await sweepStages(shelf);
  const stage = join(shelf, `postgres.new-${process.pid}-${randomBytes(4).toString("hex")}`);
  try {
    const made = await initialise(stage, options);
    if (near) {
      await settle(rename(made, place));
    } else {
      const folder = join(shelf, `${basename(dataDir)}-${randomBytes(4).toString("hex")}`);
      await rename(made, folder);
      if (!(await settle(symlink(folder, place)))) await rm(folder, { recursive: true, force: true });
      await syncFolder(shelf);
    }
    await syncFolder(dataDir);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  const folder = await realpath(place);
  if (dirname(folder) !== dataDir) {
    log.warn({ folder, user: account?.name }, "the database is outside DATA_DIR, which its user cannot reach");
  }
  return folder;
}

/** True when it was ours that came to stand, false when another start's was there first. */
async function settle(move: Promise<void>): Promise<boolean> {
  return await move.then(
    () => true,
    (error) => {
      if (["EEXIST", "ENOTEMPTY"].includes(errorCode(error) ?? "")) return false;
      throw error;
    },
  );
}

async function initialise(
  stage: string,
  { account, binaries, password }: { account: Account | null; binaries: Binaries; password: string },
): Promise<string> {
  const folder = join(stage, "cluster");
  const passwordFile = join(stage, "password");
  await mkdir(stage, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account !== null) {
    await chown(passwordFile, account.uid, account.gid);
    await chown(stage, account.uid, account.gid);
  }
  // the builtin C.UTF-8 sorts and folds case alike on every machine, whatever locales it has
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const access = ["--username=postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--no-instructions"];
  const { code, output } = await run(binaries.initdb, ["-D", folder, ...locale, ...access], account);
  await rm(passwordFile, { force: true });
  if (code === 0) return folder;
  throw new BootError(`the database could not be made:${lastLines(output)}`, {
    cure: "look at these lines; most often the disk is full or its file system cannot hold a database (network, FAT)",
  });
}
