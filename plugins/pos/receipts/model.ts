/**
 * A receipt as blocks of decided text. The page, the printer's bytes and the PDF are all drawn from these and from nothing else:
 * what is shown is what is printed.
 */
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Sale, SaleLine } from "../domain.ts";
import { tenderName } from "../present-tenders.ts";
import { handMinor, sumsOf } from "../promotions/taking.ts";
import { markFor, type TaxGroup, taxGroups } from "./taxes.ts";

export type Block =
  | { kind: "title"; text: string }
  | { kind: "center"; text: string }
  /** what must not be overlooked: a copy, a return */
  | { kind: "mark"; text: string }
  | { kind: "text"; text: string }
  | { kind: "rule" }
  | { kind: "item"; name: string; detail: string; total: string; notes: string[] }
  | { kind: "row"; label: string; amount: string; strong: boolean }
  | { kind: "taxes"; head: TaxRow; rows: TaxRow[] }
  | { kind: "qr"; url: string; caption: string };

export interface TaxRow {
  name: string;
  base: string;
  tax: string;
}

/** What a receipt says beside the sale itself. */
export interface ReceiptFacts {
  registerName: string;
  /** of a return or a void: the number of the sale that it takes back */
  returnsNumber: string | undefined;
  /** the names that the owner has given to tenders, by code */
  tenders: ReadonlyMap<string, string | undefined>;
  /** 1 for the first copy; undefined for the receipt itself */
  copy: number | undefined;
  /** printed again because nobody knows what became of the first try */
  repeated: boolean;
  /** of a return or a void: the store credit it gave, in full: nowhere else is its code told */
  storeCredit: readonly { code: string; amount: string }[];
  /** earned (below zero: taken back) by this document, and how many there were after it; undefined: none moved */
  points: { earned: number; balance: number } | undefined;
  /** where the customer finds it again */
  link: string | undefined;
}

export function receiptBlocks(sale: Sale, shop: Shop, text: Text, facts: ReceiptFacts): Block[] {
  const money = (minor: number) => text.money(minor, sale.currency);
  const groups = taxGroups(sale.lines);
  return [
    { kind: "title", text: shop.name },
    ...[shop.storeName, shop.taxId, shop.address, shop.phone, shop.receiptHeader, sale.resolution].flatMap((line) =>
      line ? [centered(line)] : [],
    ),
    ...trainingMarks(shop, text),
    ...marksOf(sale, text, facts),
    ...headOf(sale, shop, text, facts),
    { kind: "rule" },
    ...sale.lines.map((line) => itemOf(line, groups, text, money)),
    { kind: "rule" },
    ...totalsOf(sale, text, money),
    ...sale.payments.map(({ method, amountMinor, reference }) => {
      const name = tenderName({ code: method, name: facts.tenders.get(method) }, text);
      return row(reference === undefined ? name : `${name} ${reference}`, money(amountMinor));
    }),
    ...(sale.kind === "sale" ? [row(text.t("pos.receipt.change"), money(sale.changeMinor))] : []),
    { kind: "rule" },
    taxesOf(groups, text, money),
    ...(sale.note === undefined
      ? []
      : [{ kind: "text", text: text.t("pos.receipt.note", { note: sale.note }) } as const]),
    ...storeCreditOf(text, facts),
    ...pointsOf(text, facts),
    ...(shop.receiptFooter ? [centered(shop.receiptFooter)] : []),
    ...(facts.link === undefined
      ? []
      : [{ kind: "qr", url: facts.link, caption: text.t("pos.receipt.qr_caption") } as const]),
  ];
}

/** Nobody takes a paper of a training store for a real one. */
export function trainingMarks({ training }: Pick<Shop, "training">, text: Text): Block[] {
  if (!training) return [];
  return [{ kind: "mark", text: text.t("pos.receipt.training") }, centered(text.t("pos.receipt.no_voucher"))];
}

