/**
 * `app.log` and the files before it, `app.log.1` the newest. A line is on its way to the disk before `write` returns: a crash loses
 * none. Several processes may write into one folder: one of them turns the files over, the others notice within a second. A
 * disk that is full or a folder that is read-only stops nobody: it is told once, and so is its end.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/** how often a file is looked at that others may have turned over or removed */
const LOOK_MS = 1000;
/** how long a folder that refuses is left alone */
const REST_MS = 5000;
/** a lock older than this belongs to a process that died */
const STALE_MS = 10_000;
const MODE = 0o640;

export interface LogFileOptions {
  folder: string;
  name: string;
  /** bytes of one file */
  maxBytes: number;
  /** files in all, at least 1 */
  files: number;
  /** what an operator should know of the file itself */
  tell: (trouble: LogTrouble) => void;
  /** milliseconds that never go back */
  now?: () => number;
}

/** `lost`: lines that are not in the file */
export type LogTrouble =
  | { kind: "broken"; file: string; error: Error }
  | { kind: "mended"; file: string; lost: number };

export interface LogFile {
  write(line: string): void;
  close(): void;
}

interface Open {
  handle: number;
  inode: number;
  bytes: number;
  lookedAt: number;
}

export function createLogFile(options: LogFileOptions): LogFile {
  const { folder, name, maxBytes, files, tell, now = () => performance.now() } = options;
  const path = join(folder, name);
  let file: Open | undefined;
  let broken: { until: number; lost: number } | undefined;
  /** the room ended in the middle of a line */
  let isTorn = false;

  function open(): Open {
    mkdirSync(folder, { recursive: true });
    const handle = openSync(path, "a", MODE);
    const { ino, size } = fstatSync(handle);
    return { handle, inode: ino, bytes: size, lookedAt: now() };
  }

  function close(): void {
    const { handle } = file ?? {};
    file = undefined;
    if (handle !== undefined) closeSync(handle);
  }

  /** The file that has the name now, with the bytes that others wrote into it too. */
  function current(): Open {
    if (file !== undefined && now() - file.lookedAt >= LOOK_MS) {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found?.ino === file.inode) Object.assign(file, { bytes: found.size, lookedAt: now() });
      else close();
    }
    file ??= open();
    return file;
  }

  /**
   * One process at a time; while another does it, this one goes on where it is. Each file has locks of its own, and whoever died over it
   * leaves the next number to the next: nobody ever removes a lock that may be another's by now.
   */
  function turnOver({ inode }: Open): void {
    const lockOf = (turn: number) => `${path}.${inode}.${turn}.lock`;
    const turn = takeTurn(lockOf);
    if (turn === undefined) return;
    // one that was stopped for long may have been taken for dead
    const isMine = () => isThere(lockOf(turn)) && !isThere(lockOf(turn + 1));
    try {
      if (statSync(path, { throwIfNoEntry: false })?.ino === inode) shift(isMine);
      close();
    } finally {
      for (let one = turn; one > 0; one--) rmSync(lockOf(one), { force: true });
    }
  }

  function takeTurn(lockOf: (turn: number) => string): number | undefined {
    for (let turn = 1; ; turn++) {
      try {
        closeSync(openSync(lockOf(turn), "wx", MODE));
        return turn;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const since = statSync(lockOf(turn), { throwIfNoEntry: false })?.mtimeMs;
      if (since === undefined || Date.now() - since <= STALE_MS) return undefined;
    }
  }

  function shift(isMine: () => boolean): void {
    const numbered = (number: number) => (number === 0 ? path : `${path}.${number}`);
    rmSync(numbered(files - 1), { force: true });
    for (let number = files - 2; number >= 0 && isMine(); number--)
      if (isThere(numbered(number))) renameSync(numbered(number), numbered(number + 1));
  }

  function put(line: Buffer): void {
    const before = current();
    if (before.bytes > 0 && before.bytes + line.length > maxBytes) turnOver(before);
    const { handle } = current();
    for (let done = 0; done < line.length; ) {
      const written = writeSync(handle, line, done);
      done += written;
      isTorn = done < line.length;
      if (file !== undefined) file.bytes += written;
    }
  }

  function fail(error: unknown): void {
    try {
      close();
    } catch {
      // it is as closed as it can be
    }
    const isNews = broken === undefined;
    broken = { until: now() + REST_MS, lost: (broken?.lost ?? 0) + 1 };
    if (isNews) tell({ kind: "broken", file: path, error: error instanceof Error ? error : new Error(String(error)) });
  }

  return {
    write: (text) => {
      if (broken !== undefined && now() < broken.until) {
        broken.lost += 1;
        return;
      }
      try {
        put(Buffer.from(isTorn ? `\n${text}` : text));
      } catch (error) {
        return fail(error);
      }
      if (broken === undefined) return;
      const { lost } = broken;
      broken = undefined;
      tell({ kind: "mended", file: path, lost });
    },
    close,
  };
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
