/** What a browser sends for a form: the values its controls hold, the button that was pressed, the encoding. */
import { randomUUID } from "node:crypto";
import type { HTMLElement } from "node-html-parser";

export interface Upload {
  name: string;
  content: string | Uint8Array;
  /** content type; `application/octet-stream` when left out */
  type?: string;
}

export type FieldValue = string | Upload;
/** undefined leaves the field out, as unchecking its box does */
export type Fields = Record<string, FieldValue | readonly FieldValue[] | undefined>;
export type Entry = readonly [name: string, value: FieldValue];

export interface Submission {
  method: "GET" | "POST";
  /** as written in the form; empty means the page's own address */
  action: string;
  multipart: boolean;
  entries: Entry[];
}

/**
 * The form as it would be sent after a person filled in `typed`. Throws when the form has no control of such a name: nobody
 * could have typed it. A button is pressed by its name and value in `typed`; else it is the first one.
 */
export function submissionOf(form: HTMLElement, root: HTMLElement, typed: Fields = {}): Submission {
  const controls = controlsOf(form, root);
  const names = new Set(controls.map(nameOf));
  for (const name of Object.keys(typed)) {
    if (!names.has(name))
      throw new Error(`the form has no field "${name}"; it has ${[...names].filter(Boolean).join(", ")}`);
  }
  return {
    method: form.getAttribute("method")?.toUpperCase() === "POST" ? "POST" : "GET",
    action: form.getAttribute("action") ?? "",
    multipart: form.getAttribute("enctype") === "multipart/form-data",
    entries: inOrder([...names], [...untouched(heldBy(controls, typed), typed), ...entriesOf(typed)]),
  };
}

function untouched(held: Entry[], typed: Fields): Entry[] {
  return held.filter(([name]) => !Object.hasOwn(typed, name));
}

/** In the order of the page, as a parser that reads a file as it comes may count on. */
function inOrder(names: string[], entries: Entry[]): Entry[] {
  return entries.sort(([one], [other]) => names.indexOf(one) - names.indexOf(other));
}

/** The entries of fields written down by a test. */
export function entriesOf(fields: Fields): Entry[] {
  return Object.entries(fields).flatMap(([name, value]): Entry[] => {
    if (value === undefined) return [];
    return isMany(value) ? value.map((one): Entry => [name, one]) : [[name, value]];
  });
}

/** The inverse: a name that comes once has one value, a repeated one has an array. */
export function fieldsOf(entries: readonly Entry[]): Record<string, FieldValue | FieldValue[]> {
  const fields: Record<string, FieldValue | FieldValue[]> = {};
  for (const [name, value] of entries) {
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else fields[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return fields;
}

export interface Payload {
  body: string | Uint8Array;
  type: string;
}

export function encodeForm(entries: readonly Entry[], multipart: boolean): Payload {
  return multipart
    ? encodeMultipart(entries)
    : { body: encodeQuery(entries), type: "application/x-www-form-urlencoded" };
}

export function encodeQuery(entries: readonly Entry[]): string {
  const pairs = entries.map(([name, value]): [string, string] => [name, isText(value) ? crlf(value) : value.name]);
  return new URLSearchParams(pairs).toString();
}

/** By hand, as fetch leaves `filename=""` out, which browsers send for a file box nobody touched. */
function encodeMultipart(entries: readonly Entry[]): Payload {
  const boundary = `----form${randomUUID()}`;
  const parts = entries.map(([name, value]) => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (isText(value)) return Buffer.from(`${head}\r\n\r\n${crlf(value)}\r\n`);
    const about = `; filename="${quoted(value.name)}"\r\nContent-Type: ${value.type ?? "application/octet-stream"}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head + about), Buffer.from(value.content), Buffer.from("\r\n")]);
  });
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

function quoted(name: string): string {
  return name.replace(/\r?\n|\r/g, "%0D%0A").replaceAll('"', "%22");
}

function isText(value: FieldValue): value is string {
  return typeof value === "string";
}

/** Browsers send every line break of a text as CR LF. */
function crlf(text: string): string {
  return text.replace(/\r\n|\r|\n/g, "\r\n");
}

function isMany(value: FieldValue | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/** Controls inside the form, and those elsewhere that name it in their `form` attribute. */
function controlsOf(form: HTMLElement, root: HTMLElement): HTMLElement[] {
  const id = form.getAttribute("id");
  return root.querySelectorAll("input, select, textarea, button").filter((control) => {
    const owner = control.getAttribute("form");
    const belongs = owner === undefined ? control.closest("form") === form : owner === id;
    return belongs && !control.hasAttribute("disabled") && control.closest("fieldset[disabled]") === null;
  });
}

function heldBy(controls: HTMLElement[], typed: Fields): Entry[] {
  const buttons = controls.filter(isSubmit);
  const pressed = buttons.find((one) => typed[nameOf(one)] === valueAttribute(one) && nameOf(one) !== "") ?? buttons[0];
  return controls
    .filter((control) => nameOf(control) !== "" && (control === pressed || !isButton(control)))
    .flatMap((control) => valuesOf(control).map((value): Entry => [nameOf(control), value]));
}

function nameOf(control: HTMLElement): string {
  return control.getAttribute("name") ?? "";
}

function valueAttribute(control: HTMLElement): string {
  return control.getAttribute("value") ?? "";
}

function typeOf(control: HTMLElement): string {
  const fallback = control.localName === "button" ? "submit" : "text";
  return control.getAttribute("type")?.toLowerCase() ?? fallback;
}

function isButton(control: HTMLElement): boolean {
  return control.localName === "button" || ["submit", "image", "button", "reset"].includes(typeOf(control));
}

function isSubmit(control: HTMLElement): boolean {
  return isButton(control) && ["submit", "image"].includes(typeOf(control));
}

function valuesOf(control: HTMLElement): FieldValue[] {
  if (control.localName === "select") return chosenOf(control);
  // the parser drops the line break that HTML ignores after <textarea>, or leaves it; either way it is not content
  if (control.localName === "textarea") return [control.text.replace(/^\r?\n/, "")];
  const type = typeOf(control);
  if (type === "checkbox" || type === "radio") {
    return control.hasAttribute("checked") ? [control.getAttribute("value") ?? "on"] : [];
  }
  // a browser sends a file box nobody touched as a file without name and content
  if (type === "file") return [{ name: "", content: "" }];
  return [valueAttribute(control)];
}

function chosenOf(select: HTMLElement): string[] {
  const options = select.querySelectorAll("option").filter((option) => !option.hasAttribute("disabled"));
  const selected = options.filter((option) => option.hasAttribute("selected"));
  const textOrValue = (option: HTMLElement) => option.getAttribute("value") ?? option.text.replace(/\s+/g, " ").trim();
  if (select.hasAttribute("multiple")) return selected.map(textOrValue);
  return [selected.at(-1) ?? options[0]].filter((one) => one !== undefined).map(textOrValue);
}
