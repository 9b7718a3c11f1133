/** OpenAPI 3.1 from the routes: the same schemas that check what comes in describe it. */
import { z } from "zod";
import { approvable, approvalMember } from "../http/approval.ts";
import { UPLOAD_TYPES } from "../http/body.ts";
import type { MountedRoute } from "../http/mount.ts";
import type { Route } from "../http/route.ts";
import { type InputSchema, jsonInput } from "../input.ts";

type JsonSchema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>;
}

export interface OpenApi {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: Record<string, JsonSchema>; schemas: Record<string, JsonSchema> };
}

const DESCRIPTION =
  "Money and quantities are decimal strings. Times are RFC 3339. Lists are `{ data, next_cursor }`: pass `cursor` to go on. " +
  "Errors are RFC 9457 problems with a stable `code` and `errors[]` by field. Unknown fields are refused.";

const PROBLEM: JsonSchema = {
  type: "object",
  required: ["type", "title", "status", "code", "request_id"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string" },
    request_id: { type: "string" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { field: { type: "string" }, code: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

export function openApi(routes: readonly MountedRoute[]): OpenApi {
  const paths: OpenApi["paths"] = {};
  for (const { owner, route } of routes) {
    if (route.surface !== "v1" && route.surface !== "v2") continue;
    const path = route.path.replace(/:([A-Za-z_]\w*)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(owner, route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "POS O'data", version: "1", description: DESCRIPTION },
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Problem: PROBLEM },
    },
  };
}

function operation(owner: string, route: Route): Operation {
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const responses: Operation["responses"] = {};
  for (const [status, schema] of Object.entries(route.returns ?? { 200: undefined })) {
    responses[status] = schema
      ? { description: "Done", content: { "application/json": { schema: describe(schema as z.ZodType, "output") } } }
      : { description: "Done" };
  }
  responses["default"] = { description: "Refused or failed", content: problem };
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(.)?/g, (_, next = "") => next.toUpperCase())}`,
    tags: [owner],
    summary: route.summary ?? "",
    description: accessText(route),
    security: route.access === "public" ? [] : [{ bearer: [] }],
    parameters: parameters(route),
    ...(route.body || route.upload ? { requestBody: requestBody(route) } : {}),
    responses,
  };
}

function accessText({ access }: Route): string {
  if (access === "public") return "Open to everybody.";
  if (access === "signed-in") return "Needs a session.";
  const { permission, also = [] } = access;
  const needs = `Needs the permission${also.length > 0 ? "s" : ""} ${[permission, ...also].map((one) => `\`${one}\``).join(" and ")}`;
  return access.override ? `${needs}, or the \`approval\` of somebody who has it.` : `${needs}.`;
}

function requestBody(route: Route): NonNullable<Operation["requestBody"]> {
  const content: Record<string, { schema: JsonSchema }> = {};
  if (route.body) content["application/json"] = { schema: withApproval(route, describe(built(route.body), "input")) };
  if (route.upload)
    for (const type of route.uploadTypes ?? UPLOAD_TYPES)
      content[type] = { schema: { type: "string", ...(type.startsWith("text/") ? {} : { format: "binary" }) } };
  return { required: true, content };
}

/** The PIN of somebody who approves what the caller may not do stands in the same body. */
function withApproval(route: Route, schema: JsonSchema): JsonSchema {
  if (approvable(route).length === 0) return schema;
  const shape = (schema["properties"] ?? {}) as JsonSchema;
  return { ...schema, properties: { ...shape, approval: describe(approvalMember, "input") } };
}

function parameters(route: Route): Parameter[] {
  const names = [...route.path.matchAll(/:([A-Za-z_]\w*)/g)].map((match) => match[1] ?? "");
  const inPath = route.params ? properties(route.params) : [];
  const path = names.map((name): Parameter => {
    const known = inPath.find((one) => one.name === name);
    return { name, in: "path", required: true, schema: known?.schema ?? { type: "string" } };
  });
  const query = route.query ? properties(route.query).map((one): Parameter => ({ ...one, in: "query" })) : [];
  const header: Parameter[] = route.idempotent
    ? [
        {
          name: "Idempotency-Key",
          in: "header",
          required: route.idempotent === true,
          description: "Any text of 1 to 128 visible characters, new for each action and the same for its retries",
          schema: { type: "string", maxLength: 128 },
        },
      ]
    : [];
  return [...path, ...query, ...header];
}

function properties(schema: InputSchema): { name: string; required: boolean; schema: JsonSchema }[] {
  const { properties: shape = {}, required = [] } = describe(built(schema), "input") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(shape).map(([name, one]) => ({ name, required: required.includes(name), schema: one }));
}

function built(schema: InputSchema): z.ZodType {
  return typeof schema === "function" ? schema(jsonInput("COP")) : schema;
}

function describe(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    target: "draft-2020-12",
  }) as JsonSchema;
  return rest;
}
