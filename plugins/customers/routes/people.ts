/** Contacts and consents of a customer, for people and for programs. */
import { z } from "zod";
import { empty, json, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import { CHANNELS, type Consent, type Contact, holding, type People, PURPOSES } from "../people/people.ts";
import { peoplePage } from "../people/present.ts";
import { customerParams, email, phone } from "../schema.ts";
import { MANAGE, mergeActor, READ, type RouteParts } from "./shared.ts";

const contactBody = (input: Input) =>
  z.strictObject({
    name: input.text(200),
    role: input.optionalText(100),
    phone: phone(input),
    email: email(input),
  });
const consentBody = (input: Input) =>
  z.strictObject({
    purpose: z.enum(PURPOSES, "kernel.validation.choice"),
    given: z
      .union([z.boolean(), z.enum(["yes", "no"])], "kernel.validation.choice")
      .transform((value) => value === true || value === "yes"),
    channel: z.enum(CHANNELS, "kernel.validation.choice"),
    note: input.optionalText(300),
  });
const contactParams = (input: Input) => z.strictObject({ id: input.id(), contact: input.id() });

const contactAnswer = z.strictObject({
  id: z.int(),
  name: z.string(),
  role: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
});
const consentAnswer = z.strictObject({
  id: z.int(),
  purpose: z.enum(PURPOSES),
  given: z.boolean(),
  channel: z.enum(CHANNELS),
  note: z.string().nullable(),
  by: z.string(),
  created_at: z.string(),
  holds: z.boolean(),
});

const contactJson = ({ id, name, role, phone: number, email: mail }: Contact) => ({
  id,
  name,
  role: role ?? null,
  phone: number ?? null,
  email: mail ?? null,
});

function consentsJson(consents: readonly Consent[]) {
  const now = holding(consents);
  return consents.map((one) => ({
    id: one.id,
    purpose: one.purpose,
    given: one.given,
    channel: one.channel,
    note: one.note ?? null,
    by: one.userName,
    created_at: one.createdAt.toISOString(),
    holds: now.get(one.purpose)?.id === one.id,
  }));
}

export function peopleRoutes({
  register,
  people,
  transaction,
}: Pick<RouteParts, "register" | "transaction"> & { people: People }): Route[] {
  const draw = peoplePage({ register, people });
  const back = (id: number) => redirect(`/customers/${id}/people`, { flash: { text: "kernel.flash.saved" } });
  return [
    route({
      method: "GET",
      path: "/customers/:id/people",
      surface: "page",
      access: READ,
      params: customerParams,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/customers/:id/contacts",
      surface: "page",
      access: MANAGE,
      idempotent: true,
      params: customerParams,
      body: contactBody,
      redraw: (request, form) => draw(request, { contact: form }),
      handle: async (request) => {
        const { tx, params, body } = request;
        await people.addContact(tx, mergeActor(request), params.id, body);
        return back(params.id);
      },
    }),
    route({
      method: "POST",
      path: "/customers/:id/contacts/:contact/remove",
      surface: "page",
      access: MANAGE,
      params: contactParams,
      handle: async (request) => {
        const { id, contact } = request.params;
        await transaction((tx) => people.removeContact(tx, mergeActor(request), id, contact));
        return back(id);
      },
    }),
    route({
      method: "POST",
      path: "/customers/:id/consents",
      surface: "page",
      access: MANAGE,
      idempotent: true,
      params: customerParams,
      body: consentBody,
      redraw: (request, form) => draw(request, { consent: form }),
      handle: async (request) => {
        const { tx, params, body } = request;
        await people.consent(tx, mergeActor(request), params.id, body);
        return back(params.id);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/contacts",
      surface: "v1",
      access: READ,
      params: customerParams,
      summary: "Further people of a customer",
      returns: { 200: z.strictObject({ data: z.array(contactAnswer) }) },
      handle: async ({ params }) => {
        const { id } = await register.get(params.id);
        return json({ data: (await people.contacts(id)).map(contactJson) });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/contacts",
      surface: "v1",
      access: MANAGE,
      idempotent: true,
      params: customerParams,
      body: contactBody,
      summary: "Adds a person of a customer; the customer is found by it",
      returns: { 201: contactAnswer },
      handle: async (request) =>
        json(
          contactJson(await people.addContact(request.tx, mergeActor(request), request.params.id, request.body)),
          201,
        ),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/customers/:id/contacts/:contact",
      surface: "v1",
      access: MANAGE,
      params: contactParams,
      summary: "Removes a person of a customer",
      returns: { 204: null },
      handle: async (request) => {
        const { id, contact } = request.params;
        await transaction((tx) => people.removeContact(tx, mergeActor(request), id, contact));
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/consents",
      surface: "v1",
      access: READ,
      params: customerParams,
      summary: "What a customer agreed to and took back, newest first; of each purpose the newest holds",
      returns: { 200: z.strictObject({ data: z.array(consentAnswer) }) },
      handle: async ({ params }) => {
        const { id } = await register.get(params.id);
        return json({ data: consentsJson(await people.consents(id)) });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/consents",
      surface: "v1",
      access: MANAGE,
      idempotent: true,
      params: customerParams,
      body: consentBody,
      summary: "Writes down that a customer agrees to a purpose, or no longer does, and how it was said",
      returns: { 201: z.strictObject({ data: z.array(consentAnswer) }) },
      handle: async (request) => {
        const { tx, params, body } = request;
        await people.consent(tx, mergeActor(request), params.id, body);
        return json({ data: consentsJson(await people.consents(params.id, tx)) }, 201);
      },
    }),
  ];
}
