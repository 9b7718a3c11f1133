/** Choices of the shop's owner, kept in the database: typed, with a default, changed on one page. */
import { z } from "zod";
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

/** Yes or no, as a box on the page sends it and as it is stored. */
export function flagSetting(key: string, fallback: boolean): Setting<boolean> {
  return { key, schema: flag, fallback, field: "flag" };
}

const flag = z
  .union([z.boolean(), z.enum(["on", "true", "1", "false", "0", ""])])
  .optional()
  .transform((value) => value === true || value === "on" || value === "true" || value === "1");

export type Values<T extends Record<string, Setting<unknown>>> = {
  readonly [Name in keyof T]: T[Name] extends Setting<infer Value> ? Value : never;
};

export interface Settings {
  /** The value now: at most a few seconds behind another instance's change, at once after our own. */
  get<T>(setting: Setting<T>): Promise<T>;
  /** Several as they are together; the same object until any setting changes. */
  all<T extends Record<string, Setting<unknown>>>(wanted: T): Promise<Values<T>>;
  set<T>(tx: Tx, setting: Setting<T>, value: T): Promise<void>;
}
