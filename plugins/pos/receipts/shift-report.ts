/** The report of a shift as blocks: the sheet that a page shows and the paper of a printer are drawn from these alone. */
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Shift } from "../domain.ts";
import { reportModel, shiftFacts } from "../present-shifts.ts";
import type { ShiftReport } from "../shift-report.ts";
import { type Block, trainingMarks } from "./model.ts";

export interface SheetFacts {
  /** when an open shift was read */
  at: Date;
  /** 1 for the first copy of a Z; undefined for the report itself */
  copy?: number | undefined;
  /** printed again because nobody knows what became of the first try */
  repeated?: boolean | undefined;
}

/** X of an open shift, Z of a closed one. */
export function shiftReportBlocks(
  shift: Shift,
  report: ShiftReport,
  { shop, text }: { shop: Shop; text: Text },
  { at, copy, repeated = false }: SheetFacts,
): Block[] {
  const facts = shiftFacts(shift, { text, shop });
  const model = reportModel(report, text, shift.currency);
  const { closing } = shift;
  const row = (label: string, amount: string | undefined, strong = false): Block[] =>
    amount === undefined ? [] : [{ kind: "row", label: text.t(label), amount, strong }];
  const own = (label: string, amount: string): Block => ({ kind: "row", label, amount, strong: false });
  const rule: Block = { kind: "rule" };
  return [
    { kind: "title", text: shop.name },
    ...[shop.storeName, shop.taxId, shop.address].flatMap((line): Block[] =>
      line ? [{ kind: "center", text: line }] : [],
    ),
    ...trainingMarks(shop, text),
    {
      kind: "mark",
      text: closing ? text.t("pos.shift.z_mark", { number: closing.zNumber }) : text.t("pos.shift.x_mark"),
    },
    ...marks(text, copy, repeated),
    { kind: "text", text: text.t("pos.receipt.register", { name: facts.register }) },
    { kind: "text", text: text.t("pos.shift.opened_by", { when: facts.opened, name: facts.by }) },
    {
      kind: "text",
      text:
        facts.closed === undefined
          ? text.t("pos.shift.read_at", { when: text.dateTime(at, shop.timeZone) })
          : text.t("pos.shift.closed_by", { when: facts.closed, name: facts.closedBy ?? "" }),
    },
    rule,
    ...row("pos.shift.sales", model.sales),
    ...row("pos.shift.numbers", model.numbers),
    ...(model.takenBack.length > 0 ? row("pos.shift.sold", model.sold) : []),
    ...model.takenBack.map(({ label, total }) => own(label, total)),
    ...row("pos.shift.total", model.total, true),
    ...taxes(model.taxes, text),
    rule,
    ...model.tenders.map(({ label, amount }) => own(text.t("pos.shift.received", { tender: label }), amount)),
    ...row("pos.receipt.change", model.change),
    ...model.collected.map(({ label, amount }) => own(label, amount)),
    ...row("pos.shift.float", facts.float),
    ...row("pos.shift.in", model.cashIn),
    ...row("pos.shift.out", model.cashOut),
    ...row("pos.shift.expected", model.expected, true),
    ...row("pos.shift.counted", facts.counted, true),
    ...row("pos.shift.difference", facts.difference, true),
    ...(facts.reason === undefined
      ? []
      : [{ kind: "text", text: text.t("pos.receipt.reason", { reason: facts.reason }) } as const]),
    ...row("pos.shift.drawer_openings", model.drawerOpenings),
    ...(facts.counts && facts.counts.length > 0
      ? [
          rule,
          { kind: "text", text: text.t("pos.shift.counts") } as const,
          ...facts.counts.map(({ value, count, total }) => own(`${value} × ${count}`, total)),
        ]
      : []),
  ];
}

function marks(text: Text, copy: number | undefined, repeated: boolean): Block[] {
  if (copy !== undefined) return [{ kind: "mark", text: text.t("pos.receipt.copy", { copy }) }];
  return repeated ? [{ kind: "mark", text: text.t("pos.receipt.repeated") }] : [];
}

function taxes(rows: { rate: string; base: string; tax: string }[], text: Text): Block[] {
  if (rows.length === 0) return [];
  return [
    {
      kind: "taxes",
      head: { name: text.t("pos.sale.tax_rate"), base: text.t("pos.sale.base"), tax: text.t("pos.sale.tax") },
      rows: rows.map(({ rate, base, tax }) => ({ name: rate, base, tax })),
    },
  ];
}
