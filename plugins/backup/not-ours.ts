/** A backup that the machine's BACKUP_KEY does not vouch for: whoever can write where it stands may have made it. */
import { BootError } from "../../kernel/errors.ts";
import type { Origin } from "./manifest.ts";

/** The word of the operator that lets one in which nobody signed: of before backups were signed, or made without a key. */
export const UNSIGNED = "--unsigned";

const SAID = {
  unsigned: {
    what: "is not signed with BACKUP_KEY: a version that did not sign has made it, or somebody without the key",
    cure: `use a signed one; or, if you know that nobody else could write where it was kept, add ${UNSIGNED}`,
  },
  foreign: {
    what: "is not signed with this BACKUP_KEY: it was made with another one, or somebody has made or changed it",
    cure: "set BACKUP_KEY to the key that it was made with, or use another backup",
  },
};

/** Its sentence for people is the locale key `backup.not_ours.ORIGIN`. Nothing of the backup was believed. */
export class NotOurs extends BootError {
  readonly file: string;
  readonly origin: Exclude<Origin, "own">;
  constructor(file: string, origin: Exclude<Origin, "own">) {
    const { what, cure } = SAID[origin];
    super(`${file} ${what}`, { cure });
    this.file = file;
    this.origin = origin;
  }
}
