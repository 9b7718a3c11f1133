/** Printers and their jobs as the API and the pages show them. */
import type { Text } from "../../kernel/i18n.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Printer, PrintJob } from "./printing/domain.ts";

export function printerJson({ id, name, host, port, width, codePage, kicksDrawer, active }: Printer) {
  return { id, name, host, port, width, code_page: codePage, kicks_drawer: kicksDrawer, active };
}

export function jobJson(job: PrintJob) {
  return {
    id: job.id,
    printer_id: job.printerId,
    kind: job.kind,
    sale_id: job.saleId ?? null,
    shift_id: job.shift?.id ?? null,
    copy: job.copy ?? null,
    state: job.state,
    repeated: job.repeated,
    tries: job.tries,
    next_try_at: job.nextTryAt.toISOString(),
    last_error: job.lastError ?? null,
    created_at: job.createdAt.toISOString(),
  };
}

export function jobRow(job: PrintJob, text: Text, shop: Shop) {
  return {
    path: `/printers/jobs/${job.id}`,
    what: whatOf(job, text),
    about: aboutOf(job),
    printer: job.printerName,
    at: text.dateTime(job.createdAt, shop.timeZone),
    state: text.t(`pos.printers.states.${job.state}`),
    why: job.lastError,
    bad: job.state === "failed" || job.lastError !== undefined,
    open: job.state === "queued" || job.state === "failed",
  };
}

function whatOf({ kind, saleNumber: number = "", copy, shift }: PrintJob, text: Text): string {
  if (shift === undefined) return text.t(`pos.printers.kinds.${kind}`, { number, copy: copy ?? 0 });
  const { registerName: register, zNumber: z } = shift;
  if (z === undefined) return text.t("pos.printers.kinds.x_report", { register });
  if (copy === undefined) return text.t("pos.printers.kinds.z_report", { register, number: z });
  return text.t("pos.printers.kinds.z_copy", { register, number: z, copy });
}

function aboutOf({ saleId, shift }: PrintJob): string | undefined {
  if (shift) return `/shifts/${shift.id}`;
  return saleId === undefined ? undefined : `/sales/${saleId}`;
}
