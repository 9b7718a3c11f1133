/** What must hold of every sale and shift; the tests, the nightly job, the command `verify` and the metrics ask the same. */
import type { Invariant } from "../../kernel/invariant.ts";
import { unbookedPayments, vouchersThatDiffer } from "./queries/booked-invariants.ts";
import * as queries from "./queries/invariants.ts";
import { unbookedPoints } from "./queries/points.ts";

export const invariants: Invariant[] = [
  { name: "sale_lines", check: queries.unevenLines },
  { name: "sale_taxes", check: queries.wrongTaxes },
  { name: "sale_payments", check: queries.unevenPayments },
  { name: "sale_stock", check: queries.unmovedGoods },
  { name: "sale_returns", check: queries.returnedTooMuch },
  { name: "sale_promotions", check: queries.wrongPromotions },
  { name: "sale_booked", check: unbookedPayments },
  { name: "sale_paid_with_points", check: unbookedPoints },
  { name: "voucher_balance", check: vouchersThatDiffer },
  { name: "training", check: queries.trainingThatCounts },
  { name: "sale_numbers", whole: true, check: queries.numbersMissing },
  { name: "shift_cash", check: queries.unexpectedCash },
  { name: "shift_reports", check: queries.wrongReports },
  { name: "shift_numbers", whole: true, check: queries.closingsMissing },
];
