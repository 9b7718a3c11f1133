/** What the pages and the API of transfers share. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import type { Store } from "../../../kernel/stores/store.ts";
import type { SaidQuantity, Transfer, TransferState } from "../transfers/transfer.ts";
import type { Transfers } from "../transfers/transfers.ts";
import { type ListQuery, storeToChange } from "./shared.ts";

export const TRANSFER = { permission: "transfers.use" } as const;

/** Which of the two stores somebody must work in. */
type End = "either" | "from" | "to";

export function refuseStranger(
  stores: readonly Store[],
  { fromStoreId, toStoreId }: Pick<Transfer, "fromStoreId" | "toStoreId">,
  end: End,
): void {
  const works = (id: number) => stores.some((store) => store.id === id);
  const may = { from: works(fromStoreId), to: works(toStoreId), either: works(fromStoreId) || works(toStoreId) };
  if (!may[end]) throw kernelErrors.STORE_NOT_YOURS();
}

/** Throws NOT_FOUND and STORE_NOT_YOURS. */
export async function transferAsked(
  transfers: Transfers,
  { params, stores }: { params: { id: number }; stores: readonly Store[] },
  end: End = "either",
): Promise<Transfer> {
  const transfer = await transfers.find(params.id);
  refuseStranger(stores, transfer, end);
  return transfer;
}

export async function transfersPage(
  transfers: Transfers,
  stores: readonly Store[],
  { cursor, limit, store_id: asked, state }: ListQuery & { state?: TransferState | undefined },
) {
  const storeIds = asked === undefined ? stores.map(({ id }) => id) : [storeToChange(stores, asked)];
  const [before] = readCursor(cursor, ["number"]) ?? [];
  return pageOf(await transfers.list(storeIds, state, before, limit + 1), limit, (row) => [row.id]);
}

export function saidLines(lines: readonly { product_id: number; quantity: number }[]): SaidQuantity[] {
  return lines.map(({ product_id: productId, quantity: quantityMilli }, index) => ({
    productId,
    quantityMilli,
    field: `lines.${index}.quantity`,
  }));
}

/** Of a form: `q17` says how much of product 17. */
export function saidFields(form: Record<string, number | string>): SaidQuantity[] {
  return Object.entries(form).flatMap(([field, value]) =>
    typeof value === "number" ? [{ productId: Number(field.slice(1)), quantityMilli: value, field }] : [],
  );
}
