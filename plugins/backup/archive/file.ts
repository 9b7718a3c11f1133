/** The two files of a backup, and the folder they stand in. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { syncFolder } from "../../../kernel/db/embedded/places.ts";
import { BootError } from "../../../kernel/errors.ts";
import { type Manifest, manifestText, type Origin, readManifest } from "../manifest.ts";
import { NotOurs } from "../not-ours.ts";
import { sealed, unsealed } from "./seal.ts";

/** what a backup under way is called; nobody takes it for one */
export const PART = ".part";
const MANIFEST = ".json";
/** what more is said of one that was made aside of the journal */
export const NOTE = ".note";

export const manifestFile = (folder: string, { name }: { name: string }): string => join(folder, name + MANIFEST);

export interface Written {
  name: string;
  bytes: number;
  sha256: string;
}

/** Writes the content, packed and perhaps encrypted, under its final name with `.part` behind it, down to the disk. */
export async function writePart(
  folder: string,
  name: string,
  content: AsyncIterable<Uint8Array>,
  { key, signal }: { key: string | undefined; signal: AbortSignal },
): Promise<Written> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = `${name}.gz${key === undefined ? "" : ".age"}`;
  const handle = await open(join(folder, file + PART), "wx", 0o600);
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const keep = async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of key === undefined ? source : sealed(source, key)) {
        hash.update(chunk);
        bytes += chunk.length;
        await writeAll(handle, chunk);
      }
      await handle.sync();
    };
    await pipeline(content, createGzip(), keep, { signal });
  } finally {
    await handle.close();
  }
  return { name: file, bytes, sha256: hash.digest("hex") };
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten;
}

/** From here on it is a backup: the content gets its name, then, last of all, the manifest. */
export async function finish(folder: string, manifest: Manifest, key: string | undefined): Promise<void> {
  const content = join(folder, manifest.file.name);
  const place = manifestFile(folder, manifest);
  await writeFile(place + PART, manifestText(manifest, key), { mode: 0o600, flush: true });
  await rename(content + PART, content);
  await syncFolder(folder);
  await rename(place + PART, place);
  await syncFolder(folder);
}

/** What a backup that failed, or was killed, has left. Only while no other is under way. */
export async function sweep(folder: string): Promise<void> {
  const files = await readdir(folder).catch((): string[] => []);
  for (const file of files) {
    const [, name, kind] = /^(pos-odata-[a-z0-9-]+)\.(gz|gz\.age|json|note)\.part$/.exec(file) ?? [];
    if (name === undefined) continue;
    // its content may have its name already, with no manifest to list it
    if (kind === "json" && !files.includes(name + MANIFEST))
      for (const end of [".gz", ".gz.age"]) await rm(join(folder, name + end), { force: true });
    await rm(join(folder, file), { force: true });
  }
}

export interface Listed extends Manifest {
  origin: Origin;
}

/** The backups of a folder, newest first: what has a sound manifest and content of the right size. */
export async function listFolder(folder: string, key: string | undefined): Promise<Listed[]> {
  const files = await readdir(folder).catch((): string[] => []);
  const found: Listed[] = [];
  for (const file of files.filter((one) => one.endsWith(MANIFEST))) {
    const read = await readManifest(join(folder, file), key).catch(() => undefined);
    if (read === undefined) continue;
    const { manifest, origin } = read;
    const size = await stat(join(folder, manifest.file.name)).catch(() => undefined);
    if (size?.size === manifest.file.bytes) found.push({ ...manifest, origin });
  }
  return found.sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
}

/** The manifest goes first, so that nothing lists what is half gone. */
export async function removeFiles(folder: string, { name, file }: Manifest): Promise<void> {
  await rm(join(folder, name + MANIFEST), { force: true });
  await rm(join(folder, file.name), { force: true });
  await rm(join(folder, name + NOTE), { force: true });
}

export interface Opened {
  manifest: Manifest;
  /** decrypted and unpacked */
  content(): AsyncIterable<Uint8Array>;
}

/**
 * `path`: either of its two files. `unsigned`: somebody says that one which nobody signed is theirs.
 * @throws BootError: not there, not ours, cut off, damaged; nothing was done yet
 */
export async function openBackup(path: string, key: string | undefined, { unsigned = false } = {}): Promise<Opened> {
  const folder = dirname(path);
  const place = join(folder, basename(path).replace(/(\.gz(\.age)?|\.json)$/, "") + MANIFEST);
  const { manifest, origin } = await readManifest(place, key);
  if (origin === "foreign" || (origin === "unsigned" && !unsigned)) throw new NotOurs(place, origin);
  const file = join(folder, manifest.file.name);
  const cure = "use a copy of it, or another backup";
  const size = await stat(file).catch((cause) => {
    throw new BootError(`${file} cannot be read: ${String(cause)}`, { cure, cause });
  });
  if (size.size !== manifest.file.bytes)
    throw new BootError(`${file} has ${size.size} bytes instead of ${manifest.file.bytes}: it was cut off`, { cure });
  if ((await hashOf(file)) !== manifest.file.sha256)
    throw new BootError(`${file} is damaged: its checksum is another`, { cure });
  if (manifest.recipient !== null && key === undefined)
    throw new BootError(`${file} is encrypted`, { cure: "set BACKUP_KEY to the key that it was made with" });
  return {
    manifest,
    content: () => {
      const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
      return unpacked(manifest.recipient === null || key === undefined ? raw : unsealed(raw, key));
    },
  };
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // a fault of the source reaches the reader through the stream, which it ends
  pipeline(source, gunzip).catch(() => {});
  yield* gunzip;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
  return hash.digest("hex");
}
