/**
 * Backups that are made where the journal cannot be written: before an upgrade, and before the way back. Their manifests are those of any
 * other, because an older program must read them: what more there is to say stands in their names, and in a note beside them.
 */
import { createHash } from "node:crypto";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { manifestFile, NOTE, PART } from "./archive/file.ts";
import type { Manifest } from "./manifest.ts";

type Named = Pick<Manifest, "name">;

/** the ends of their names */
const BEFORE_UPGRADE = "-upgrade";
const BEFORE_ROLLBACK = "-rollback";

export const isAside = ({ name }: Named): boolean => name.endsWith(BEFORE_UPGRADE) || name.endsWith(BEFORE_ROLLBACK);
export const isBeforeUpgrade = ({ name }: Named): boolean => name.endsWith(BEFORE_UPGRADE);

/** `target`: the migrations that the database is to have. Backups that one upgrade makes, in however many tries, share the mark of it. */
export function nameBeforeUpgrade(base: string, target: Iterable<string>): string {
  const mark = createHash("sha256")
    .update([...new Set(target)].sort().join())
    .digest("hex")
    .slice(0, 8);
  return `${base}-to-${mark}${BEFORE_UPGRADE}`;
}

export const nameBeforeRollback = (base: string): string => base + BEFORE_ROLLBACK;

const markOf = ({ name }: Named): string | undefined => /-to-([0-9a-f]{8})-upgrade$/.exec(name)?.[1];

/**
 * What to go back to from a database with these migrations. An upgrade that failed in the middle and was tried again has made a backup
 * of what was half done, too: of the newest upgrade it is the one with the fewest migrations, and of several such the newest.
 */
export function beforeLastUpgrade<M extends Named & Pick<Manifest, "migrations">>(
  newestFirst: readonly M[],
  applied: readonly string[],
): M | undefined {
  const there = new Set(applied);
  const before = newestFirst.filter(
    (one) =>
      isBeforeUpgrade(one) && one.migrations.length < applied.length && one.migrations.every((name) => there.has(name)),
  );
  const [newest] = before;
  if (newest === undefined || markOf(newest) === undefined) return newest;
  const same = before.filter((one) => markOf(one) === markOf(newest));
  const fewest = Math.min(...same.map(({ migrations }) => migrations.length));
  return same.find(({ migrations }) => migrations.length === fewest);
}

const note = z.object({
  finished_at: z.iso.datetime(),
  drill: z.enum(["none", "ok", "findings", "failed"]).default("none"),
  drill_at: z.iso.datetime().nullable().default(null),
  drill_detail: z.string().nullable().default(null),
});

export type Note = z.output<typeof note>;

const noteFile = (folder: string, { name }: Named): string => join(folder, name + NOTE);

export async function writeNote(folder: string, one: Named, said: z.input<typeof note>): Promise<void> {
  const file = noteFile(folder, one);
  await writeFile(file + PART, `${JSON.stringify(said)}\n`, { mode: 0o600, flush: true });
  await rename(file + PART, file);
}

/** One that was made by a version without notes was finished when its manifest was written, as far as anybody knows. */
export async function readNote(folder: string, one: Named): Promise<Note> {
  try {
    return note.parse(JSON.parse(await readFile(noteFile(folder, one), "utf8")));
  } catch {
    const { mtime } = await stat(manifestFile(folder, one));
    return note.parse({ finished_at: mtime.toISOString() });
  }
}
