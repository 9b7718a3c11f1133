/** Shifts as the API and the pages show them. */
import type { Model } from "../../kernel/http/reply.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { CashMovement, Shift } from "./domain.ts";
import type { DrawerOpening } from "./drawer.ts";
import { moneyOf } from "./present.ts";
import { denominationsOf, expectedCash, type ShiftReport, type TakenBackSum } from "./shift-report.ts";

export function reportJson(shift: Shift, report: ShiftReport) {
  const money = moneyOf(shift.currency);
  return {
    shift_id: shift.id,
    currency: shift.currency,
    float: money(report.floatMinor),
    sales: report.sales,
    total: money(report.totalMinor),
    returns: takenBackJson(report.returns, money),
    voids: takenBackJson(report.voids, money),
    drawer_openings: report.drawerOpenings ?? 0,
    discount: money(report.discountMinor),
    rounding: money(report.roundingMinor),
    taxes: report.taxes.map((one) => ({
      tax_rate_bp: one.rateBp,
      tax_kind: one.kind ?? null,
      base: money(one.baseMinor),
      tax: money(one.taxMinor),
    })),
    payments: report.tenders.map(({ method, amountMinor }) => ({ method, amount: money(amountMinor) })),
    change: money(report.changeMinor),
    collected: (report.collected ?? []).map(({ kind, method, amountMinor }) => ({
      kind,
      method,
      amount: money(amountMinor),
    })),
    cash_in: money(report.cashInMinor),
    cash_out: money(report.cashOutMinor),
    expected_cash: money(expectedCash(report)),
    first_number: report.firstNumber ?? null,
    last_number: report.lastNumber ?? null,
  };
}

function takenBackJson(sum: TakenBackSum = { count: 0, totalMinor: 0 }, money: (minor: number) => string) {
  return { count: sum.count, total: money(sum.totalMinor) };
}

export function shiftJson(shift: Shift) {
  const money = moneyOf(shift.currency);
  const { closing } = shift;
  return {
    id: shift.id,
    register_id: shift.registerId,
    store_id: shift.storeId,
    status: closing ? ("closed" as const) : ("open" as const),
    currency: shift.currency,
    float: money(shift.floatMinor),
    opened_by: { id: shift.userId, name: shift.userName },
    business_date: shift.businessDate,
    opened_at: shift.openedAt.toISOString(),
    z: closing
      ? {
          number: closing.zNumber,
          expected: money(closing.expectedMinor),
          counted: money(closing.countedMinor),
          difference: money(closing.differenceMinor),
          reason: closing.reason ?? null,
          closed_by: closing.userName,
          closed_at: closing.closedAt.toISOString(),
          report: reportJson(shift, closing.report),
        }
      : null,
  };
}

export function movementJson(shift: Shift, movement: CashMovement) {
  return {
    id: movement.id,
    shift_id: shift.id,
    kind: movement.kind,
    amount: moneyOf(shift.currency)(movement.amountMinor),
    reason: movement.reason,
    by: movement.userName,
    created_at: movement.createdAt.toISOString(),
  };
}

interface Showing {
  text: Text;
  /** as the store of the shift has it */
  shop: Pick<Shop, "timeZone" | "storeName">;
}

/** One line of the list. */
export function shiftRow(shift: Shift, { text, shop }: Showing) {
  const { closing, currency } = shift;
  return {
    path: `/shifts/${shift.id}`,
    register: shop.storeName === undefined ? shift.registerName : `${shift.registerName}, ${shop.storeName}`,
    opened: text.dateTime(shift.openedAt, shop.timeZone),
    by: shift.userName,
    state: closing ? text.t("pos.shift.z", { number: closing.zNumber }) : text.t("pos.shift.is_open"),
    open: closing === undefined,
    difference: closing ? text.money(closing.differenceMinor, currency) : undefined,
    bad: closing !== undefined && closing.differenceMinor !== 0,
  };
}

/** Who opened and closed it, and what was counted. */
export function shiftFacts(shift: Shift, { text, shop }: Showing) {
  const { closing, currency } = shift;
  const money = (minor: number) => text.money(minor, currency);
  return {
    ...shiftRow(shift, { text, shop }),
    float: money(shift.floatMinor),
    closed: closing && text.dateTime(closing.closedAt, shop.timeZone),
    closedBy: closing?.userName,
    expected: closing && money(closing.expectedMinor),
    counted: closing && money(closing.countedMinor),
    reason: closing?.reason,
    counts: closing?.counts
      ?.filter(({ count }) => count > 0)
      .map(({ denominationMinor, count }) => ({
        value: money(denominationMinor),
        count: text.integer(count),
        total: money(denominationMinor * count),
      })),
  };
}

