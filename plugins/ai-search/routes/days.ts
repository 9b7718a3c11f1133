/** The days that somebody asks about: without dates the last thirty. */
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Days } from "../statistics.ts";

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
export const SHOWN = 20;

export function daysAsked(
  { query, shop }: { query: { from?: string | undefined; to?: string | undefined }; shop: Shop },
  clock: Clock,
): Days {
  const day = (at: Date) => businessDate(at, shop.timeZone, 0);
  const now = clock.now();
  return {
    from: query.from ?? day(new Date(now.getTime() - MONTH_MS)),
    to: query.to ?? day(now),
    timeZone: shop.timeZone,
  };
}
