/** What a job looks like on its printer. Nobody waits at a page for it: it is in the shop's first language. */
import type { Clock } from "../../../kernel/clock.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { drawerBytes, escposBytes } from "../receipts/escpos.ts";
import type { Block } from "../receipts/model.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { shiftReportBlocks } from "../receipts/shift-report.ts";
import type { Shifts } from "../shifts.ts";
import type { Tenders } from "../tenders.ts";
import type { JobKind, Printer, PrintJob } from "./domain.ts";

/** a drawer that opens later than this opens when nobody stands there */
const KICK_WITHIN_MS = 60_000;

export function createDrawing({
  receipts,
  tenders,
  shifts,
  stores,
  clock,
  text,
}: {
  receipts: Receipts;
  tenders: Pick<Tenders, "list">;
  shifts: Pick<Shifts, "find" | "report">;
  stores: Pick<Stores, "shopOf">;
  clock: Clock;
  text: Text;
}) {
  const inTime = (job: PrintJob, printer: Printer): boolean =>
    printer.kicksDrawer && !job.repeated && clock.now().getTime() - job.createdAt.getTime() <= KICK_WITHIN_MS;

  async function kicks(job: PrintJob, printer: Printer, methods: readonly string[]): Promise<boolean> {
    if (job.kind !== "receipt" || !inTime(job, printer)) return false;
    const cash = (await tenders.list()).filter(({ kind }) => kind === "cash").map(({ code }) => code);
    return methods.some((method) => cash.includes(method));
  }

  /** What each kind of job puts onto paper. */
  const draw: Record<JobKind, (job: PrintJob, printer: Printer) => Promise<Uint8Array>> = {
    receipt,
    copy: receipt,
    drawer: async (job, printer) => drawerBytes(inTime(job, printer)),

    async test(_job, printer) {
      const shop = await stores.shopOf(undefined);
      const at = text.dateTime(clock.now(), shop.timeZone);
      return escposBytes(testBlocks(shop.name, printer.name, at, text), printer, false);
    },

    async shift_report({ shift: of, copy, repeated }, printer) {
      if (of === undefined) throw new Error("a report of no shift");
      const shift = await shifts.find(of.id);
      const shop = await stores.shopOf(shift.storeId);
      const facts = { at: clock.now(), copy, repeated };
      return escposBytes(shiftReportBlocks(shift, await shifts.report(shift), { shop, text }, facts), printer, false);
    },
  };

  async function receipt(job: PrintJob, printer: Printer): Promise<Uint8Array> {
    if (job.saleId === undefined) throw new Error("a receipt of no sale");
    // the first one is the customer's; a copy may be anybody's
    const sees = () => job.copy === undefined;
    const read = await receipts.read(job.saleId, { text, sees }, { copy: job.copy, repeated: job.repeated });
    const methods = read.sale.payments.map(({ method }) => method);
    return receipts.bytes(read, printer, await kicks(job, printer, methods));
  }

  return (job: PrintJob, printer: Printer): Promise<Uint8Array> => draw[job.kind](job, printer);
}

function testBlocks(shop: string, printer: string, at: string, text: Text): Block[] {
  return [
    { kind: "title", text: shop },
    { kind: "mark", text: text.t("pos.printers.test_title") },
    { kind: "text", text: `${printer}, ${at}` },
    { kind: "rule" },
    { kind: "text", text: "áéíóúüñ ÁÉÍÓÚÜÑ ¿? ¡! €" },
    { kind: "row", label: text.t("pos.sale.total"), amount: "12.345,67", strong: true },
  ];
}
