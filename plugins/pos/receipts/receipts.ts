/** Receipts of posted sales: what they say, drawn on paper, as bytes and as PDF; their copies. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { Sale } from "../domain.ts";
import type { SalePoints } from "../points.ts";
import { copyExists, insertCopy, readReceiptSetting } from "../queries/receipts.ts";
import { findSale } from "../queries/sales.ts";
import { vouchersIssuedBy } from "../queries/vouchers.ts";
import type { RegisterActor } from "../registers.ts";
import { receiptWidth } from "../settings.ts";
import type { Tenders } from "../tenders.ts";
import { tellCode } from "../vouchers.ts";
import { escposBytes, type Paper, type PaperWidth } from "./escpos.ts";
import { receiptLines } from "./lines.ts";
import type { Links } from "./links.ts";
import { type Block, receiptBlocks } from "./model.ts";

export interface Reader {
  text: Text;
  /** tells the code of store credit in full to whoever may see that of a document which this person wrote; undefined: to nobody */
  sees?: ((writer: number) => boolean) | undefined;
}

export interface Receipt {
  sale: Sale;
  /** as the store has it that sold */
  shop: Shop;
  blocks: Block[];
}

export type Receipts = ReturnType<typeof createReceipts>;

export function createReceipts({
  db,
  clock,
  audit,
  settings,
  stores,
  tenders,
  links,
  points,
  publicUrl,
}: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
  tenders: Pick<Tenders, "list">;
  links: Links;
  points: Pick<SalePoints, "of">;
  /** where customers reach the shop, without a slash at the end; undefined: nowhere that could be printed */
  publicUrl: string | undefined;
}) {
  return {
    /** The paper of a shop without printers of its own, in millimetres. */
    width: async (asked?: PaperWidth): Promise<PaperWidth> =>
      asked ?? ((await settings.get(receiptWidth)) === "58" ? 58 : 80),

    /** Throws NOT_FOUND, for a copy that nobody asked for too. */
    async read(
      saleId: number,
      { text, sees }: Reader,
      { copy, repeated = false }: { copy?: number | undefined; repeated?: boolean } = {},
    ): Promise<Receipt> {
      const sale = await findSale(db.primary, saleId);
      if (!sale || (copy !== undefined && !(await copyExists(db.primary, saleId, copy))))
        throw kernelErrors.NOT_FOUND();
      const [shop, said, known, issued, path, moved] = await Promise.all([
        stores.shopOf(sale.storeId),
        readReceiptSetting(db.primary, sale),
        tenders.list(),
        sale.kind === "sale" ? [] : vouchersIssuedBy(db.primary, saleId),
        publicUrl === undefined ? undefined : links.path(saleId),
        points.of(sale),
      ]);
      const link = path === undefined ? undefined : `${publicUrl}${path}`;
      const names = new Map(known.map(({ code, name }) => [code, name]));
      const storeCredit = issued.map(({ voucher, amountMinor }) => ({
        code: tellCode(voucher.code, sees?.(sale.userId) ?? false),
        amount: text.money(amountMinor, voucher.currency),
      }));
      const facts = { ...said, tenders: names, copy, repeated, storeCredit, link, points: moved };
      return { sale, shop, blocks: receiptBlocks(sale, shop, text, facts) };
    },

    async pdf({ sale, blocks }: Receipt, width: PaperWidth, text: Text): Promise<Buffer> {
      // what draws is large: the first one who asks for it waits
      const { receiptPdf } = await import("./pdf.ts");
      const title = text.t("pos.receipt.title", { number: sale.number });
      return receiptPdf(blocks, { width, title, language: text.locale });
    },

    bytes: ({ blocks }: Receipt, paper: Paper, kick = false): Uint8Array => escposBytes(blocks, paper, kick),

    lines: ({ blocks }: Receipt, columns: number): string[] => receiptLines(blocks, columns).map(({ text }) => text),

    /** Where everybody finds the receipt; `origin` stands in where the shop has no address of its own. */
    link: async (saleId: number, origin: string): Promise<string> =>
      `${publicUrl ?? origin}${await links.path(saleId)}`,

    /** Throws NOT_FOUND for a link that was not made here. */
    async shared(token: string, reader: Reader): Promise<Receipt> {
      const saleId = await links.saleOf(token);
      if (saleId === undefined) throw kernelErrors.NOT_FOUND();
      return this.read(saleId, reader);
    },

    /** Counts one more copy: its number, and of which sale. Throws NOT_FOUND. */
    async copy(tx: Tx, actor: RegisterActor, saleId: number): Promise<{ sale: Sale; copy: number }> {
      const copy = await insertCopy(tx, saleId, actor.user.id, clock.now());
      const sale = copy === undefined ? undefined : await findSale(tx, saleId);
      if (copy === undefined || !sale) throw kernelErrors.NOT_FOUND();
      await audit(tx, { ...actor, action: "receipt.copied", subject: `sale:${saleId}`, after: { copy } });
      return { sale, copy };
    },
  };
}
