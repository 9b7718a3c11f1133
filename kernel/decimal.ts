/** Exact decimals as scaled safe integers: money in minor units, quantities in thousandths. No float ever holds one. */

/** Digits after the point of a quantity: 1.250 kg is 1250 thousandths. */
export const QUANTITY_SCALE = 3;

const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

/** A bigint as a number; throws RangeError rather than lose a digit. */
export function toSafe(value: bigint): number {
  if (value > LIMIT || value < -LIMIT) throw new RangeError(`${value} is beyond the safe integers`);
  return Number(value);
}

/**
 * `-1234.5` with scale 2 as -123450. Returns undefined when the text is not a plain decimal (digits, one point, a minus),
 * has more digits than the scale, or does not fit a safe integer.
 */
export function parseDecimal(text: string, scale: number): number | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign = "", whole = "", rawFraction = ""] = match;
  const fraction = rawFraction.replace(/0+$/, "");
  if (fraction.length > scale) return undefined;
  const scaled = BigInt(whole + fraction.padEnd(scale, "0"));
  if (scaled > LIMIT) return undefined;
  return sign === "-" && scaled !== 0n ? -Number(scaled) : Number(scaled);
}

/** The inverse of parseDecimal: 1250 with scale 3 is `1.250`. */
export function formatDecimal(value: number, scale: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
  const digits = String(Math.abs(value)).padStart(scale + 1, "0");
  const sign = value < 0 ? "-" : "";
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

export type Separators = { decimal: "," | "."; group: "." | "," };

/** The separators people of a language write. */
export function separatorsOf(locale: string): Separators {
  const decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === "decimal")?.value;
  return decimal === "," ? { decimal: ",", group: "." } : { decimal: ".", group: "," };
}

/**
 * What a person typed, as a plain decimal (`1234.50`), or undefined. Both `1.234,50` and `1,234.50` read as one thousand
 * and so on: where both signs stand, the last is the decimal one. A single sign is read the page's way, and as a decimal
 * where it cannot be a thousands sign (`1.5`). `strictGroups` refuses the one reading that could be a thousand times off:
 * a group sign alone before three digits (`1.250` kg typed on a Spanish page).
 */
export function normalizeTyped(
  typed: string,
  { decimal, group }: Separators,
  strictGroups = false,
): string | undefined {
  const text = typed.replace(/[\s\u00a0\u202f$]/g, "").replace(/^\u2212/, "-");
  const match = /^(-?)([\d.,]+)$/.exec(text);
  if (!match) return undefined;
  const [, sign = "", body = ""] = match;
  const point = decimalSign(body, decimal, group, strictGroups);
  if (point === undefined) return undefined;
  const cut = point === "" ? body.length : body.lastIndexOf(point);
  const whole = body.slice(0, cut);
  const fraction = body.slice(cut + 1);
  if (!/^\d*$/.test(fraction)) return undefined;
  if (!/^(\d*|\d{1,3}(\.\d{3})+|\d{1,3}(,\d{3})+)$/.test(whole) || whole + fraction === "") return undefined;
  if (point !== "" && whole.includes(point)) return undefined;
  const digits = whole.replace(/[.,]/g, "") || "0";
  return sign + digits + (fraction === "" ? "" : `.${fraction}`);
}

function decimalSign(body: string, decimal: string, group: string, strictGroups: boolean): string | undefined {
  const decimals = body.split(decimal).length - 1;
  const groups = body.split(group).length - 1;
  if (decimals > 0 && groups > 0) return body.lastIndexOf(decimal) > body.lastIndexOf(group) ? decimal : group;
  if (decimals === 1) return decimal;
  if (decimals > 1) return "";
  if (groups === 0 || groups > 1) return "";
  const looksGrouped = /^\d{1,3}[.,]\d{3}$/.test(body);
  if (!looksGrouped) return group;
  return strictGroups ? undefined : "";
}
