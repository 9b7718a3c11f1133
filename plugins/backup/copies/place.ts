/** Where a backup is copied to. */
import type { Listed } from "../archive/file.ts";
import type { CopyResult } from "../domain.ts";
import type { Manifest } from "../manifest.ts";

export interface Place {
  name: CopyResult["place"];
  put(folder: string, manifest: Manifest, signal: AbortSignal): Promise<void>;
  list(): Promise<Listed[]>;
  remove(manifest: Manifest): Promise<void>;
}
