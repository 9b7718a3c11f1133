/** Domain to what the pages show: every amount and date is decided text. */
import type { Model } from "../../kernel/http/reply.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits, extend, sum } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { type GoesWith, marginOf, type Nearest, type SellableProduct } from "../inventory/api.ts";
import type { Cart, Sale, SaleHead } from "./domain.ts";
import { type FoundScreen, foundModel, shelfPrice } from "./found.ts";
import { tenderName } from "./present-tenders.ts";
import { discountOf, type LinePrice, priceCart } from "./pricing.ts";
import { handMinor, sumsOf, type Taken } from "./promotions/taking.ts";
import { taxGroups } from "./receipts/taxes.ts";
import { denominationsOf } from "./shift-report.ts";

/** Of a long cart the page shows the newest lines: it stays small, and the rest is one link away. */
const SHOWN_LINES = 25;
/** buttons that pay with notes at once */
const QUICK = 3;
/** nobody counts out more notes of a kind than these without thinking of a larger one */
const MOST_PIECES = 5;
/** links to other open carts, last used first */
const OTHERS = 5;

export interface RegisterScreen extends FoundScreen {
  cart: Cart;
  shop: Shop;
  registerName: string;
  all: boolean;
  query: string | undefined;
  /** its weight is asked for */
  weighing: SellableProduct | undefined;
  others: { id: string; lines: number }[];
  /** count of sales put aside at this register */
  parked: number;
  /** true: a sale may be given a customer */
  hasCustomers: boolean;
  /** undefined: the page asks for it later */
  goesWell: GoesWith[] | undefined;
  /** to what nothing matches */
  nearest: Nearest | undefined;
  /** of the customer, with what they are worth */
  points: string | undefined;
  form: FormState | undefined;
  /** the line whose quantity was refused */
  refusedLine: number | undefined;
}

