/** The key that signs access tokens: given by the operator, or made once and kept beside the data. */
import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BootError } from "../../kernel/errors.ts";
import type { AuthConfig } from "./config.ts";

const SECRET_BYTES = 48;

/**
 * The key that signs, then the one before it while the secret is being changed.
 * Throws a BootError when the kept file cannot be read, cannot be made, or was cut short.
 */
export async function signingKeys(
  config: Pick<AuthConfig, "JWT_SECRET" | "JWT_SECRET_OLD" | "DATA_DIR">,
): Promise<[KeyObject, ...KeyObject[]]> {
  const secret = config.JWT_SECRET ?? (await keptSecret(resolve(config.DATA_DIR)));
  const old = config.JWT_SECRET_OLD;
  // key objects and not the text: koa-jwt verifies fifty times faster with them
  const keyOf = (text: string) => createSecretKey(Buffer.from(text));
  return old === undefined || old === secret ? [keyOf(secret)] : [keyOf(secret), keyOf(old)];
}

async function keptSecret(folder: string): Promise<string> {
  const file = join(folder, "jwt.secret");
  const cure = `make ${folder} writable, or set JWT_SECRET`;
  try {
    const kept = (await readIfThere(file)) ?? (await makeSecret(folder, file));
    if (Buffer.byteLength(kept) >= 32) return kept;
  } catch (cause) {
    throw new BootError(`cannot keep the signing secret in ${file}`, { cure, cause });
  }
  throw new BootError(`${file} is shorter than 32 bytes`, { cure: "remove it; people then sign in again" });
}

/** Written aside and linked into place, so that of two starting processes both read the same whole secret. */
async function makeSecret(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, randomBytes(SECRET_BYTES).toString("base64url"), { mode: 0o600, flag: "wx" });
  try {
    await link(draft, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(file, "utf8")).trim();
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
