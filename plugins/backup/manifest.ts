/** The small file beside each backup that says what is in it. A backup without one is none: it is written last. */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { BootError } from "../../kernel/errors.ts";

const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9-]{1,80}$/),
  method: z.enum(["copy", "pg_dump"]),
  made_at: z.iso.datetime(),
  /** of the program */
  version: z.string(),
  /** of the server, e.g. `18.4` */
  postgres: z.string(),
  /** the public key it is encrypted for; null: it is not */
  recipient: z.string().nullable(),
  file: z.strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,80}\.gz(\.age)?$/),
    bytes: z.number().int().nonnegative(),
    sha256: hex,
  }),
  /** applied ones, in order */
  migrations: z.array(z.string()),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      rows: z.number().int().nonnegative(),
      totals: z.record(z.string(), z.string().regex(/^-?\d+$/)),
      digest: z
        .string()
        .regex(/^-?\d+$/)
        .optional(),
    }),
  ),
});

export type Manifest = z.output<typeof manifestSchema>;

/**
 * Who says what a manifest says. own: whoever has this machine's key; where it has none, nobody is asked. unsigned: nobody. foreign:
 * another key, or a forger.
 */
export type Origin = "own" | "unsigned" | "foreign";

export interface Read {
  manifest: Manifest;
  origin: Origin;
}

const stored = z.strictObject({ manifest: manifestSchema, sha256: z.string(), mac: hex.optional() });

/** The text of the file, with a checksum of its own; with a key, signed. */
export function manifestText(manifest: Manifest, key: string | undefined): string {
  const signed = key === undefined ? {} : { mac: macOf(manifest, key).toString("hex") };
  return `${JSON.stringify({ manifest, sha256: digestOf(manifest), ...signed }, null, 2)}\n`;
}

/** @throws BootError: it is not there, or is not as it was written */
export async function readManifest(path: string, key: string | undefined): Promise<Read> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new BootError(`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cure: "a backup is two files, NAME.json and NAME.gz or NAME.gz.age, in one folder: give the path of one of them",
      cause,
    });
  }
  const read = parseManifest(text, basename(path), key);
  if (read !== undefined) return read;
  throw new BootError(
    `${path} is damaged: it is not as it was written, or not under the name that it was written under`,
    {
      cure: "use a copy of it, or another backup",
    },
  );
}

/** `file`: what it is called, for an older backup may not stand in for a newer one. Undefined: it is not as it was written. */
export function parseManifest(text: string, file: string, key: string | undefined): Read | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = stored.safeParse(json);
  if (!read.success || digestOf(read.data.manifest) !== read.data.sha256) return undefined;
  const { manifest, mac } = read.data;
  if (file !== `${manifest.name}.json` || !manifest.file.name.startsWith(`${manifest.name}.gz`)) return undefined;
  return { manifest, origin: originOf(manifest, mac, key) };
}

function originOf(manifest: Manifest, mac: string | undefined, key: string | undefined): Origin {
  if (key === undefined) return "own";
  if (mac === undefined) return "unsigned";
  return timingSafeEqual(macOf(manifest, key), Buffer.from(mac, "hex")) ? "own" : "foreign";
}

/** The schema's order of fields, whatever order the file has. */
const canonical = (manifest: Manifest): string => JSON.stringify(manifestSchema.parse(manifest));

function digestOf(manifest: Manifest): string {
  return createHash("sha256").update(canonical(manifest)).digest("hex");
}

/** `key`: the secret one of age, whose public part everybody may encrypt for; so it signs by a key that only who has the secret derives. */
function macOf(manifest: Manifest, key: string): Buffer {
  const own = Buffer.from(hkdfSync("sha256", key, "", "pos-odata backup manifest 1", 32));
  return createHmac("sha256", own).update(canonical(manifest)).digest();
}

export function rowsOf({ tables }: Pick<Manifest, "tables">): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
