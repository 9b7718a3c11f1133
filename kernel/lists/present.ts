/** Imports as the API and the pages show them. */
import { z } from "zod";
import type { Text } from "../i18n.ts";
import type { Fault } from "./fault.ts";
import type { AnyList } from "./list.ts";
import type { ListImport } from "./state.ts";

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
  one: ListImport,
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

function wholeFault({ fault }: ListImport, text: Text): z.output<typeof importErrorJson>[] {
  if (!fault) return [];
  return [{ row: 1, field: "row", code: fault.code, message: text.t(fault.text, fault.params) }];
}

export function toImportJob(one: ListImport, faults: readonly Fault[], text: Text): z.output<typeof importJobJson> {
  const { id, status, total, processed } = one;
  return { job_id: id, status, total, processed, ...toImportResult(one, faults, text) };
}

export function toFaultRow(fault: Fault, owner: string, text: Text) {
  return {
    // without thousands signs, as spreadsheets and the sentences write it
    row: String(fault.row),
    column: columnName(owner, fault.field, text),
    written: fault.written,
    reason: text.t(fault.message, fault.params),
  };
}

export function columnName(owner: string, column: string, text: Text): string {
  return text.t(column === "row" ? "kernel.imports.whole_row" : `${owner}.columns.${column}`);
}

/** What the page of an import shows; the reader decides by `state`. */
export function toImportView(one: ListImport, list: AnyList, faults: readonly Fault[], text: Text, currency: string) {
  const good = one.created + one.updated;
  const columns = one.layout.columns.filter((column) => column !== null);
  const caution = list.caution?.(columns);
  const say = (key: string, params = {}) =>
    text.t(`${one.owner}.lists.${one.list.replaceAll("-", "_")}.${key}`, params);
  const count = (key: string, value: number) => text.t(`kernel.imports.${key}`, { count: value });
  return {
    href: `/${list.name}/import/${one.id}`,
    fileName: one.fileName,
    state: one.status,
    busy: one.status === "checking" || one.status === "running",
    progress: { value: one.processed, max: Math.max(one.total, 1) },
    progressText: text.t(`kernel.imports.progress_${one.status === "running" ? "running" : "checking"}`, {
      processed: text.integer(one.processed),
      total: text.integer(one.total),
    }),
    counts: [
      { label: say("created", { count: one.created }), value: text.integer(one.created), kind: "ok" },
      { label: count("count_updated", one.updated), value: text.integer(one.updated), kind: "" },
      { label: count("count_unchanged", one.unchanged), value: text.integer(one.unchanged), kind: "" },
      { label: count("count_failed", one.failed), value: text.integer(one.failed), kind: one.failed > 0 ? "bad" : "" },
    ],
    startLabel: good > 0 ? text.t("kernel.imports.start", { count: good }) : undefined,
    columns: columns.map((column) => columnName(one.owner, column, text)).join(", "),
    ignored: one.layout.ignored.join(", "),
    caution: caution === undefined ? undefined : text.t(caution),
    previewHead: list.preview.columns.map(({ text: key, num }) => ({ label: text.t(key), num: num === true })),
    preview: one.preview.map((row) =>
      list.preview.cells(row, text, currency).map((cell, place) => ({
        text: cell,
        num: list.preview.columns[place]?.num === true,
      })),
    ),
    done: say("done"),
    home: { href: list.home, label: say("see") },
    again: `/${list.name}/import`,
    fault: one.fault ? text.t(one.fault.text, one.fault.params) : undefined,
    faults: faults.map((fault) => toFaultRow(fault, one.owner, text)),
    faultsShown: one.failed > 0 ? text.t("kernel.imports.faults_shown", { shown: faults.length }) : "",
    faultsFile: `/${list.name}/import/${one.id}/faults.csv`,
  };
}
