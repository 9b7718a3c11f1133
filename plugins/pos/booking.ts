/** Books the payments of a document that are not handed over, each by the handler of its kind. */
import type { Tx } from "../../kernel/db/database.ts";
import type { Booked, TenderHandlers } from "./booked-tenders.ts";
import type { Payment } from "./domain.ts";
import type { TenderKind } from "./settlement.ts";
import { plainCode } from "./vouchers.ts";

/** Answers the payments as they are kept: of a code only its end stays. Amounts may be below zero; handlers get them above it. */
export async function bookPayments(
  tx: Tx,
  way: "spend" | "giveBack",
  what: { handlers: TenderHandlers; payments: readonly Payment[]; offers: readonly { kind: TenderKind }[] },
  fieldOf: (index: number) => string,
  document: Omit<Booked, "amountMinor" | "reference" | "field">,
): Promise<Payment[]> {
  const kept = [...what.payments];
  const turns = kept
    .map((payment, index) => ({ payment, index, handler: what.handlers.get(what.offers[index]?.kind ?? "cash") }))
    // whoever spends the same two cards takes them in the same order, so that nobody waits for the other for ever
    .sort((a, b) => compare(lockOrder(a.payment), lockOrder(b.payment)));
  for (const { payment, index, handler } of turns) {
    const amountMinor = Math.abs(payment.amountMinor);
    if (!handler || amountMinor === 0) continue;
    const booked = Object.assign({}, document, { amountMinor, reference: payment.reference, field: fieldOf(index) });
    kept[index] = { ...payment, reference: await handler[way](tx, booked) };
  }
  return kept;
}

/** By the code as it is kept, however it was typed. */
function lockOrder({ method, reference }: Payment): string {
  return `${method} ${plainCode(reference ?? "")}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
