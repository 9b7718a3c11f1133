/** The small file beside each backup that says what is in it. A backup without one is none: it is written last. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { BootError } from "../../kernel/errors.ts";

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
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
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

const stored = z.strictObject({ manifest: manifestSchema, sha256: z.string() });

/** The text of the file, with a checksum of its own. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify({ manifest, sha256: digestOf(manifest) }, null, 2)}\n`;
}

/** @throws BootError: it is not there, or is not as it was written */
export async function readManifest(path: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new BootError(`${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cure: "a backup is two files, NAME.json and NAME.gz or NAME.gz.age, in one folder: give the path of one of them",
      cause,
    });
  }
  const read = parseManifest(text);
  if (read !== undefined) return read;
  throw new BootError(`${path} is damaged: it is not as it was written`, {
    cure: "use a copy of it, or another backup",
  });
}

/** Undefined: it is not as it was written. */
export function parseManifest(text: string): Manifest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = stored.safeParse(json);
  if (!read.success || digestOf(read.data.manifest) !== read.data.sha256) return undefined;
  const { name, file } = read.data.manifest;
  return file.name.startsWith(`${name}.gz`) ? read.data.manifest : undefined;
}

/** The schema's order of fields, whatever order the file has. */
function digestOf(manifest: Manifest): string {
  return createHash("sha256")
    .update(JSON.stringify(manifestSchema.parse(manifest)))
    .digest("hex");
}

export function rowsOf({ tables }: Pick<Manifest, "tables">): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
