/** What the pages and the API of lots share. */
import { z } from "zod";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { type Store, storesTold } from "../../../kernel/stores/store.ts";
import type { LotBuyer, LotMovement, LotOnHand } from "../lots/lot.ts";
import type { Lots } from "../lots/lots.ts";
import type { LotFilter, LotPlace } from "../queries/lot-lists.ts";
import { type ListQuery, storeToChange } from "./shared.ts";

/** of the plugin that writes sales; who may not read them does not see who bought */
export const READ_SALES = "sales.read";

/** That plugin may be gone, and its permission with it: nobody has it then. Throws FORBIDDEN. */
export function mustReadSales({ can }: { can(permission: string): boolean }): void {
  if (!can(READ_SALES)) throw kernelErrors.FORBIDDEN();
}

type Cut = Pick<ListQuery, "cursor" | "limit">;

/** Throws STORE_NOT_YOURS. */
export function storesAsked(stores: readonly Store[], asked: number | undefined): number[] {
  return asked === undefined ? storesTold(stores).map(({ id }) => id) : [storeToChange(stores, asked)];
}

/** Where a lot may stand that somebody looks at, also where people learn. */
export const everywhere = (stores: readonly Store[]) => stores.map(({ id }) => id);

/** Throws a fault of the field `cursor`. */
export async function lotsPage(lots: Lots, filter: LotFilter, { cursor, limit }: Cut) {
  const place: LotPlace | undefined = readCursor(cursor, ["string", "string", "number", "number"]);
  if (place && !z.iso.date().safeParse(place[0]).success)
    throw fieldFault("cursor", "CURSOR", "kernel.validation.cursor");
  const found = await lots.list(filter, place, limit + 1);
  return pageOf<LotOnHand & { place: LotPlace }>(found, limit, (row) => row.place);
}

/** What a page of the recall tells to these eyes. */
export async function buyersPage(
  lots: Lots,
  id: number,
  storeIds: readonly number[],
  { cursor, limit }: Cut,
  can: (permission: string) => boolean,
) {
  const [before] = readCursor(cursor, ["number"]) ?? [];
  const named = lots.names(can, "seeNames");
  const [found, owedMilli] = await Promise.all([
    lots.buyers(id, storeIds, before, limit + 1, named),
    lots.owed(id, storeIds),
  ]);
  return { named, owedMilli, ...pageOf<LotBuyer>(found, limit, (row) => [row.documentId]) };
}

export async function lotMovementsPage(lots: Lots, id: number, storeIds: readonly number[], { cursor, limit }: Cut) {
  const [before] = readCursor(cursor, ["number"]) ?? [];
  return pageOf<LotMovement>(await lots.movements(id, storeIds, before, limit + 1), limit, (row) => [row.id]);
}
