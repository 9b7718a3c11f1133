/** The passwords of the database, made once per DATA_DIR. */
import { createHmac, randomBytes } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BootError } from "../../errors.ts";
import { errorCode } from "./process.ts";

export interface Password {
  /** of the superuser `postgres`; the content of DATA_DIR/postgres.password */
  superuser: string;
  /** of the app's role `pos`, derived: whoever learns the app's connection string is not superuser yet */
  app: string;
  /** true when this start made it */
  fresh: boolean;
}

/** Reads DATA_DIR/postgres.password, or makes it with mode 0600. Two starts at once agree on one password. */
export async function keepPassword(dataDir: string): Promise<Password> {
  const file = join(dataDir, "postgres.password");
  const kept = await read(file);
  if (kept !== "") return passwords(kept, false);
  await rm(file, { force: true });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    await handle.writeFile(`${randomBytes(24).toString("base64url")}\n`);
    await handle.sync();
    await handle.close();
    // a link appears whole or not at all, and never replaces another's
    const first = await link(draft, file).then(
      () => true,
      (error) => {
        if (errorCode(error) === "EEXIST") return false;
        throw error;
      },
    );
    return passwords(await read(file), first);
  } finally {
    await rm(draft, { force: true });
  }
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
