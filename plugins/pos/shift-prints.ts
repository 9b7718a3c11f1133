/** X and Z reports on paper: by the register's printer, or as a sheet that a browser prints. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { errors } from "./errors.ts";
import type { Printing } from "./printing/printing.ts";
import { insertPrint } from "./queries/shift-prints.ts";
import type { Block } from "./receipts/model.ts";
import { shiftReportBlocks } from "./receipts/shift-report.ts";
import type { CashActor, Shifts } from "./shifts.ts";

export interface ShiftPrint {
  jobId: number;
  /** undefined: the report itself, not a copy of it */
  copy: number | undefined;
}

export type ShiftPrints = ReturnType<typeof createShiftPrints>;

export function createShiftPrints(parts: {
  clock: Clock;
  audit: Auditor;
  shifts: Pick<Shifts, "find" | "report">;
  printing: Pick<Printing, "shiftReport">;
}) {
  const { clock, audit, shifts, printing } = parts;

  /** `mayRead`: what an open shift holds too. Throws NOT_FOUND, FORBIDDEN. */
  async function visible(shiftId: number, mayRead: boolean, tx?: Tx) {
    const shift = await shifts.find(shiftId, tx);
    if (!shift.closing && !mayRead) throw kernelErrors.FORBIDDEN();
    return shift;
  }

  return {
    /** Throws NOT_FOUND, FORBIDDEN. */
    async sheet(shiftId: number, mayRead: boolean, reader: { shop: Shop; text: Text }): Promise<Block[]> {
      const shift = await visible(shiftId, mayRead);
      return shiftReportBlocks(shift, await shifts.report(shift), reader, { at: clock.now() });
    },

    /** Throws NOT_FOUND, FORBIDDEN, NO_PRINTER. */
    async print(tx: Tx, shiftId: number, mayRead: boolean, { seller, address }: CashActor): Promise<ShiftPrint> {
      const { closing, registerId } = await visible(shiftId, mayRead, tx);
      const number = closing ? await insertPrint(tx, shiftId, seller.id, clock.now()) : 1;
      const copy = number > 1 ? number - 1 : undefined;
      const jobId = await printing.shiftReport(tx, { id: shiftId, registerId }, copy);
      if (jobId === undefined) throw errors.NO_PRINTER();
      const after = { kind: closing ? "Z" : "X", ...(copy === undefined ? {} : { copy }) };
      await audit(tx, { user: seller, action: "shift.printed", subject: `shift:${shiftId}`, after, address });
      return { jobId, copy };
    },
  };
}
