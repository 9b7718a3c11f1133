/** Whose prices and shelves an answer tells: those of the store that is asked for, else of the usual one of those in which the person works. */
import type { Asking, Route } from "../../../kernel/http/route.ts";
import { usualStore } from "../../../kernel/stores/store.ts";

const ID = /^[1-9]\d{0,14}$/;

/** What is no id is refused by the schema later. */
export const storeAsked: NonNullable<Route["store"]> = async ({ stores, query, sent }: Asking) => {
  const asked = query?.store_id ?? (sent as Record<string, unknown> | null | undefined)?.["store_id"];
  if (ID.test(String(asked ?? ""))) return Number(asked);
  return usualStore(stores)?.id;
};
