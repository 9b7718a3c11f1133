/** Texts, numbers, money and dates in the reader's language. Sentences are ICU messages in `locales/*.json` of their owner. */
import { IntlMessageFormat } from "intl-messageformat";
import { currencyDigits } from "./money.ts";

/** Spanish first: the first is the default. */
export const LOCALES = ["es", "en"] as const;
export type Locale = (typeof LOCALES)[number];

/** The regional conventions behind a language: how Colombia writes a number. */
const REGION: Record<Locale, string> = { es: "es-CO", en: "en-US" };

export function regionOf(locale: Locale): string {
  return REGION[locale];
}

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

export type Params = Record<string, string | number>;
export type Translate = (key: string, params?: Params) => string;

/** Flat messages of one language: key to ICU message. */
export type Messages = Map<string, string>;
export type Catalogue = Record<Locale, Messages>;

/** Turns `{ "cart": { "empty": "…" } }` of the owner `pos` into `pos.cart.empty`. */
export function flattenMessages(owner: string, tree: unknown, into: Messages): void {
  if (typeof tree === "string") into.set(owner, tree);
  else if (tree && typeof tree === "object")
    for (const [key, value] of Object.entries(tree)) flattenMessages(`${owner}.${key}`, value, into);
}

export interface Text {
  readonly locale: Locale;
  readonly t: Translate;
  has(key: string): boolean;
  /** the sentence that nobody has filled in: its names as `{limit}` */
  unfilled(key: string): string;
  /** minor units as `$ 12.500` */
  money(minor: number, currency: string): string;
  /** thousandths as `1,25` */
  quantity(milli: number): string;
  /** basis points as `19 %` */
  rate(bp: number): string;
  integer(value: number): string;
  /** for the value of a form field: `12500,00` without thousands signs */
  moneyField(minor: number, currency: string): string;
  quantityField(milli: number): string;
  date(instant: Date, timeZone: string): string;
  dateTime(instant: Date, timeZone: string): string;
}

/** One Text per language, made once: Intl formatters are costly to make. */
export function createTexts(catalogue: Catalogue): Record<Locale, Text> {
  return Object.fromEntries(LOCALES.map((locale) => [locale, createText(locale, catalogue)])) as Record<Locale, Text>;
}

function createText(locale: Locale, catalogue: Catalogue): Text {
  const region = REGION[locale];
  const compiled = new Map<string, (params?: Params) => string>();
  const monies = new Map<string, Intl.NumberFormat>();
  const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
  const number = (key: string, options: Intl.NumberFormatOptions) =>
    remember(formats, key, () => new Intl.NumberFormat(region, options)) as Intl.NumberFormat;
  const instantFormat = (key: string, options: Intl.DateTimeFormatOptions) =>
    remember(formats, key, () => new Intl.DateTimeFormat(region, options)) as Intl.DateTimeFormat;

  let sign: string | undefined;
  const plain = (decimal: string) => {
    sign ??= decimalSign(region);
    return decimal.replace(".", sign);
  };

  const t: Translate = (key, params) => {
    const known = compiled.get(key);
    if (known) return known(params);
    const message = catalogue[locale].get(key) ?? catalogue[LOCALES[0]].get(key);
    if (message === undefined) return key;
    const isPlain = !message.includes("{") && !message.includes("'");
    return remember(compiled, key, () => (isPlain ? () => message : compile(message, region)))(params);
  };

  return {
    locale,
    t,
    has: (key) => catalogue[locale].has(key),
    unfilled: (key) =>
      unfilled(
        new IntlMessageFormat(catalogue[locale].get(key) ?? key, region, undefined, { ignoreTag: true }).getAst(),
      ),
    money: (minor, currency) =>
      // exact: Intl takes a decimal string, so a large amount is not squeezed through a float
      remember(monies, currency, () => moneyFormat(region, currency)).format(
        decimalText(minor, currencyDigits(currency)) as never,
      ),
    quantity: (milli) => number("quantity", { maximumFractionDigits: 3 }).format(milli / 1000),
    rate: (bp) => number("rate", { style: "percent", maximumFractionDigits: 2 }).format(bp / 10_000),
    integer: (value) => number("integer", { maximumFractionDigits: 0 }).format(value),
    moneyField: (minor, currency) => {
      const digits = currencyDigits(currency);
      return plain(decimalText(minor, minor % 10 ** digits === 0 ? 0 : digits, digits));
    },
    quantityField: (milli) => plain(String(milli / 1000)),
    date: (instant, timeZone) => instantFormat(`d ${timeZone}`, { dateStyle: "medium", timeZone }).format(instant),
    dateTime: (instant, timeZone) =>
      instantFormat(`dt ${timeZone}`, { dateStyle: "medium", timeStyle: "short", timeZone }).format(instant),
  };
}

function moneyFormat(region: string, currency: string): Intl.NumberFormat {
  return new Intl.NumberFormat(region, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: currencyDigits(currency),
    maximumFractionDigits: currencyDigits(currency),
    trailingZeroDisplay: "stripIfInteger",
  } as Intl.NumberFormatOptions);
}

/** As the parser calls them. */
const LITERAL = 0;
const ARGUMENT = 1;

/** A page has dozens of sentences with names or finished numbers in them and few with a plural: the former are put together at once. */
function compile(message: string, region: string): (params?: Params) => string {
  const format = new IntlMessageFormat(message, region, undefined, { ignoreTag: true });
  const whole = (params?: Params) => String(format.format(params));
  const elements = format.getAst();
  const isPlain = elements.every(({ type }) => type === LITERAL || type === ARGUMENT);
  if (!isPlain) return whole;
  const parts = elements.map((element) => ({
    isName: element.type === ARGUMENT,
    text: "value" in element ? String(element.value) : "",
  }));
  return (params) => {
    let sentence = "";
    for (const { isName, text } of parts) {
      const value = isName ? params?.[text] : text;
      // the library knows what is missing, and what to make of it
      if (typeof value !== "string" && typeof value !== "number") return whole(params);
      sentence += value;
    }
    return sentence;
  };
}

/** Of a plural the general form, of a choice all that can be said. */
function unfilled(parts: ReturnType<IntlMessageFormat["getAst"]>, counted = ""): string {
  const told = parts.map((part) => {
    // the sign # of a plural
    if (!("value" in part)) return `{${counted}}`;
    if (part.type === LITERAL) return part.value;
    if (!("options" in part)) return `{${part.value}}`;
    const forms = Object.values(part.options).map(({ value }) => unfilled(value, part.value));
    return "offset" in part ? forms.at(-1) : forms.join(" / ");
  });
  return told.join("");
}

function decimalText(value: number, shown: number, scale = shown): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, "0");
  const whole = scale === 0 ? digits : digits.slice(0, -scale);
  const fraction = shown === 0 ? "" : `.${digits.slice(-scale)}`;
  return `${value < 0 ? "-" : ""}${whole}${fraction}`;
}

function decimalSign(region: string): string {
  const sign = new Intl.NumberFormat(region).formatToParts(1.5).find((part) => part.type === "decimal");
  return sign?.value ?? ".";
}

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
