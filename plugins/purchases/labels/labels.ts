/** Labels of products: which code and price stands on them, and how many. */
import { type FieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { Inventory } from "../../inventory/api.ts";
import type { PurchaseDocument } from "../domain.ts";
import { type CodeKind, isEan13 } from "./codes.ts";
import type { FormatName } from "./formats.ts";
import type { Label } from "./pdf.ts";

/** more are another print */
export const MOST_LABELS = 2000;
/** of one product */
export const MOST_COPIES = 500;

export interface WantedLabel {
  code: string;
  copies: number;
  /** where its fault is shown */
  field: string;
}

export interface LabelLook {
  storeId: number;
  format: FormatName;
  symbol: CodeKind;
  prices: boolean;
  text: Text;
}

export type Labels = ReturnType<typeof createLabels>;

export function createLabels({ inventory, stores }: { inventory: Inventory; stores: Pick<Stores, "shopOf"> }) {
  return {
    /**
     * A scanned barcode stands on the label as it is; of a product's own code its barcode does, when it has one. Throws faults of the
     * labels: CODE_UNKNOWN, and TOO_MANY in all.
     */
    async print(wanted: readonly WantedLabel[], look: LabelLook): Promise<Buffer> {
      const { storeId, format, symbol, prices, text } = look;
      if (wanted.reduce((sum, { copies }) => sum + copies, 0) > MOST_LABELS)
        throw kernelErrors.VALIDATION({
          fields: [
            {
              path: wanted[0]?.field ?? "labels",
              code: "TOO_MANY",
              text: "purchases.validation.too_many_labels",
              params: { most: MOST_LABELS },
            },
          ],
        });
      const { currency } = await stores.shopOf(storeId);
      const fields: FieldFault[] = [];
      const labels: Label[] = [];
      for (const { code, copies, field } of wanted) {
        const product = await inventory.findByCode(code, storeId);
        if (!product) {
          fields.push({ path: field, code: "CODE_UNKNOWN", text: "purchases.validation.code", params: { code } });
          continue;
        }
        const codes = code === product.sku ? ((await inventory.barcodes([product.id])).get(product.id) ?? []) : [code];
        const minor = product.soldBy?.priceMinor ?? product.priceMinor;
        const own = product.soldBy === undefined || product.soldBy.priceMinor !== undefined;
        const label: Label = {
          name: product.soldBy ? `${product.name} (${product.soldBy.name})` : product.name,
          code: codes.find(isEan13) ?? codes[0] ?? product.sku,
          price: prices && product.priced && own ? text.money(minor, currency) : undefined,
        };
        for (let copy = 0; copy < copies; copy++) labels.push(label);
      }
      if (fields.length > 0) throw kernelErrors.VALIDATION({ fields });
      const title = text.t("purchases.labels.title");
      // what draws is large, and many a till never prints a label
      const { labelsPdf } = await import("./pdf.ts");
      return labelsPdf(labels, { format, symbol, title, language: text.locale });
    },
  };
}

/** One label for each whole unit that came, of goods by weight one. */
export function labelsOf(document: PurchaseDocument): { sku: string; copies: number }[] {
  return document.lines.map(({ sku, quantityMilli }) => ({
    sku,
    copies: quantityMilli % 1000 === 0 ? Math.min(Math.abs(quantityMilli) / 1000, MOST_COPIES) : 1,
  }));
}
