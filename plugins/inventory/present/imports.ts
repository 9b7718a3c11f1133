/** Imports as the API and the pages show them. */
import { z } from "zod";
import type { Text } from "../../../kernel/i18n.ts";
import type { Column } from "../import/columns.ts";
import type { Fault } from "../import/faults.ts";
import type { ProductImport } from "../import/state.ts";

export const importErrorJson = z.strictObject({
  row: z.number(),
  field: z.string(),
  code: z.string(),
  message: z.string(),
});

export const importResultJson = z.strictObject({
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  failed: z.number(),
  errors: z.array(importErrorJson),
});

export const importAcceptedJson = z.strictObject({ job_id: z.number() });

export const importJobJson = importResultJson.extend({
  job_id: z.number(),
  status: z.enum(["checking", "checked", "running", "done", "refused"]),
  total: z.number(),
  processed: z.number(),
});

export function toFaultJson(
  { row, field, code, message, params }: Fault,
  text: Text,
): z.output<typeof importErrorJson> {
  return { row, field, code, message: text.t(message, params) };
}

/** For a list that was refused for one row, nothing counts as written. */
export function toImportResult(
  one: ProductImport,
  faults: readonly Fault[],
  text: Text,
): z.output<typeof importResultJson> {
  const refused = one.status === "refused";
  return {
    created: refused ? 0 : one.created,
    updated: refused ? 0 : one.updated,
    unchanged: one.unchanged,
    failed: one.failed,
    errors: [...wholeFault(one, text), ...faults.map((fault) => toFaultJson(fault, text))],
  };
}

function wholeFault({ fault }: ProductImport, text: Text): z.output<typeof importErrorJson>[] {
  if (!fault) return [];
  return [{ row: 1, field: "row", code: fault.code, message: text.t(`inventory.errors.${fault.code}`, fault.params) }];
}

export function toImportJob(one: ProductImport, faults: readonly Fault[], text: Text): z.output<typeof importJobJson> {
  const { id, status, total, processed } = one;
  return { job_id: id, status, total, processed, ...toImportResult(one, faults, text) };
}

export function toFaultRow(fault: Fault, text: Text) {
  return {
    // without thousands signs, as spreadsheets and the sentences write it
    row: String(fault.row),
    column: columnName(fault.field, text),
    written: fault.written,
    reason: text.t(fault.message, fault.params),
  };
}

export function columnName(column: Column | "row", text: Text): string {
  return text.t(`inventory.columns.${column}`);
}

/** What the page of an import shows; the reader decides by `state`. */
export function toImportView(one: ProductImport, faults: readonly Fault[], text: Text, currency: string) {
  const good = one.created + one.updated;
  const columns = one.layout.columns.filter((column) => column !== null);
  const count = (key: string, value: number) => text.t(`inventory.import.${key}`, { count: value });
  return {
    href: `/products/import/${one.id}`,
    fileName: one.fileName,
    state: one.status,
    busy: one.status === "checking" || one.status === "running",
    progress: { value: one.processed, max: Math.max(one.total, 1) },
    progressText: text.t(`inventory.import.progress_${one.status === "running" ? "running" : "checking"}`, {
      processed: text.integer(one.processed),
      total: text.integer(one.total),
    }),
    counts: [
      { label: count("count_created", one.created), value: text.integer(one.created), kind: "ok" },
      { label: count("count_updated", one.updated), value: text.integer(one.updated), kind: "" },
      { label: count("count_unchanged", one.unchanged), value: text.integer(one.unchanged), kind: "" },
      { label: count("count_failed", one.failed), value: text.integer(one.failed), kind: one.failed > 0 ? "bad" : "" },
    ],
    startLabel: good > 0 ? text.t("inventory.import.start", { count: good }) : undefined,
    columns: columns.map((column) => columnName(column, text)).join(", "),
    ignored: one.layout.ignored.join(", "),
    hasStock: columns.includes("stock"),
    preview: one.preview.map(({ sku, name, priceMinor, stockMilli, isNew }) => ({
      sku,
      name,
      price: text.money(priceMinor, currency),
      stock: stockMilli === null ? text.t("inventory.stock.uncounted") : text.quantity(stockMilli),
      isNew: text.t(isNew ? "inventory.import.row_new" : "inventory.import.row_known"),
    })),
    fault: one.fault ? text.t(`inventory.errors.${one.fault.code}`, one.fault.params) : undefined,
    faults: faults.map((fault) => toFaultRow(fault, text)),
    faultsShown: one.failed > 0 ? text.t("inventory.import.faults_shown", { shown: faults.length }) : "",
    faultsFile: `/products/import/${one.id}/faults.csv`,
  };
}
