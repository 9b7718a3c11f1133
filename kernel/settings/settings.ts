/** Choices of the shop's owner, kept in the database: typed, with a default, changed on one page. */
import type { z } from "zod";
import type { Tx } from "../db/database.ts";

export interface Setting<T> {
  /** `owner.name`; its label is the locale key `<owner>.settings.<name>` */
  readonly key: string;
  /** reads what the settings page sends (text) as well as what is stored (JSON) */
  readonly schema: z.ZodType<T>;
  readonly fallback: T;
  /** how the page shows it; `choice` needs `options` */
  readonly field: "text" | "number" | "flag" | "choice";
  readonly options?: readonly string[];
}

export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

export interface Settings {
  /** The value now: at most a few seconds behind another instance's change, at once after our own. */
  get<T>(setting: Setting<T>): Promise<T>;
  set<T>(tx: Tx, setting: Setting<T>, value: T): Promise<void>;
}
