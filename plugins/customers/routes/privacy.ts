/** What is known of a person, on one page and as JSON, and forgetting a person. */
import { Readable } from "node:stream";
import { z } from "zod";
import { empty, json, page, type Reply, redirect, stream } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Privacy } from "../people/privacy.ts";
import { readable } from "../people/readable.ts";
import { customerJson, entryJson } from "../present.ts";
import { customerParams } from "../schema.ts";
import { actorOf, ERASE, type RouteParts } from "./shared.ts";

const access = { permission: ERASE } as const;
const eraseBody = (input: Input) => z.strictObject({ reason: input.text(200) });
type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text">;

export function privacyRoutes(parts: Pick<RouteParts, "register" | "transaction"> & { privacy: Privacy }): Route[] {
  const { register, privacy, transaction } = parts;

  async function known(request: Parameters<typeof actorOf>[0] & { params: { id: number } }) {
    const customer = await register.get(request.params.id);
    const found = await transaction((tx) => privacy.export(tx, actorOf(request), customer));
    return {
      customers: found.facts.map(customerJson),
      contacts: found.contacts,
      consents: found.consents,
      account: found.entries.map((one) => entryJson(one, customer.currency)),
      points: found.points,
      reminders: found.reminders,
      trail: found.trail,
      ...found.others,
    };
  }

  const draw = async ({ params, text }: Asked, form: FormState = { values: {}, errors: {} }): Promise<Reply> => {
    const customer = await register.get(params.id);
    return page("customers/privacy", {
      title: text.t("customers.privacy.title", { name: customer.name }),
      path: `/customers/${customer.id}`,
      erased: customer.erasedAt !== undefined,
      form,
    });
  };

  return [
    route({
      method: "GET",
      path: "/customers/:id/privacy",
      surface: "page",
      access,
      params: customerParams,
      handle: (request) => draw(request),
    }),
    // a POST, since it is written into the trail
    route({
      method: "POST",
      path: "/customers/:id/privacy/export",
      surface: "page",
      access,
      params: customerParams,
      body: z.strictObject({ format: z.enum(["json", "text"], "kernel.validation.choice").optional() }),
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { text, params, body } = request;
        const all = await known(request);
        const name = `${text.t("customers.privacy.file")}-${params.id}`;
        if (body.format === "text") {
          const said = readable(all, text.t("customers.privacy.known_title", { id: params.id }), text);
          return stream("text/plain; charset=utf-8", Readable.from([Buffer.from(said)]), `${name}.txt`);
        }
        const content = Buffer.from(`${JSON.stringify(all, undefined, 2)}\n`);
        return stream("application/json; charset=utf-8", Readable.from([content]), `${name}.json`);
      },
    }),
    route({
      method: "POST",
      path: "/customers/:id/privacy/erase",
      surface: "page",
      access,
      idempotent: true,
      params: customerParams,
      body: eraseBody,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { tx, params, body, text } = request;
        await privacy.erase(
          tx,
          actorOf(request),
          params.id,
          (id) => text.t("customers.privacy.nobody", { id: String(id) }),
          body.reason,
        );
        return redirect(`/customers/${params.id}`, { flash: { text: "customers.flash.erased" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/export",
      surface: "v1",
      access,
      params: customerParams,
      summary:
        "Everything that is known of a person, from every part of the system; it is written into the audit trail",
      returns: { 200: z.record(z.string(), z.unknown()) },
      handle: async (request) => json(await known(request)),
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/erase",
      surface: "v1",
      access,
      idempotent: true,
      params: customerParams,
      body: eraseBody,
      summary: "Forgets a person who owes nothing, for good: documents that the law wants stay as they are",
      returns: { 204: null },
      handle: async (request) => {
        const { tx, params, body, text } = request;
        await privacy.erase(
          tx,
          actorOf(request),
          params.id,
          (id) => text.t("customers.privacy.nobody", { id: String(id) }),
          body.reason,
        );
        return empty();
      },
    }),
  ];
}
