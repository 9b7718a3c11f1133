/** The shop's identity, which receipts, prices and the business day need. Owned by the kernel since every plugin reads it. */
import { z } from "zod";
import { currencyDigits } from "../money.ts";
import { type Setting, type Settings, setting } from "./settings.ts";

export interface Shop {
  /** the store that this is said of; undefined: the shop as a whole */
  storeId: number | undefined;
  /** undefined while there is one store: it needs no name beside the shop's */
  storeName: string | undefined;
  /** people learn there: what it writes says so */
  training: boolean;
  name: string;
  taxId: string;
  address: string;
  phone: string;
  /** ISO 4217 */
  currency: string;
  /** IANA */
  timeZone: string;
  /** sales before this hour belong to the day before */
  dayCutoffHour: number;
  receiptHeader: string;
  receiptFooter: string;
}

const line = (key: string, fallback = ""): Setting<string> =>
  setting({
    key: `kernel.${key}`,
    schema: z.string().trim().max(120, "kernel.validation.too_long"),
    fallback,
    field: "text",
  });

export const shopSettings = {
  name: line("shop_name", "Mi tienda"),
  taxId: line("shop_tax_id"),
  address: line("shop_address"),
  phone: line("shop_phone"),
  currency: setting({
    key: "kernel.currency",
    schema: z.string().refine(isCurrency, "kernel.validation.currency"),
    fallback: "COP",
    field: "text",
  }),
  timeZone: setting({
    key: "kernel.time_zone",
    schema: z.string().refine(isTimeZone, "kernel.validation.time_zone"),
    fallback: "America/Bogota",
    field: "text",
  }),
  dayCutoffHour: setting({
    key: "kernel.day_cutoff_hour",
    schema: z.coerce.number().int().min(0).max(12),
    fallback: 0,
    field: "number",
  }),
  receiptHeader: line("receipt_header"),
  receiptFooter: line("receipt_footer", "¡Gracias por su compra!"),
} as const;

/** By the settings that it was made of, which are the same object until they are read anew. */
const whole = new WeakMap<object, Shop>();

/** The shop as a whole: what its stores have that say nothing else. The same object until the settings are read anew; nobody may change it. */
export async function readShop(settings: Settings): Promise<Shop> {
  const values = await settings.all(shopSettings);
  const known = whole.get(values);
  if (known) return known;
  const shop = Object.freeze({ storeId: undefined, storeName: undefined, training: false, ...values });
  whole.set(values, shop);
  return shop;
}

/** A setting in whole units of the shop's own currency, as minor units; in a store with another currency it is 0, as if it were not set. */
export async function amountIn(currency: string, settings: Settings, wanted: Setting<number>): Promise<number> {
  const [amount, own] = await Promise.all([settings.get(wanted), settings.get(shopSettings.currency)]);
  return currency === own ? amount * 10 ** currencyDigits(currency) : 0;
}

export function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf("currency").includes(code);
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
