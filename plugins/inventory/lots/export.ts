/** Lots and the recall of one as tables for a spreadsheet, in constant memory. Who takes them out stands in the trail before. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { SheetFormat, Table } from "../../../kernel/sheets/table.ts";
import type { Actor } from "../domain.ts";
import { localTime } from "../ledger-export.ts";
import type { LotFilter, LotPlace } from "../queries/lot-lists.ts";
import type { Lot } from "./lot.ts";
import type { Lots } from "./lots.ts";

const PAGE = 1000;

interface Look {
  text: Text;
  timeZone: string;
}

interface Recalled {
  lot: Lot;
  storeIds: readonly number[];
  /** with the names and documents of customers */
  named: boolean;
}

export type LotExports = ReturnType<typeof createLotExports>;

export function createLotExports(parts: {
  db: Database;
  audit: Auditor;
  lots: Pick<Lots, "list" | "buyers" | "owed">;
}) {
  const { db, audit, lots } = parts;
  const said = (actor: Actor, action: string, subject: string, after: object) =>
    db.transaction((tx) => audit(tx, { ...actor, action, subject, after }));

  return {
    async list(actor: Actor, format: SheetFormat, filter: LotFilter, text: Text): Promise<Table> {
      const { storeIds, productId, code, until } = filter;
      const after = { format, stores: storeIds, product_id: productId, code, until };
      await said(actor, "lots.exported", "lots", after);
      const head = ["code", "expires", "sku", "name", "unit", "on_hand", "store"];
      async function* rows() {
        for (let place: LotPlace | undefined; ; ) {
          const found = await lots.list(filter, place, PAGE);
          place = found.at(-1)?.place;
          if (place === undefined) return;
          yield found.map((lot) => [
            lot.code,
            lot.expiresOn === null ? "" : { day: lot.expiresOn },
            lot.sku,
            lot.name,
            lot.unit,
            { amount: lot.onHandMilli, scale: QUANTITY_SCALE },
            lot.storeName,
          ]);
        }
      }
      return { head: head.map((name) => text.t(`inventory.lots.columns.${name}`)), rows: rows() };
    },

    /** Who bought of it, and last what had gone before it came: named, names and documents of customers leave the house. */
    async buyers(actor: Actor, format: SheetFormat, { lot, storeIds, named }: Recalled, how: Look): Promise<Table> {
      await said(actor, "lot.recalled", `lot:${lot.id}`, { format, stores: storeIds, code: lot.code, named });
      const head = ["sale", "when", "quantity", "returned", "unit", ...(named ? ["customer", "document"] : [])];
      const milli = (amount: number) => ({ amount, scale: QUANTITY_SCALE });
      async function* sales() {
        for (let before: number | undefined; ; ) {
          const found = await lots.buyers(lot.id, storeIds, before, PAGE, named);
          before = found.at(-1)?.documentId;
          if (before === undefined) return;
          yield found.map((one) => [
            one.number,
            localTime(one.at, how.timeZone),
            milli(one.quantityMilli),
            milli(one.returnedMilli),
            lot.unit,
            ...(named ? [one.customer?.name ?? "", one.customer?.document ?? ""] : []),
          ]);
        }
      }
      async function* rows() {
        yield* sales();
        const owed = await lots.owed(lot.id, storeIds);
        const nobody = named ? ["", ""] : [];
        if (owed > 0) yield [[how.text.t("inventory.lots.owed"), "", milli(owed), milli(0), lot.unit, ...nobody]];
      }
      return { head: head.map((name) => how.text.t(`inventory.lots.columns.${name}`)), rows: rows() };
    },
  };
}
