/** A second folder: another disk, a drive of the network. */
import { copyFile, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { finish, listFolder, openBackup, PART, removeFiles, sweep } from "../archive/file.ts";
import type { Manifest } from "../manifest.ts";
import type { Place } from "./place.ts";

export function secondFolder(folder: string, key: string | undefined): Place {
  return {
    name: "folder",
    /** Read back afterwards: a copy with an error in it is none. */
    async put(from, manifest) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await sweep(folder);
      const part = join(folder, manifest.file.name + PART);
      await copyFile(join(from, manifest.file.name), part);
      // down to the disk, before anything has its name
      const copy = await open(part, "r+");
      await copy.sync().finally(() => copy.close());
      await finish(folder, manifest, key);
      await openBackup(join(folder, manifest.file.name), key);
    },
    list: () => listFolder(folder, key),
    remove: (manifest: Manifest) => removeFiles(folder, manifest),
  };
}
