/** What a backup is. */

export type Method = "copy" | "pg_dump";
export type Trigger = "schedule" | "person" | "command" | "upgrade";
export type State = "running" | "good" | "failed";
/** findings: it is the shop as it was, whose books did not hold; failed: it is not, or could not be restored */
export type Drill = "none" | "ok" | "findings" | "failed";

/** Why one failed; its sentence is the locale key `backup.faults.CODE`. */
export const FAULTS = ["NO_SPACE", "FOLDER", "DATABASE_DOWN", "INTERRUPTED", "PG_DUMP", "STALLED", "OTHER"] as const;
export type Fault = (typeof FAULTS)[number];

export interface CopyResult {
  place: "folder" | "s3";
  ok: boolean;
}

/** A line of the journal: what was tried, and what became of it. */
export interface Entry {
  id: number;
  name: string;
  state: State;
  trigger: Trigger;
  madeBy: string | null;
  /** the machine on whose disk it is */
  host: string;
  method: Method | null;
  startedAt: Date;
  finishedAt: Date | null;
  bytes: number | null;
  rows: number | null;
  sha256: string | null;
  encrypted: boolean | null;
  fault: Fault | null;
  drill: Drill;
  drillAt: Date | null;
  /** for the operator: what the drill found, in English */
  drillDetail: string | null;
  copies: CopyResult[];
  /** when retention took it away */
  removedAt: Date | null;
}

export interface Actor {
  user?: { id: number; username: string };
  address?: string;
}

/** Bookkeeping of one table, as it was at the moment of the backup. */
export interface TableFacts {
  name: string;
  rows: number;
  /** sums of its columns of money (`_minor`) and quantities (`_milli`), as decimal texts: they may be beyond a number */
  totals: Record<string, string>;
  /** of all rows, in any order: of sealed tables and their chains alone */
  digest?: string | undefined;
}
