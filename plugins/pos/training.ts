/** Stores in which people learn the till: what they do there touches nothing that is real (ADR 21). */
import type { Tx } from "../../kernel/db/database.ts";
import { errors } from "./errors.ts";
import { isTraining } from "./queries/whereabouts.ts";
import type { TenderKind } from "./settlement.ts";
import { isBooked } from "./tenders.ts";

/** Throws TRAINING_STORE where debts, cards and payments of real people would be moved. */
export async function refuseInTraining(tx: Tx, storeId: number): Promise<void> {
  if (await isTraining(tx, storeId)) throw errors.TRAINING_STORE();
}

/** Throws TRAINING_STORE for a tender that is booked on somebody's balance, or a provider's payment. */
export function refuseRealTenders(
  offers: readonly { kind: TenderKind }[],
  payments: readonly { intentId?: string | undefined }[],
): void {
  if (offers.some(({ kind }) => isBooked(kind)) || payments.some(({ intentId }) => intentId !== undefined))
    throw errors.TRAINING_STORE();
}
