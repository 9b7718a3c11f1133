/** Merging two customers who are one: the other is found, both are shown, then it is done. */
import { z } from "zod";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import { type createDuplicates, LIKENESSES } from "../duplicates.ts";
import type { Merging } from "../merging.ts";
import { customerJson, customerRow } from "../present.ts";
import { customerAnswer, customerParams } from "../schema.ts";
import { MERGE, mergeActor, type RouteParts } from "./shared.ts";

const access = { permission: MERGE } as const;
const RESULTS = 20;
const query = (input: Input) => z.strictObject({ q: input.optionalText(100), from_id: input.id().optional() });
const body = (input: Input) => z.strictObject({ from_id: input.id() });

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text">;
interface Wanted {
  q?: string | undefined;
  from_id?: number | undefined;
}

const suggestion = z.strictObject({ customer: customerAnswer, reasons: z.array(z.enum(LIKENESSES)) });

export function mergeRoutes(
  parts: Pick<RouteParts, "register"> & { merging: Merging; duplicates: ReturnType<typeof createDuplicates> },
): Route[] {
  const { register, merging, duplicates } = parts;
  const draw = async ({ params, text }: Asked, wanted: Wanted, form?: FormState): Promise<Reply> => {
    const into = await register.get(params.id);
    const [found, from, suggested] = await Promise.all([
      wanted.q === undefined ? undefined : register.find(wanted.q, RESULTS),
      wanted.from_id === undefined || wanted.from_id === into.id ? undefined : register.get(wanted.from_id),
      wanted.q === undefined && into.mergedInto === undefined ? duplicates.of(into) : [],
    ]);
    const path = `/customers/${into.id}`;
    const shown = (one: typeof into) => ({
      ...customerRow(one, text),
      id: one.id,
      points: one.points === 0 ? "" : text.t("customers.points.has", { points: text.integer(one.points) }),
    });
    return page("customers/merge", {
      title: text.t("customers.merge.title", { name: into.name }),
      path,
      q: wanted.q ?? "",
      into: shown(into),
      from: from && shown(from),
      results: found
        ?.filter(({ id }) => id !== into.id)
        .map((one) => ({ ...shown(one), path: `${path}/merge?from_id=${one.id}` })),
      suggestions: suggested.map(({ customer, reasons }) => ({
        ...shown(customer),
        path: `${path}/merge?from_id=${customer.id}`,
        why: reasons.map((reason) => text.t(`customers.merge.same.${reason}`)).join(", "),
      })),
      form: form ?? { values: {}, errors: {} },
      message: form?.message ?? form?.errors["from_id"],
    });
  };

  return [
    route({
      method: "GET",
      path: "/customers/:id/merge",
      surface: "page",
      access,
      params: customerParams,
      query,
      handle: (request) => draw(request, request.query),
    }),
    route({
      method: "POST",
      path: "/customers/:id/merge",
      surface: "page",
      access,
      idempotent: true,
      params: customerParams,
      body,
      redraw: (request, form) => draw(request, {}, form),
      handle: async (request) => {
        const { id } = request.params;
        await merging.merge(request.tx, mergeActor(request), request.body.from_id, id);
        return redirect(`/customers/${id}`, { flash: { text: "customers.flash.merged" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/duplicates",
      surface: "v1",
      access,
      params: customerParams,
      summary: "Who may be the same person: same document under another type, phone, mail, or a name that is alike",
      returns: { 200: z.strictObject({ data: z.array(suggestion) }) },
      handle: async ({ params }) => {
        const found = await duplicates.of(await register.get(params.id));
        return json({ data: found.map(({ customer, reasons }) => ({ customer: customerJson(customer), reasons })) });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/customers/:id/merge",
      surface: "v1",
      access,
      idempotent: true,
      params: customerParams,
      body,
      summary:
        "Merges the customer `from_id` into this one, for good: balance and points move, documents count as this one's",
      returns: { 200: customerAnswer },
      handle: async (request) =>
        json(
          customerJson(await merging.merge(request.tx, mergeActor(request), request.body.from_id, request.params.id)),
        ),
    }),
  ];
}
