/** A bucket of an S3-compatible service. Long files go in parts, so that memory is bounded. */
import { open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { S3mini } from "s3mini";
import { type Listed, manifestFile } from "../archive/file.ts";
import type { BackupConfig } from "../config.ts";
import { parseManifest } from "../manifest.ts";
import type { Place } from "./place.ts";

/** S3 wants parts of 5 MiB or more, 10,000 of them at most */
const PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;
const MOST_LISTED = 10_000;
/** of one request */
const PATIENCE_MS = 300_000;
const TRIES = 3;
const BINARY = "application/octet-stream";

export function bucket(config: BackupConfig): Place | undefined {
  const { BACKUP_S3_URL: address, BACKUP_S3_ACCESS_KEY: access, BACKUP_S3_SECRET_KEY: secret } = config;
  if (address === undefined || access === undefined || secret === undefined) return undefined;
  const { origin, pathname } = new URL(address);
  const [name = "", ...folders] = pathname.split("/").filter(Boolean);
  const prefix = folders.map((one) => `${one}/`).join("");
  const s3 = new S3mini({
    endpoint: `${origin}/${name}`,
    region: config.BACKUP_S3_REGION,
    accessKeyId: access,
    secretAccessKey: secret,
    requestAbortTimeout: PATIENCE_MS,
  });

  return {
    name: "s3",
    /** The manifest goes last, as on the disk. */
    async put(folder, manifest, signal) {
      await putFile(s3, prefix, join(folder, manifest.file.name), manifest.file.bytes, signal);
      const length = await s3.getContentLength(prefix + manifest.file.name);
      if (length !== manifest.file.bytes)
        throw new Error(`the bucket has ${length} bytes of ${manifest.file.name} instead of ${manifest.file.bytes}`);
      const place = manifestFile(folder, manifest);
      const text = await readFile(place);
      await patiently(signal, () => s3.putObject(prefix + basename(place), text, "application/json"));
    },
    async list() {
      const listed = await s3.listObjects("/", prefix, MOST_LISTED);
      if (listed === null) throw new Error(`there is no bucket ${name}`);
      const keys = listed.map(({ Key }) => basename(Key));
      const found: Listed[] = [];
      for (const key of keys.filter((one) => one.endsWith(".json"))) {
        const read = parseManifest((await s3.getObject(prefix + key)) ?? "", key, config.BACKUP_KEY);
        if (read === undefined || !keys.includes(read.manifest.file.name)) continue;
        found.push({ ...read.manifest, origin: read.origin });
      }
      return found;
    },
    async remove({ name, file }) {
      await s3.deleteObject(`${prefix}${name}.json`);
      await s3.deleteObject(prefix + file.name);
    },
  };
}

async function putFile(s3: S3mini, prefix: string, path: string, bytes: number, signal: AbortSignal): Promise<void> {
  const key = prefix + basename(path);
  if (bytes <= PART_BYTES) {
    const content = await readFile(path);
    await patiently(signal, () => s3.putObject(key, content, BINARY));
    return;
  }
  const size = Math.max(PART_BYTES, Math.ceil(bytes / MOST_PARTS));
  const upload = await s3.getMultipartUploadId(key, BINARY);
  const handle = await open(path);
  try {
    const parts = [];
    for (let start = 0, number = 1; start < bytes; start += size, number++) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, bytes - start)), { position: start });
      const content = buffer.subarray(0, bytesRead);
      parts.push(await patiently(signal, () => s3.uploadPart(key, upload, content, number)));
    }
    await s3.completeMultipartUpload(key, upload, parts);
  } catch (error) {
    // parts that belong to no file would be paid for
    await s3.abortMultipartUpload(key, upload).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

/** A network has its moments. */
async function patiently<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (tries >= TRIES) throw error;
    }
  }
}
