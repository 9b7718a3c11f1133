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

export type JobKind = "receipt" | "copy" | "test" | "drawer";
export type JobState = "queued" | "sending" | "done" | "failed" | "cancelled";

export interface PrintJob {
  id: number;
  printerId: number;
  printerName: string;
  kind: JobKind;
  saleId: number | undefined;
  saleNumber: string | undefined;
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

export interface NewJob {
  printerId: number;
  kind: JobKind;
  saleId?: number | undefined;
  copy?: number | undefined;
}
