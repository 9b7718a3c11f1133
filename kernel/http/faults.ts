/** Turns what zod found into field faults, and faults into sentences for a form or a problem+json answer. */
import type { z } from "zod";
import { type AppError, type FieldFault, kernelErrors } from "../errors.ts";
import type { Text } from "../i18n.ts";
import type { FormState } from "./route.ts";

/** More faults than this help nobody, and an answer stays small. */
const MOST = 50;

export function validationError(error: z.ZodError, prefix = ""): AppError {
  const fields: FieldFault[] = [];
  for (const issue of error.issues) {
    if (fields.length >= MOST) break;
    fields.push(...faultsOf(issue, prefix));
  }
  return kernelErrors.VALIDATION({ fields: fields.slice(0, MOST) });
}

function faultsOf(issue: z.core.$ZodIssue, prefix: string): FieldFault[] {
  const path = prefix + issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    // one issue may hold a hundred thousand of them
    return issue.keys
      .slice(0, MOST)
      .map((key) => fault(path ? `${path}.${key}` : prefix + key, "kernel.validation.unknown_field"));
  }
  if (/^[a-z][a-z0-9-]*\.validation\./.test(issue.message)) return [fault(path, issue.message)];
  return [fault(path, `kernel.validation.${genericText(issue)}`)];
}

function fault(path: string, text: string): FieldFault {
  return { path, code: text.slice(text.lastIndexOf(".") + 1).toUpperCase(), text };
}

function genericText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "required";
      return issue.expected === "number" || issue.expected === "int" ? "number" : "text";
    case "too_big":
      return issue.origin === "string" ? "too_long" : issue.origin === "array" ? "too_many" : "too_large";
    case "too_small":
      return issue.origin === "string" || issue.origin === "array" ? "required" : "too_small";
    case "invalid_value":
      return "choice";
    case "invalid_format":
      return issue.format === "date" ? "date" : "format";
    default:
      return "format";
  }
}

/** A field's sentence; `field` names it where the sentence needs it. */
export function faultSentence(fault: FieldFault, text: Text): string {
  return text.t(fault.text, { field: fault.path, ...fault.params });
}

export function errorSentence(error: AppError, text: Text): string {
  return text.t(error.text, error.details.params ?? {});
}

/** What `redraw` gets: everything typed except secrets, and each fault as a sentence. */
export function formState(error: AppError, typed: unknown, text: Text): FormState {
  const errors: Record<string, string> = {};
  for (const one of error.details.fields ?? []) errors[one.path] ??= faultSentence(one, text);
  return { values: typedValues(typed), errors, message: errorSentence(error, text) };
}

function typedValues(typed: unknown): Record<string, string> {
  if (typeof typed !== "object" || typed === null) return {};
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(typed)) {
    if (/password|^code$|pin/.test(name) && name !== "code") continue;
    if (typeof value === "string") values[name] = value;
    else if (Array.isArray(value)) values[name] = value.map(String).join("\n");
  }
  return values;
}
