/** What the kernel itself still keeps of a person who is forgotten: answers of requests, and lists that were read in. */
import type { Tx } from "./db/database.ts";
import { fold, likeLiteral } from "./text.ts";

/** What tells who somebody is. */
export interface Identity {
  names: readonly string[];
  /** of documents and telephones, as they are written */
  numbers: readonly string[];
  mails: readonly string[];
  /** addresses, notes */
  texts: readonly string[];
}

export interface Telltale {
  /** True: a whole name, a number or a mail stands there, however it is written. */
  tells(text: string): boolean;
  /** Without any word that is part of a name, any such number and mail: for words that stay for ever. */
  without(text: string): string;
  /** for a first look by the database */
  readonly patterns: readonly string[];
}

const GONE = "…";
const SHORTEST_NUMBER = 5;
const digitsOf = (text: string) => text.replace(/\D/g, "");
const NUMBER = /\+?\d[\d\s().-]{3,}\d/g;

export function telltale({ names, numbers, mails, texts }: Identity): Telltale {
  const whole = names.map(fold).filter((name) => name.length > 2);
  const words = new Set(whole.flatMap((name) => name.split(" ")).filter((word) => word.length > 2));
  const digits = numbers.map(digitsOf).filter((number) => number.length >= SHORTEST_NUMBER);
  // documents with letters
  const codes = numbers.map(fold).filter((code) => code.length >= SHORTEST_NUMBER && digitsOf(code) !== code);
  const told = new Set(texts.map(fold).filter((text) => text !== ""));
  const lowered = mails.map((mail) => mail.toLowerCase());
  const isNumber = (typed: string) => digits.some((number) => digitsOf(typed).includes(number));
  return {
    patterns: [...new Set([...names.flatMap((name) => name.split(/\s+/)), ...numbers, ...digits, ...mails, ...texts])]
      .filter((word) => word.length > 2)
      .map((word) => `%${likeLiteral(word)}%`),
    tells(text) {
      const folded = ` ${fold(text)} `;
      if (told.has(folded.trim())) return true;
      if (whole.some((name) => folded.includes(` ${name} `))) return true;
      if (codes.some((code) => folded.includes(` ${code} `))) return true;
      if (lowered.some((mail) => text.toLowerCase().includes(mail))) return true;
      return (text.match(NUMBER) ?? []).some(isNumber);
    },
    without(text) {
      if (told.has(fold(text))) return GONE;
      const numberless = text.replace(NUMBER, (typed) => (isNumber(typed) ? GONE : typed));
      return numberless
        .split(/(\s+)/)
        .map((part) => {
          const parts = fold(part).split(" ");
          const named = parts.some((word) => words.has(word)) || codes.includes(parts.join(" "));
          return named || lowered.some((mail) => part.toLowerCase().includes(mail)) ? GONE : part;
        })
        .join("");
    },
  };
}

/** Each text in it as `write` says; keys stay. */
function rewrite(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === "string") return write(value);
  if (Array.isArray(value)) return value.map((one) => rewrite(one, write));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, rewrite(one, write)]));
}

/**
 * Answers that are kept for requests that come twice: their shape stays, whom they name does not. Of routes whose path holds `about`
 * every word goes, of others only texts that tell as a whole.
 */
export async function forgetReplies(tx: Tx, { tells, without, patterns }: Telltale, about: string): Promise<void> {
  const { rows } = await tx.raw(
    `SELECT scope, key, reply FROM idempotency_keys WHERE reply IS NOT NULL AND reply::text ILIKE ANY(:patterns::text[]) FOR UPDATE`,
    { patterns: [...patterns] },
  );
  for (const { scope, key, reply } of rows as { scope: string; key: string; reply: unknown }[]) {
    const all = scope.includes(about);
    const left = rewrite(reply, (text) => (all || tells(text) ? without(text) : text));
    await tx.raw("UPDATE idempotency_keys SET reply = ? WHERE scope = ? AND key = ?", [
      JSON.stringify(left),
      scope,
      key,
    ]);
  }
}

/**
 * Lists of that plugin that were read in and name the person, and all that wait for somebody to start them: a workbook cannot be looked
 * into. What they changed stands in the trail.
 */
export async function forgetLists(tx: Tx, owner: string, { patterns }: Telltale): Promise<void> {
  await tx.raw(
    `DELETE FROM list_imports i WHERE owner = :owner AND status IN ('checked', 'done', 'refused')
       AND (status = 'checked' OR file_name ILIKE ANY(:patterns::text[]) OR preview::text ILIKE ANY(:patterns::text[])
         OR EXISTS (SELECT FROM list_import_faults f WHERE f.import_id = i.id
           AND (f.written ILIKE ANY(:patterns::text[]) OR f.params::text ILIKE ANY(:patterns::text[]))))`,
    { owner, patterns: [...patterns] },
  );
}
