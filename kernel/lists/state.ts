/** An import from the upload to its end. */
import type { Params } from "../i18n.ts";
import type { Layout } from "./layout.ts";

/**
 * checking: rows are read and compared, nothing is written; checked: a person decides; running: rows are written;
 * refused: nothing was written, since the file or, where all or nothing was asked for, a row is faulty.
 */
export type ImportState = "checking" | "checked" | "running" | "done" | "refused";

/** Rows by what became of them, or would become of them. */
export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

export interface ListImport extends ImportCounts {
  id: number;
  /** the plugin that knows the list, and the list's name */
  owner: string;
  list: string;
  permission: string;
  fileName: string;
  status: ImportState;
  dryRun: boolean;
  /** one faulty row, and nothing is written */
  atomic: boolean;
  layout: Layout;
  /** rows under the header: an estimate until the file was read once */
  total: number;
  processed: number;
  preview: unknown[];
  /** why the file as a whole was refused; `text` is a locale key */
  fault: { code: string; text: string; params: Params } | null;
  userId: number;
  userName: string;
  /** null: of before it was kept */
  address: string | null;
  /** where its stock goes; null: of before it was kept, the first one */
  storeId: number | null;
  createdAt: Date;
}
