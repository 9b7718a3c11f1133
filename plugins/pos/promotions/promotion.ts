/** A promotion as the shop keeps it: what it offers, of what, where, for whom and when. */
import { ofTimeZone } from "../../../kernel/clock.ts";
import type { Offer } from "./taking.ts";

export interface PromotionFacts {
  name: string;
  offer: Offer;
  /** of these products and those of these categories; both empty: of everything */
  productIds: number[];
  categoryIds: number[];
  /** empty: in all */
  storeIds: number[];
  /** empty: for everybody */
  groupIds: number[];
  /** 1 Monday to 7 Sunday, of the business day; empty: every day */
  weekdays: number[];
  /** business days, both included, YYYY-MM-DD */
  startsOn: string;
  endsOn: string | undefined;
  /** minutes of the store's clock; the end is not in it and may lie behind midnight */
  hours: { from: number; to: number } | undefined;
}

export interface Promotion extends PromotionFacts {
  id: number;
  /** undefined while nobody ended it */
  endedAt: Date | undefined;
  version: number;
}

/** When something is sold, as the store's calendar and clock have it. */
export interface Moment {
  /** business day */
  day: string;
  weekday: number;
  minute: number;
}

const timeOfDay = ofTimeZone(
  (timeZone) => new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
);

export function momentOf(instant: Date, day: string, timeZone: string): Moment {
  const [hour = 0, minute = 0] = timeOfDay(timeZone).format(instant).split(":").map(Number);
  return { day, weekday: new Date(`${day}T00:00:00Z`).getUTCDay() || 7, minute: hour * 60 + minute };
}
