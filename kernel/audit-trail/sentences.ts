/** Actions, subjects and fields in the reader's words. Each owner brings its own; what nobody explains is shown as it is. */
import type { Text } from "../i18n.ts";
import { type Change, changesOf } from "./changes.ts";
import type { AuditRow } from "./queries.ts";

export interface Words {
  text: Text;
  currency: string;
  timeZone: string;
  /** whose locale files are asked, in this order */
  owners: readonly string[];
}

const NOTHING = "—";
/** fields that are shown; a price list may have changed thousands */
const SHOWN = 40;
/** up to here they are shown at once, beyond it on demand */
const FEW = 4;

function say({ text, owners }: Words, group: string, name: string): string | undefined {
  const key = owners.map((owner) => `${owner}.${group}.${name}`).find((one) => text.has(one));
  return key === undefined ? undefined : text.t(key);
}

/** Who writes an action names its fields: `active` is one thing of a person and another of a product. */
function ofAction(words: Words, action: string): Words {
  const key = action.replaceAll(".", "_");
  const owner = words.owners.find((one) => words.text.has(`${one}.audit.${key}`));
  return owner === undefined ? words : { ...words, owners: [owner, ...words.owners] };
}

export function actionText(words: Words, action: string): string {
  return say(words, "audit", action.replaceAll(".", "_")) ?? action;
}

/** `product:17` as `Producto 17`. */
export function subjectText(words: Words, subject: string): string {
  const at = subject.indexOf(":");
  const kind = at < 0 ? subject : subject.slice(0, at);
  const name = say(words, "audit_subjects", kind.replaceAll("-", "_"));
  return name === undefined ? subject : `${name} ${at < 0 ? "" : subject.slice(at + 1)}`.trim();
}

function fieldText(words: Words, field: string): string {
  if (field === "") return words.text.t("kernel.audit_page.value");
  const [first = "", ...rest] = field.split(".");
  const name = say(words, "audit_fields", first) ?? first.replace(/_(minor|milli|bp)$/, "").replaceAll("_", " ");
  return [name, ...rest].join(" · ");
}

/** A word of the program, as `received`, in the reader's language; what people typed stays. */
function wordText(words: Words, field: string, value: string): string {
  return (/^[a-z_]{1,40}$/.test(value) && say(words, "audit_values", `${field}_${value}`)) || value;
}

/** `received: by the back door` begins with a word of the program. */
function reasonText(words: Words, reason: string): string {
  const [word = "", ...rest] = reason.split(": ");
  return [wordText(words, "reason", word), ...rest].join(": ");
}

/** The unit is in the field's name. */
function valueText(words: Words, field: string, value: unknown): string {
  const { text, currency } = words;
  if (value === undefined || value === null || value === "") return NOTHING;
  if (typeof value === "boolean") return text.t(value ? "kernel.audit_page.yes" : "kernel.audit_page.no");
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    if (/_minor(\.|$)/.test(field)) return text.money(value, currency);
    if (/_milli(\.|$)/.test(field)) return text.quantity(value);
    if (/_bp(\.|$)/.test(field)) return text.rate(value);
  }
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(String).join(", ");
  return typeof value === "string" ? wordText(words, field, value) : JSON.stringify(value);
}

/** `before` is left out where there was only one state. */
function changeModel(words: Words, { field, before, after }: Change, isPair: boolean) {
  const label = fieldText(words, field);
  if (!isPair) return { field: label, after: valueText(words, field, after ?? before) };
  return { field: label, before: valueText(words, field, before), after: valueText(words, field, after) };
}

/** A row as the page shows it. */
export function entryModel(asked: Words, row: AuditRow) {
  const { text, timeZone } = asked;
  const words = ofAction(asked, row.action);
  const changes = changesOf(row.before, row.after);
  const isPair = row.before !== null && row.after !== null;
  return {
    at: text.dateTime(row.at, timeZone),
    iso: row.at.toISOString(),
    who: row.userName ?? text.t(row.address === null ? "kernel.audit_page.system" : "kernel.audit_page.visitor"),
    address: row.address ?? undefined,
    what: actionText(words, row.action),
    subject: subjectText(words, row.subject),
    subjectHref: `/audit?${new URLSearchParams({ subject: row.subject })}`,
    reason: row.reason === null ? undefined : reasonText(words, row.reason),
    isOpen: changes.length <= FEW,
    changes: changes.slice(0, SHOWN).map((change) => changeModel(words, change, isPair)),
    more: Math.max(0, changes.length - SHOWN),
    count: changes.length,
  };
}