export function registerModel(screen: RegisterScreen): Model {
  const { cart, text, shop, form, refusedLine } = screen;
  const money = (minor: number) => text.money(minor, shop.currency);
  // in the order of the receipt, so that each line's share of a discount is the one that will be charged
  const {
    lines: inOrder,
    totals,
    discountMinor,
    promotions,
  } = priceCart([...cart.lines].reverse(), cart.discount, cart.promotions);
  const byHand = discountMinor - sum(promotions.map(({ amountMinor }) => amountMinor));
  const priced = inOrder.reverse();
  const shown = screen.all ? priced : priced.slice(0, SHOWN_LINES);
  const paidNotice = cart.status === "paid" ? text.t("pos.register.paid") : undefined;
  const fieldErrors = Object.entries(form?.errors ?? {});
  return {
    title: text.t("pos.register.title"),
    styles: ["pos/pos.css"],
    scripts: ["pos/register.js"],
    form,
    base: `/pos/carts/${cart.id}`,
    registerName: screen.registerName,
    paid: cart.saleId === undefined ? undefined : `/sales/${cart.saleId}/receipt`,
    message:
      (refusedLine === undefined || cart.status === "paid") && fieldErrors.length === 0
        ? (form?.message ?? paidNotice)
        : undefined,
    codeError: form?.errors["code"],
    code: form?.values["code"] ?? "",
    amountError: form?.errors["amount"],
    amount: form?.values["amount"] ?? "",
    query: screen.query,
    goesWell: screen.goesWell && chips(screen.goesWell, text, shop),
    meant: screen.nearest?.words && {
      words: screen.nearest.words,
      path: `/pos/carts/${cart.id}?${new URLSearchParams({ q: screen.nearest.words })}`,
    },
    nearCategory: screen.nearest?.category && {
      name: screen.nearest.category.name,
      path: `/pos/carts/${cart.id}/grid?category=${screen.nearest.category.id}`,
    },
    ...foundModel(screen, money),
    weighing: screen.weighing && {
      id: screen.weighing.id,
      name: screen.weighing.name,
      unit: screen.weighing.unit,
      price: shelfPrice(screen.weighing, text, money),
      quantity: form?.values["quantity"] ?? "",
      error: form?.errors["quantity"],
    },
    lines: shown.map((line) => ({
      line: line.line,
      name: line.name,
      unit: line.factorMilli === 1000 ? line.unit : `${line.unit} × ${text.quantity(line.factorMilli)}`,
      note: line.note,
      fixed: line.labelMinor === undefined ? undefined : `${text.quantity(line.quantityMilli)} ${line.unit}`,
      taxOnTop: line.taxKind === "added" ? text.rate(line.taxRateBp) : undefined,
      unitPrice: money(line.unitPriceMinor),
      listPrice: line.listPriceMinor === undefined ? undefined : money(line.listPriceMinor),
      // of the line alone: the sale's own discount stands beside the total
      total: money(leftOf(line) - discountOf(leftOf(line), line.discount)),
      discount: line.discount && money(-discountOf(leftOf(line), line.discount)),
      promotion: line.promotion && { name: line.promotion.name, amount: money(-line.promotion.amountMinor) },
      quantity: line.line === refusedLine ? (form?.values["quantity"] ?? "") : text.quantityField(line.quantityMilli),
      error: line.line === refusedLine ? (fieldErrors[0]?.[1] ?? form?.message) : undefined,
    })),
    hidden: priced.length - shown.length,
    count: priced.length,
    payable: priced.length > 0 && cart.status === "open",
    total: money(totals.totalMinor),
    totalMinor: totals.totalMinor,
    tax: money(totals.taxMinor),
    discount: byHand > 0 ? money(-byHand) : undefined,
    promotions: takenRows(promotions, money),
    note: cart.note,
    hasCustomers: screen.hasCustomers,
    customer: cart.customer?.name,
    points: screen.points,
    customerGroup: cart.customer?.group?.name,
    parkedAs: cart.parkedAs,
    parked: screen.parked,
    quick: quickNotes(totals.totalMinor, shop.currency).map((minor, index) => ({
      minor,
      label: money(minor),
      key: index + 1,
    })),
    others: screen.others.filter(({ id }) => id !== cart.id).slice(0, OTHERS),
  };
}

/** The digits after those of the notes add what goes well with the cart. */
export function chips(found: readonly GoesWith[], text: Text, shop: Shop) {
  return found.map(({ product, reason }, index) => ({
    id: product.id,
    name: product.name,
    price: text.money(product.priceMinor, shop.currency),
    reason,
    key: QUICK + index + 1,
  }));
}

/** What a sale's page says beside its number; nothing of one that stands as it was rung. */
function stateOf(sale: SaleHead, text: Text): string | undefined {
  if (sale.kind !== "sale") return text.t(`pos.kind.${sale.kind}`);
  return sale.status === "completed" ? undefined : text.t(`pos.status.${sale.status}`);
}

/** Ways to hand over more than the total, by the notes in use: the smallest sums that one kind of note makes. */
function quickNotes(totalMinor: number, currency: string): number[] {
  if (totalMinor <= 0) return [];
  const notes = denominationsOf(currency, currencyDigits(currency));
  const sums = notes.map((note) => Math.ceil(totalMinor / note) * note).filter((minor) => minor > totalMinor);
  // what takes a handful of small coins is nobody's way to pay
  const usual = sums.filter((_, index) => (notes[index] ?? 0) * MOST_PIECES >= totalMinor);
  return [...new Set(usual)].sort((a, b) => a - b).slice(0, QUICK);
}

export function saleRow(sale: SaleHead, text: Text, shop: Shop) {
  return {
    path: `/sales/${sale.id}`,
    number: sale.number,
    at: text.dateTime(sale.createdAt, shop.timeZone),
    store: shop.storeName,
    cashier: sale.userName,
    state: stateOf(sale, text),
    total: text.money(sale.totalMinor, sale.currency),
  };
}

