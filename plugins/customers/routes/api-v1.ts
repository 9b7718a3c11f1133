/** Customers for programs. */
import { readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { CustomerFacts } from "../domain.ts";
import { customerJson, entryJson } from "../present.ts";
import {
  customerAnswer,
  customerParams,
  customerPatch,
  customersAnswer,
  customersQuery,
  entriesAnswer,
  entriesQuery,
  newCustomerBody,
} from "../schema.ts";
import { actorOf, customersPage, entriesNext, groupOf, limitOf, MANAGE, READ, type RouteParts } from "./shared.ts";

export function customersApi({ register, transaction }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/customers",
      surface: "v1",
      access: READ,
      query: customersQuery,
      summary:
        "Customers by name; with `q` those whose name, document, phone or mail match; with `owing=1` who owes most first",
      returns: { 200: customersAnswer },
      handle: async ({ query }) => {
        const { rows, next } = await customersPage(register, query);
        return json({ data: rows.map(customerJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers",
      surface: "v1",
      access: MANAGE,
      idempotent: true,
      body: newCustomerBody,
      summary: "Adds a customer; a credit_limit needs the permission customers.credit, a group_id customers.groups",
      returns: { 201: customerAnswer },
      handle: async (request) => {
        const { document_type, document_number, credit_limit, group_id, ...facts } = request.body;
        const wished = { ...facts, ...limitOf({ credit_limit }, request), ...groupOf(request.body, request) };
        const made = await register.create(request.tx, actorOf(request), wished, request.shop.currency);
        return json(customerJson(made), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id",
      surface: "v1",
      access: READ,
      params: customerParams,
      summary: "One customer with the balance owed",
      returns: { 200: customerAnswer },
      handle: async ({ params }) => json(customerJson(await register.get(params.id))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/customers/:id",
      surface: "v1",
      access: MANAGE,
      params: customerParams,
      body: customerPatch,
      summary:
        "Changes what is sent; null empties a field (`group_id` needs customers.groups). Type and number of the document go together",
      returns: { 200: customerAnswer },
      handle: async (request) => {
        const { document_type, document_number, credit_limit, group_id, document, ...facts } = request.body;
        const change: Partial<CustomerFacts> = {
          ...sent(facts),
          ...limitOf({ credit_limit }, request),
          ...groupOf(request.body, request),
        };
        if ("document_number" in request.body) change.document = document;
        const changed = await transaction((tx) => register.update(tx, actorOf(request), request.params.id, change));
        return json(customerJson(changed));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/ledger",
      surface: "v1",
      access: READ,
      params: customerParams,
      query: entriesQuery,
      summary: "What was bought on credit, paid and given back, newest first, each with the balance after it",
      returns: { 200: entriesAnswer },
      handle: async ({ params, query }) => {
        const { currency } = await register.get(params.id);
        const found = await register.entries(params.id, readCursor(query.cursor, ["number"])?.[0], query.limit);
        const data = found.slice(0, query.limit).map((one) => entryJson(one, currency));
        return json({ data, next_cursor: entriesNext(found, query.limit) });
      },
    }),
  ];
}

/** A name and a state cannot be emptied; everything else that was sent as null is. */
function sent({
  name,
  active,
  ...rest
}: {
  name?: string | undefined;
  active?: boolean | undefined;
  [fact: string]: unknown;
}) {
  return { ...rest, ...(name === undefined ? {} : { name }), ...(active === undefined ? {} : { active }) };
}
