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
    what: text.t(`pos.printers.kinds.${job.kind}`, { number: job.saleNumber ?? "", copy: job.copy ?? 0 }),
    sale: job.saleId === undefined ? undefined : `/sales/${job.saleId}`,
    printer: job.printerName,
    at: text.dateTime(job.createdAt, shop.timeZone),
    state: text.t(`pos.printers.states.${job.state}`),
    why: job.lastError,
    bad: job.state === "failed" || job.lastError !== undefined,
    open: job.state === "queued" || job.state === "failed",
  };
}