/** `tenders`: the names that the owner has given, by code. */
/** Costs are money of the shop as a whole: of a sale in another currency no margin is told. Undefined: not to be seen. */
export function earned(sale: Sale, text: Text, costCurrency: string | undefined) {
  if (costCurrency !== sale.currency) return undefined;
  const lines = sale.lines.map(({ totalMinor, taxMinor, costMinor, quantityMilli }) => ({
    netMinor: totalMinor - taxMinor,
    costMinor: extend(costMinor, quantityMilli),
  }));
  const all = marginOf(sum(lines.map(({ netMinor }) => netMinor)), sum(lines.map(({ costMinor }) => costMinor)));
  return {
    lines: lines.map(({ netMinor, costMinor }) => text.money(netMinor - costMinor, sale.currency)),
    cost: text.money(sum(lines.map(({ costMinor }) => costMinor)), sale.currency),
    margin: text.money(all.minor, sale.currency),
    rate: all.bp === undefined ? "" : text.rate(all.bp),
  };
}

export function saleModel(sale: Sale, text: Text, shop: Shop, tenders: ReadonlyMap<string, string | undefined>): Model {
  const money = (minor: number) => text.money(minor, sale.currency);
  return {
    styles: ["pos/pos.css"],
    sale: {
      ...saleRow(sale, text, shop),
      receipt: `/sales/${sale.id}/receipt`,
      kind: sale.kind,
      reason: sale.reason,
      note: sale.note,
      original:
        sale.returnsSaleId === undefined
          ? undefined
          : { path: `/sales/${sale.returnsSaleId}`, number: sale.returnsNumber ?? "" },
      takenBackBy: (sale.takenBackBy ?? []).map((one) => ({
        path: `/sales/${one.id}`,
        text: `${text.t(`pos.kind.${one.kind}`)} ${one.number}: ${money(one.totalMinor)}`,
      })),
      mayReturn: sale.kind === "sale" && ["completed", "partly_returned"].includes(sale.status),
      mayVoid: sale.kind === "sale" && sale.status === "completed",
      resolution: sale.resolution,
      lines: sale.lines.map((line) => ({
        name: line.name,
        sku: line.sku,
        quantity: `${text.quantity(line.quantityMilli)} ${line.unit}`,
        unitPrice: money(line.unitPriceMinor),
        listPrice: line.listPriceMinor === undefined ? undefined : money(line.listPriceMinor),
        tax: text.rate(line.taxRateBp),
        note: line.note,
        discount: line.discountMinor === 0 ? undefined : money(-line.discountMinor),
        promotion: line.promotion && { name: line.promotion.name, amount: money(-line.promotion.amountMinor) },
        total: money(line.totalMinor),
        damaged: line.condition === "damaged",
      })),
      taxes: taxGroups(sale.lines).map((one) => ({
        rate: text.t(`pos.receipt.tax_kinds.${one.kind}`, { rate: text.rate(one.rateBp) }),
        base: money(one.baseMinor),
        tax: money(one.taxMinor),
      })),
      promotions: takenRows(sumsOf(sale.lines), money),
      discount: handMinor(sale) === 0 ? undefined : money(-handMinor(sale)),
      subtotal: money(sale.subtotalMinor),
      tax: money(sale.taxMinor),
      rounding: sale.roundingMinor === 0 ? undefined : money(sale.roundingMinor),
      payments: sale.payments.map(({ method, amountMinor, reference }) => ({
        label: tenderName({ code: method, name: tenders.get(method) }, text),
        reference,
        amount: money(amountMinor),
      })),
      change: money(sale.changeMinor),
    },
  };
}

/** What a promotion leaves of a line. */
function leftOf({ grossMinor, promotion }: LinePrice): number {
  return grossMinor - (promotion?.amountMinor ?? 0);
}

function takenRows(promotions: readonly Taken[], money: (minor: number) => string) {
  return promotions.map(({ name, amountMinor }) => ({ name, amount: money(-amountMinor) }));
}