/** X or Z. Who counts blind sees no amount of an open shift but what was moved by hand. */
export function shiftModel(
  shift: Shift,
  parts: {
    report: ShiftReport;
    movements: CashMovement[];
    openings: DrawerOpening[];
    mayRead: boolean;
    hasPrinter: boolean;
    form: FormState | undefined;
  } & Showing,
): Model {
  const { report, movements, openings, mayRead, text, shop } = parts;
  const { timeZone } = shop;
  const { closing, currency } = shift;
  const money = (minor: number) => text.money(minor, currency);
  const visible = mayRead || closing !== undefined;
  return {
    title: closing ? text.t("pos.shift.z_title", { number: closing.zNumber }) : text.t("pos.shift.x_title"),
    styles: ["pos/pos.css"],
    shift: { ...shiftFacts(shift, { text, shop }), base: `/shifts/${shift.id}` },
    movements: movements.map((one) => ({
      at: text.dateTime(one.createdAt, timeZone),
      kind: text.t(`pos.shift.${one.kind}`),
      amount: money(one.kind === "in" ? one.amountMinor : -one.amountMinor),
      reason: one.reason,
      by: one.userName,
    })),
    openings: openings.map((one) => ({
      at: text.dateTime(one.createdAt, timeZone),
      reason: one.reason,
      by: one.userName,
    })),
    report: visible ? reportModel(report, text, currency) : undefined,
    // where the register has a printer, it prints; a sheet for the browser there is always
    print: visible ? { onPrinter: parts.hasPrinter, sheet: `/shifts/${shift.id}/sheet` } : undefined,
    form: parts.form ?? { values: {}, errors: {} },
  };
}

/** What a shift took in, as decided text: for the page, its sheet and paper. */
export function reportModel(report: ShiftReport, text: Text, currency: string) {
  const money = (minor: number) => text.money(minor, currency);
  return {
    sales: text.integer(report.sales),
    sold: money(report.totalMinor - (report.returns?.totalMinor ?? 0) - (report.voids?.totalMinor ?? 0)),
    takenBack: (["returns", "voids"] as const).flatMap((kind) => {
      const { count, totalMinor } = report[kind] ?? { count: 0, totalMinor: 0 };
      return count === 0 ? [] : [{ label: text.t(`pos.shift.${kind}`, { count }), total: money(totalMinor) }];
    }),
    total: money(report.totalMinor),
    taxes: report.taxes.map((one) => ({
      rate: text.t(`pos.receipt.tax_kinds.${one.kind ?? "included"}`, { rate: text.rate(one.rateBp) }),
      base: money(one.baseMinor),
      tax: money(one.taxMinor),
    })),
    tenders: report.tenders.map(({ method, amountMinor }) => ({
      label: text.has(`pos.tender.${method}`) ? text.t(`pos.tender.${method}`) : method,
      amount: money(amountMinor),
    })),
    collected: (report.collected ?? []).map(({ kind, method, amountMinor }) => ({
      label: text.t(`pos.shift.collected_${kind}`, {
        tender: text.has(`pos.tender.${method}`) ? text.t(`pos.tender.${method}`) : method,
      }),
      amount: money(amountMinor),
    })),
    change: money(-report.changeMinor),
    cashIn: money(report.cashInMinor),
    cashOut: money(-report.cashOutMinor),
    expected: money(expectedCash(report)),
    drawerOpenings: report.drawerOpenings ? text.integer(report.drawerOpenings) : undefined,
    numbers: report.firstNumber === undefined ? undefined : `${report.firstNumber} – ${report.lastNumber}`,
  };
}

export function countModel(shift: Shift, text: Text, form: FormState): Model {
  const { currency } = shift;
  return {
    title: text.t("pos.count.title"),
    styles: ["pos/pos.css"],
    base: `/shifts/${shift.id}`,
    register: shift.registerName,
    denominations: denominationsOf(currency, currencyDigits(currency)).map((minor) => ({
      name: `d${minor}`,
      label: text.money(minor, currency),
      value: form.values[`d${minor}`],
      error: form.errors[`d${minor}`],
    })),
    form,
  };
}
