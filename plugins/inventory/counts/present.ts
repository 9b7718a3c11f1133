/** Counts as the API and the pages show them. A counter does not see what the books expect. */
import type { z } from "zod";
import { formatDecimal, QUANTITY_SCALE, toSafe } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { divideRounded } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Progress } from "../queries/counts.ts";
import { type Count, type CountEntry, type CountLine, countNumber } from "./count.ts";
import type { countJson, countsJson, linesJson } from "./schema.ts";

const decimal = (milli: number | null) => (milli === null ? null : formatDecimal(milli, QUANTITY_SCALE));

export function toCountRowJson(count: Count): z.output<typeof countsJson>["data"][number] {
  return {
    id: count.id,
    number: countNumber(count),
    store_id: count.storeId,
    category_id: count.categoryId,
    state: count.state,
    note: count.note,
    started_by: count.startedBy,
    started_at: count.startedAt.toISOString(),
    closed_by: count.closedBy,
    closed_at: count.closedAt?.toISOString() ?? null,
  };
}

export function toCountJson(
  count: Count,
  { total, counted, differing }: Progress,
  seesExpected: boolean,
): z.output<typeof countJson> {
  return { ...toCountRowJson(count), products: total, counted, differing: seesExpected ? differing : null };
}

function differenceOf({ countedMilli, expectedMilli }: CountLine): number | null {
  return countedMilli === null || expectedMilli === null ? null : countedMilli - expectedMilli;
}

export function toLineJson(line: CountLine, seesExpected: boolean): z.output<typeof linesJson>["data"][number] {
  const { productId, sku, name, unit, round, countedMilli } = line;
  const secret = (milli: number | null) => (seesExpected ? decimal(milli) : null);
  return {
    product_id: productId,
    sku,
    name,
    unit,
    round,
    counted: decimal(countedMilli),
    snapshot: secret(line.snapshotMilli),
    expected: secret(line.expectedMilli),
    difference: secret(differenceOf(line)),
    posted: secret(line.postedMilli),
    count_again: line.movedBetween,
  };
}

export function toCountRow(count: Count, text: Text, shop: Shop, storeName: string | undefined) {
  return {
    href: `/counts/${count.id}`,
    number: countNumber(count),
    store: storeName ?? "",
    what: count.category ?? text.t("inventory.counts.whole"),
    state: text.t(`inventory.counts.state_${count.state}`),
    open: count.state === "open",
    when: text.dateTime(count.startedAt, shop.timeZone),
    user: count.startedBy,
    note: count.note ?? "",
    closed: count.closedAt
      ? text.t("inventory.counts.closed_by", {
          person: count.closedBy ?? "",
          when: text.dateTime(count.closedAt, shop.timeZone),
        })
      : undefined,
  };
}

export function toEntryRow(entry: CountEntry, text: Text, shop: Shop) {
  return {
    name: entry.name,
    sku: entry.sku,
    quantity: `${text.quantity(entry.quantityMilli)} ${entry.unit}`,
    user: entry.userName,
    when: text.dateTime(entry.createdAt, shop.timeZone),
    again: entry.again,
  };
}

export function toReviewRow(line: CountLine, text: Text, currency: string, cost: boolean) {
  const difference = differenceOf(line);
  const sign = (milli: number) => `${milli > 0 ? "+" : ""}${text.quantity(milli)}`;
  // half away from zero, as every amount
  const value = toSafe(divideRounded(BigInt(line.costMinor) * BigInt(difference ?? 0), 1000n));
  return {
    id: line.productId,
    href: `/products/${line.productId}`,
    name: line.name,
    sku: line.sku,
    counted: line.countedMilli === null ? "" : text.quantity(line.countedMilli),
    expected: line.expectedMilli === null ? "" : text.quantity(line.expectedMilli),
    difference: difference === null ? "" : sign(difference),
    value: cost && difference ? text.money(value, currency) : "",
    posted: line.postedMilli === null ? "" : sign(line.postedMilli),
    round: line.round > 1 ? text.t("inventory.counts.round", { round: line.round }) : "",
    again: line.movedBetween,
    differs: line.movedBetween || (difference !== null && difference !== 0),
  };
}
