/** The nouns of printing. */
import type { CodePage, PaperWidth } from "../receipts/escpos.ts";

export interface Printer {
  id: number;
  name: string;
  host: string;
  port: number;
  width: PaperWidth;
  codePage: CodePage;
  kicksDrawer: boolean;
  active: boolean;
}

export const JOB_KINDS = ["receipt", "copy", "test", "drawer", "shift_report"] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export type JobState = "queued" | "sending" | "done" | "failed" | "cancelled";

export interface PrintJob {
  id: number;
  printerId: number;
  printerName: string;
  kind: JobKind;
  saleId: number | undefined;
  saleNumber: string | undefined;
  /** of a shift's report; its Z number once it is closed */
  shift: { id: number; registerName: string; zNumber: number | undefined } | undefined;
  copy: number | undefined;
  state: JobState;
  /** an earlier try may have reached the paper */
  repeated: boolean;
  tries: number;
  nextTryAt: Date;
  /** why the last try failed, for people who know networks */
  lastError: string | undefined;
  createdAt: Date;
}

/** What each kind of job is about. */
export type NewJob = { printerId: number } & (
  | { kind: "receipt"; saleId: number }
  | { kind: "copy"; saleId: number; copy: number }
  | { kind: "shift_report"; shiftId: number; copy: number | undefined }
  | { kind: "test" | "drawer" }
);
