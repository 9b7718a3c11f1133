/** Everything that is known of a person as a person reads it: sections, and under them one line for each fact. */
import type { Text } from "../../../kernel/i18n.ts";

/** `known`: what is handed to programs. */
export function readable(known: Readonly<Record<string, unknown>>, title: string, text: Text): string {
  const lines = [title, "=".repeat([...title].length)];
  for (const [name, rows] of Object.entries(known)) {
    const list = Array.isArray(rows) ? rows : [rows];
    const head = `${labelOf(name, text)} (${text.integer(list.length)})`;
    lines.push("", head, "-".repeat([...head].length));
    for (const row of list) lines.push(...factsOf(row, text, 0), "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** `currency`: of the amounts in it, where it names none of its own. */
function factsOf(value: unknown, text: Text, depth: number, currency = ""): string[] {
  const indent = "  ".repeat(depth);
  if (value === null || typeof value !== "object") return [`${indent}${said("", value, text, currency)}`];
  if (Array.isArray(value)) return value.flatMap((one) => factsOf(one, text, depth, currency));
  const own = "currency" in value && typeof value.currency === "string" ? value.currency : currency;
  return Object.entries(value).flatMap(([key, one]) => {
    if (one === null || one === undefined || one === "") return [];
    const label = `${indent}${labelOf(key, text)}:`;
    if (typeof one !== "object" || one instanceof Date) return [`${label} ${said(key, one, text, own)}`];
    return [label, ...factsOf(one, text, depth + 1, own)];
  });
}

function said(key: string, value: unknown, text: Text, currency: string): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "boolean") return text.t(`customers.privacy.${value ? "yes" : "no"}`);
  if (typeof value === "number" && /minor$/i.test(key) && currency) return text.money(value, currency);
  if (typeof value === "number" && /milli$/i.test(key)) return text.quantity(value);
  return String(value);
}

/** Facts of other plugins, too: what has no word of ours is named as it is. */
function labelOf(key: string, text: Text): string {
  const snake = key
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/_(minor|milli)$/, "");
  const locale = `customers.privacy.words.${snake}`;
  const word = text.has(locale) ? text.t(locale) : snake.replace(/_/g, " ");
  return word.charAt(0).toUpperCase() + word.slice(1);
}
