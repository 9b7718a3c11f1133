/** The combinations of attributes, and what their products are called: pure. */
import { fold } from "../../kernel/text.ts";

export interface Attribute {
  name: string;
  values: string[];
}

/** A value of each attribute, by its name. */
export type Combination = Record<string, string>;

/** Every combination, in the order of the attributes and their values. */
export function combinationsOf(attributes: readonly Attribute[]): Combination[] {
  return attributes.reduce<Combination[]>(
    (made, { name, values }) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    attributes.length === 0 ? [] : [{}],
  );
}

export function isSame(a: Combination, b: Combination): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** `Camisa` and M, Rojo: `Camisa M Rojo`; cut to so many letters. */
export function nameOf(parent: string, one: Combination, most: number): string {
  return [parent, ...Object.values(one)].join(" ").slice(0, most).trim();
}

/** `CAM` and M, Rojo: `CAM-M-ROJO`; cut to so many signs. */
export function skuOf(parent: string, one: Combination, most: number): string {
  const parts = Object.values(one).map((value) => fold(value).toUpperCase().replace(/\s+/g, "") || value);
  return [parent, ...parts].join("-").slice(0, most);
}

/** `Talla: S, M, L`, one attribute a line; undefined where a line is none. */
export function readAttributes(typed: string): Attribute[] | undefined {
  const lines = typed.split("\n").filter((line) => line.trim() !== "");
  const read = lines.map((line): Attribute | undefined => {
    const [, name = "", values = ""] = /^([^:]+):(.*)$/s.exec(line) ?? [];
    const list = values.split(/[,;]/).map((value) => value.trim());
    const attribute = { name: name.trim(), values: list.filter((value) => value !== "") };
    return attribute.name === "" || attribute.values.length === 0 ? undefined : attribute;
  });
  return read.includes(undefined) ? undefined : read.flatMap((one) => one ?? []);
}

export function writeAttributes(attributes: readonly Attribute[]): string {
  return attributes.map(({ name, values }) => `${name}: ${values.join(", ")}`).join("\n");
}
