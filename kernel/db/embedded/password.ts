/** The passwords of the database, made once per DATA_DIR. */
import { createHmac, randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { lastLines } from "./log.ts";
import { errorCode, run } from "./process.ts";

export interface Password {
  /** of the superuser `postgres`; the content of DATA_DIR/postgres.password */
  superuser: string;
  /** of the app's role `pos`, derived: whoever learns the app's connection string is not superuser yet */
  app: string;
  /** true when this start made it */
  fresh: boolean;
}

function passwordFile(dataDir: string): string {
  return join(dataDir, "postgres.password");
}

/** Reads DATA_DIR/postgres.password, or makes it with mode 0600. Two starts at once agree on one password. */
export async function keepPassword(dataDir: string): Promise<Password> {
  const file = passwordFile(dataDir);
  const kept = await read(file);
  if (kept !== "") return passwords(kept, false);
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    await handle.writeFile(`${randomBytes(24).toString("base64url")}\n`);
    await handle.sync();
    await handle.close();
    const first = await linked(draft, file);
    const now = await read(file);
    if (now !== "") return passwords(now, first);
    // one that somebody emptied; never taken away before that is known, since another start may have made it just now
    await rm(file, { force: true });
    const second = await linked(draft, file);
    return passwords(await read(file), second);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A link appears whole or not at all, and never replaces another's: then false. */
function linked(draft: string, file: string): Promise<boolean> {
  return link(draft, file).then(
    () => true,
    (error) => {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    },
  );
}

/** The passwords of a DATA_DIR that has some. */
export async function readPassword(dataDir: string): Promise<Password | undefined> {
  const kept = await read(passwordFile(dataDir));
  return kept === "" ? undefined : passwords(kept, false);
}

async function read(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return "";
    throw new BootError(`${file} cannot be read: ${String(cause)}`, {
      cure: "start as the user who owns DATA_DIR",
      cause,
    });
  }
}

function passwords(superuser: string, fresh: boolean): Password {
  const app = createHmac("sha256", superuser).update("pos").digest("base64url");
  return { superuser, app, fresh };
}

/**
 * Gives the superuser the password of a fresh file, without knowing the one that was lost. The server must not be
 * running (PostgreSQL's own lock file sees to that); when it is, the fresh file is withdrawn.
 */
export async function resetPassword(options: {
  dataDir: string;
  folder: string;
  binaries: Binaries;
  account: Account | null;
  password: string;
}): Promise<void> {
  const { folder, binaries, account, password } = options;
  const input = `alter role postgres password '${password}';\n`;
  const { code, output } = await run(binaries.postgres, ["--single", "-D", folder, "postgres"], account, input);
  if (code === 0) return;
  await rm(passwordFile(options.dataDir), { force: true });
  throw new BootError(`DATA_DIR/postgres.password was lost, and a new one could not be set:${lastLines(output)}`, {
    cure: "end the PostgreSQL that still runs on this folder, then start again",
  });
}
