/** The OpenAPI document as a view model: groups of operations by owner, schemas as readable JSON. */
import type { OpenApi, Operation } from "./document.ts";

export function documentationModel(document: OpenApi) {
  const groups = new Map<string, ReturnType<typeof operationModel>[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = operation.tags[0] ?? "";
      groups.set(name, [...(groups.get(name) ?? []), operationModel(path, method, operation)]);
    }
  }
  return {
    info: document.info,
    groups: [...groups].map(([name, operations]) => ({ name, operations })),
  };
}

function operationModel(path: string, method: string, operation: Operation) {
  const [bodyType, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    access: operation.description,
    parameters: operation.parameters.map((one) => ({
      name: one.name,
      in: one.in,
      required: one.required,
      type: typeof one.schema["type"] === "string" ? one.schema["type"] : "",
      description: one.description ?? "",
    })),
    bodyType,
    body: body && JSON.stringify(body.schema, undefined, 2),
    responses: Object.entries(operation.responses).map(([status, response]) => {
      const schema = Object.values(response.content ?? {})[0]?.schema;
      return { status, description: response.description, body: schema && JSON.stringify(schema, undefined, 2) };
    }),
  };
}
