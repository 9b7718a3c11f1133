/** The shop's days in SQL, as `businessDate` of the kernel has them: a sale before the cut-off hour belongs to the day before. */

/** So many days up to `today`, a business day in that zone. */
export interface BusinessDays {
  days: number;
  today: string;
  timeZone: string;
  cutoffHour: number;
}

const CUTOFF = "make_interval(hours => cast(:cutoffHour AS int))";

export function dayOfSql(column: "created_at" | "m.created_at"): string {
  return `((${column} - ${CUTOFF}) AT TIME ZONE :timeZone)::date`;
}

/** The moment in which a day begins. */
export function startOfDaySql(day: string): string {
  return `((${day})::timestamp AT TIME ZONE :timeZone + ${CUTOFF})`;
}
