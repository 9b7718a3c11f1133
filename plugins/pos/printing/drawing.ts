/** What a job looks like on its printer. Nobody waits at a page for it: it is in the shop's first language. */
import type { Clock } from "../../../kernel/clock.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { drawerBytes, escposBytes } from "../receipts/escpos.ts";
import type { Block } from "../receipts/model.ts";
import type { Receipts } from "../receipts/receipts.ts";
import type { Tenders } from "../tenders.ts";
import type { Printer, PrintJob } from "./domain.ts";

/** a drawer that opens later than this opens when nobody stands there */
const KICK_WITHIN_MS = 60_000;

export function createDrawing({
  receipts,
  tenders,
  stores,
  clock,
  text,
}: {
  receipts: Receipts;
  tenders: Pick<Tenders, "list">;
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

  return async (job: PrintJob, printer: Printer): Promise<Uint8Array> => {
    if (job.kind === "drawer") return drawerBytes(inTime(job, printer));
    if (job.saleId === undefined) {
      const shop = await stores.shopOf(undefined);
      const at = text.dateTime(clock.now(), shop.timeZone);
      return escposBytes(testBlocks(shop.name, printer.name, at, text), printer, false);
    }
    const receipt = await receipts.read(job.saleId, { text }, { copy: job.copy, repeated: job.repeated });
    const methods = receipt.sale.payments.map(({ method }) => method);
    return receipts.bytes(receipt, printer, await kicks(job, printer, methods));
  };
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
