/** The shop's tenders: list, add, rename, retire; for people and for programs. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { tenderJson, tenderName, tenderRow } from "../present-tenders.ts";
import {
  newTenderBody,
  newTenderForm,
  tenderAnswer,
  tenderForm,
  tenderParams,
  tenderPatch,
  tendersAnswer,
} from "../schema-tenders.ts";
import { isBooked, type Tenders } from "../tenders.ts";
import { registerActor } from "./registers.ts";

export const MANAGE_TENDERS = "tenders.manage";
const access = { permission: MANAGE_TENDERS } as const;
const KINDS = ["card", "transfer", "wallet", "other"] as const;
const saved = { text: "kernel.flash.saved" };

export function tenderRoutes({ tenders }: { tenders: Tenders }): Route[] {
  const find = async (code: string) => {
    const tender = (await tenders.list()).find((one) => one.code === code);
    if (!tender) throw kernelErrors.NOT_FOUND();
    return tender;
  };
  const drawList = async ({ text }: { text: Text }, form: FormState = { values: {}, errors: {} }): Promise<Reply> =>
    page("pos/tenders", {
      title: text.t("pos.tenders.title"),
      rows: (await tenders.list()).map((one) => tenderRow(one, text)),
      kinds: KINDS.map((value) => ({ value, label: text.t(`pos.tenders.kinds.${value}`) })),
      form,
    });
  const drawOne = async ({ text, params }: { text: Text; params: { code: string } }, form?: FormState) => {
    const tender = await find(params.code);
    return page("pos/tender-one", {
      title: tenderName(tender, text),
      path: `/tenders/${tender.code}`,
      isCash: tender.kind === "cash",
      needsReference: form ? form.values["needs_reference"] !== undefined : tender.needsReference,
      active: form ? form.values["active"] !== undefined : tender.active,
      provider: form ? (form.values["provider"] ?? "") : (tender.provider ?? ""),
      providers:
        tender.kind === "cash" || isBooked(tender.kind) || tenders.providers().length === 0
          ? []
          : [
              { value: "", label: text.t("pos.tenders.no_provider") },
              ...tenders.providers().map((one) => ({ value: one.code, label: one.name })),
            ],
      form: form ?? { values: { name: tenderName(tender, text) }, errors: {} },
    });
  };

  return [
    route({ method: "GET", path: "/tenders", surface: "page", access, handle: (request) => drawList(request) }),
    route({
      method: "POST",
      path: "/tenders",
      surface: "page",
      access,
      body: newTenderForm,
      redraw: drawList,
      handle: async (request) => {
        const { code, kind, name, needs_reference: needsReference } = request.body;
        await tenders.create(registerActor(request), {
          code,
          kind,
          name,
          needsReference,
          active: true,
          provider: undefined,
        });
        return redirect("/tenders", { flash: saved });
      },
    }),
    route({
      method: "GET",
      path: "/tenders/:code",
      surface: "page",
      access,
      params: tenderParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/tenders/:code",
      surface: "page",
      access,
      params: tenderParams,
      body: tenderForm,
      redraw: drawOne,
      handle: async (request) => {
        const { name, needs_reference: needsReference, active } = request.body;
        const own =
          name === tenderName({ code: request.params.code, name: undefined }, request.text) ? undefined : name;
        const wanted = { name: own, needsReference, active };
        // a form without the choice leaves it
        const chosen = "provider" in request.body ? { provider: request.body.provider } : {};
        await tenders.update(registerActor(request), request.params.code, { ...wanted, ...chosen });
        return redirect("/tenders", { flash: saved });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/tenders",
      surface: "v1",
      access: { permission: "pos.sell" },
      summary: "What a sale may be paid with, in the order of the page",
      returns: { 200: tendersAnswer },
      handle: async () => json({ data: (await tenders.list()).map(tenderJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tenders",
      surface: "v1",
      access,
      body: newTenderBody,
      summary: "Adds a tender",
      returns: { 201: tenderAnswer },
      handle: async (request) => {
        const { code, kind, name, needs_reference: needsReference } = request.body;
        await tenders.create(registerActor(request), {
          code,
          kind,
          name,
          needsReference,
          active: true,
          provider: undefined,
        });
        return json(tenderJson(await find(code)), 201);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/tenders/:code",
      surface: "v1",
      access,
      params: tenderParams,
      body: tenderPatch,
      summary: "Renames or retires a tender; cash stays",
      returns: { 200: tenderAnswer },
      handle: async (request) => {
        const before = await find(request.params.code);
        const { name = before.name, needs_reference: needsReference = before.needsReference } = request.body;
        const { active = before.active } = request.body;
        const chosen = "provider" in request.body ? { provider: request.body.provider } : {};
        await tenders.update(registerActor(request), before.code, { name, needsReference, active, ...chosen });
        return json(tenderJson(await find(before.code)));
      },
    }),
  ];
}
