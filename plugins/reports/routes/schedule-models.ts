/** What the pages of reports by e-mail are given. */
import type { FormState } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Store } from "../../../kernel/stores/store.ts";
import type { Report } from "../domain.ts";
import { RHYTHMS } from "../mailing/due.ts";
import type { Candidate } from "../mailing/mailings.ts";
import type { Schedule } from "../queries/schedules.ts";
import { type Filters, LETTER_FORMATS } from "../schema.ts";

const hourOf = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const FIRST_HOUR = 7;

export function formModel(
  parts: {
    report: Report;
    query: Filters;
    candidates: Candidate[];
    possible: boolean;
    shop: Shop;
    form: FormState | undefined;
  },
  { text, stores }: { text: Text; stores: readonly Store[] },
) {
  const { report, query, candidates, possible, shop, form } = parts;
  const values = form?.values ?? {};
  const store = stores.find(({ id }) => id === query.store_id);
  return {
    report: text.t(`reports.names.${report.name}`),
    name: report.name,
    back: `/reports/${report.name}`,
    impossible: possible ? undefined : text.t("reports.errors.MAIL_NOT_SET"),
    about: [
      store ? store.name : text.t("reports.mail.their_stores"),
      query.compare && report.compare ? text.t(`reports.mail.against.${query.compare}`) : "",
      report.period ? text.t("reports.mail.days") : text.t("reports.mail.as_of"),
      text.t("reports.mail.zone", { zone: shop.timeZone }),
    ].filter(Boolean),
    form: form ?? { values: {}, errors: {} },
    hidden: [
      { name: "store_id", value: query.store_id ?? "" },
      { name: "compare", value: report.compare ? (query.compare ?? "") : "" },
    ],
    rhythm: values["rhythm"] ?? "daily",
    rhythms: RHYTHMS.map((value) => ({ value, label: text.t(`reports.mail.rhythms.${value}`) })),
    weekday: values["weekday"] ?? "1",
    weekdays: numbers(1, 7).map((value) => ({ value, label: text.t(`reports.weekdays.${value}`) })),
    monthDay: values["month_day"] ?? "1",
    monthDays: numbers(1, 28).map((value) => ({ value, label: String(value) })),
    hour: values["hour"] ?? String(Math.max(FIRST_HOUR, shop.dayCutoffHour)),
    hours: numbers(0, 23).map((value) => ({ value, label: hourOf(value) })),
    file: values["format"] ?? "pdf",
    formats: LETTER_FORMATS.map((value) => ({ value, label: value.toUpperCase() })),
    people: candidates.map(({ id, fullName, reachable }) => ({
      id,
      label: reachable ? fullName : text.t("reports.mail.unreachable", { name: fullName }),
    })),
  };
}

export function scheduleRow(
  one: Schedule & { mayStop: boolean },
  names: ReadonlyMap<number, string>,
  request: {
    text: Text;
    stores: readonly Store[];
    shop: Shop;
    session: { user: { id: number } };
  },
) {
  const { text, stores, shop, session } = request;
  const store = stores.find(({ id }) => id === one.storeId);
  const zone = store?.timeZone ?? shop.timeZone;
  return {
    id: one.id,
    title: text.t(`reports.names.${one.report}`),
    path: `/reports/${one.report}`,
    store: store?.name ?? text.t("reports.mail.their_stores"),
    when: whenOf(one, text),
    format: one.format.toUpperCase(),
    next: text.dateTime(one.nextAt, zone),
    by: one.userName,
    recipients: one.recipients.map(({ userId, state }) => ({
      name: names.get(userId) ?? text.t("reports.mail.left"),
      state: state === null ? undefined : text.t(`reports.mail.states.${state}`),
      bad: state === "failed" || state === "dropped",
    })),
    mayStop: one.mayStop,
    mayRefuse: one.recipients.some(({ userId }) => userId === session.user.id),
  };
}

function whenOf({ rhythm, weekday, monthDay, hour }: Schedule, text: Text): string {
  const day = weekday === undefined ? String(monthDay ?? "") : text.t(`reports.weekdays.${weekday}`);
  return text.t(`reports.mail.when.${rhythm}`, { day, hour: hourOf(hour) });
}