function marksOf(sale: Sale, text: Text, { copy, repeated, returnsNumber }: ReceiptFacts): Block[] {
  const marks: Block[] = [];
  if (sale.kind !== "sale") {
    marks.push({ kind: "mark", text: text.t(`pos.receipt.kind_${sale.kind}`) });
    if (returnsNumber !== undefined) marks.push(centered(text.t("pos.receipt.takes_back", { number: returnsNumber })));
    if (sale.reason !== undefined) marks.push(centered(text.t("pos.receipt.reason", { reason: sale.reason })));
  }
  if (copy !== undefined) marks.push({ kind: "mark", text: text.t("pos.receipt.copy", { copy }) });
  else if (repeated) marks.push({ kind: "mark", text: text.t("pos.receipt.repeated") });
  return marks;
}

function headOf(sale: Sale, shop: Shop, text: Text, { registerName }: ReceiptFacts): Block[] {
  const lines = [
    text.t("pos.receipt.number", { number: sale.number }),
    text.dateTime(sale.createdAt, shop.timeZone),
    text.t("pos.receipt.cashier", { name: sale.userName }),
    text.t("pos.receipt.register", { name: registerName }),
  ];
  if (sale.customerName !== undefined) lines.push(text.t("pos.receipt.customer", { name: sale.customerName }));
  if (sale.customerDocument !== undefined) lines.push(sale.customerDocument);
  return lines.map((line) => ({ kind: "text", text: line }));
}

function storeCreditOf(text: Text, { storeCredit }: ReceiptFacts): Block[] {
  return storeCredit.flatMap(({ code, amount }): Block[] => [
    { kind: "rule" },
    centered(text.t("pos.receipt.store_credit", { amount })),
    { kind: "mark", text: code },
    { kind: "text", text: text.t("pos.voucher.like_cash") },
  ]);
}

function pointsOf(text: Text, { points }: ReceiptFacts): Block[] {
  if (points === undefined) return [];
  const { earned, balance } = points;
  return [{ kind: "text", text: text.t("pos.receipt.points", { earned, balance }) }];
}

function itemOf(line: SaleLine, groups: TaxGroup[], text: Text, money: (minor: number) => string): Block {
  const notes: string[] = [];
  const { promotion } = line;
  if (promotion) notes.push(`${promotion.name} ${money(-promotion.amountMinor)}`);
  const handMinor = line.discountMinor - (promotion?.amountMinor ?? 0);
  if (handMinor !== 0) notes.push(`${text.t("pos.discount.label")} ${money(-handMinor)}`);
  if (line.note !== undefined) notes.push(line.note);
  return {
    kind: "item",
    name: line.name,
    detail: `${text.quantity(line.quantityMilli)} ${line.unit} × ${money(line.unitPriceMinor)} ${markFor(groups, line)}`,
    total: money(line.totalMinor),
    notes,
  };
}

function totalsOf(sale: Sale, text: Text, money: (minor: number) => string): Block[] {
  const rows: Block[] = [];
  for (const { name, amountMinor } of sumsOf(sale.lines)) rows.push(row(name, money(-amountMinor)));
  if (handMinor(sale) !== 0) rows.push(row(text.t("pos.receipt.discounts"), money(-handMinor(sale))));
  rows.push(row(text.t("pos.sale.subtotal"), money(sale.subtotalMinor)));
  rows.push(row(text.t("pos.sale.tax"), money(sale.taxMinor)));
  if (sale.roundingMinor !== 0) rows.push(row(text.t("pos.sale.rounding"), money(sale.roundingMinor)));
  rows.push({ kind: "row", label: text.t("pos.sale.total"), amount: money(sale.totalMinor), strong: true });
  return rows;
}

function taxesOf(groups: TaxGroup[], text: Text, money: (minor: number) => string): Block {
  return {
    kind: "taxes",
    head: { name: text.t("pos.sale.tax_rate"), base: text.t("pos.sale.base"), tax: text.t("pos.sale.tax") },
    rows: groups.map(({ mark, kind, rateBp, baseMinor, taxMinor }) => ({
      name: `${mark} ${text.t(`pos.receipt.tax_kinds.${kind}`, { rate: text.rate(rateBp) })}`,
      base: money(baseMinor),
      tax: money(taxMinor),
    })),
  };
}

function row(label: string, amount: string): Block {
  return { kind: "row", label, amount, strong: false };
}

function centered(text: string): Block {
  return { kind: "center", text };
}
