/** Printers and their queue on pages. */
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Store } from "../../../kernel/stores/store.ts";
import { jobRow } from "../present-printers.ts";
import type { Printing } from "../printing/printing.ts";
import { CODE_PAGES, WIDTHS } from "../receipts/escpos.ts";
import { assignForm, newPrinterForm, printerForm, printerParams } from "../schema-printers.ts";
import type { Places } from "./places.ts";
import { registerActor } from "./registers.ts";

/** Whoever has it makes the server connect to places: administrators only. */
export const MANAGE_PRINTERS = "printers.manage";
const manage = { permission: MANAGE_PRINTERS } as const;
/** whoever sells may see why nothing is printed, and try again */
const use = { permission: "pos.sell" } as const;
const saved = { text: "kernel.flash.saved" };
const SHOWN_JOBS = 50;

interface Drawing {
  text: Text;
  shop: Shop;
  stores: readonly Store[];
  can(permission: string): boolean;
}

export function printerPages({
  printing,
  place,
}: {
  printing: Printing;
  place: Pick<Places, "job" | "register">;
}): Route[] {
  const options = {
    widths: WIDTHS.map((value) => ({ value: String(value), label: `${value} mm` })),
    codePages: CODE_PAGES.map((value) => ({ value, label: value })),
  };

  const drawList = async (
    { text, shop, stores, can }: Drawing,
    form: FormState = { values: { port: "9100", width: "80" }, errors: {} },
  ): Promise<Reply> => {
    const [printers, jobs, registers] = await Promise.all([
      printing.list(),
      printing.jobs({ before: undefined, limit: SHOWN_JOBS, open: true, storeIds: stores.map(({ id }) => id) }),
      printing.registers(),
    ]);
    const none = { value: "", label: text.t("pos.printers.none") };
    return page("pos/printers", {
      title: text.t("pos.printers.title"),
      form,
      ...options,
      manages: can(MANAGE_PRINTERS),
      printers: printers.map((one) => ({
        path: `/printers/${one.id}`,
        name: one.name,
        address: `${one.host}:${one.port}`,
        paper: `${one.width} mm`,
        active: one.active,
        state: text.t(one.active ? "pos.registers.active" : "pos.registers.inactive"),
      })),
      jobs: jobs.slice(0, SHOWN_JOBS).map((one) => jobRow(one, text, shop)),
      registers: registers.map((one) => ({
        path: `/registers/${one.registerId}/printer`,
        field: `printer-${one.registerId}`,
        label: one.registerName,
        value: one.printerId ?? "",
        options: [none, ...printers.map(({ id, name }) => ({ value: String(id), label: name }))],
      })),
    });
  };

  const drawOne = async ({ params }: { params: { id: number } }, form?: FormState): Promise<Reply> => {
    const printer = await printing.find(params.id);
    const { name, host, port, width, codePage: code_page } = printer;
    return page("pos/printer-one", {
      title: printer.name,
      path: `/printers/${printer.id}`,
      ...options,
      kicks: form ? form.values["kicks_drawer"] !== undefined : printer.kicksDrawer,
      active: form ? form.values["active"] !== undefined : printer.active,
      form: form ?? { values: { name, host, port: String(port), width: String(width), code_page }, errors: {} },
    });
  };

  return [
    route({ method: "GET", path: "/printers", surface: "page", access: use, handle: (request) => drawList(request) }),
    route({
      method: "POST",
      path: "/printers",
      surface: "page",
      access: manage,
      idempotent: true,
      body: newPrinterForm,
      redraw: drawList,
      handle: async (request) => {
        const { code_page: codePage, kicks_drawer: kicksDrawer, ...rest } = request.body;
        await printing.create(request.tx, registerActor(request), { ...rest, codePage, kicksDrawer, active: true });
        return redirect("/printers", { flash: saved });
      },
    }),
    route({
      method: "GET",
      path: "/printers/:id",
      surface: "page",
      access: manage,
      params: printerParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/printers/:id",
      surface: "page",
      access: manage,
      params: printerParams,
      body: printerForm,
      redraw: drawOne,
      handle: async (request) => {
        const { code_page: codePage, kicks_drawer: kicksDrawer, ...rest } = request.body;
        await printing.update(registerActor(request), { id: request.params.id, ...rest, codePage, kicksDrawer });
        return redirect("/printers", { flash: saved });
      },
    }),
    route({
      method: "POST",
      path: "/printers/:id/test",
      surface: "page",
      access: manage,
      idempotent: true,
      params: printerParams,
      handle: async ({ tx, params }) => {
        await printing.test(tx, params.id);
        return redirect("/printers", { flash: { text: "pos.flash.test_queued" } });
      },
    }),
    route({
      method: "POST",
      path: "/registers/:id/printer",
      store: place.register,
      surface: "page",
      access: manage,
      params: printerParams,
      body: assignForm,
      handle: async (request) => {
        await printing.assign(registerActor(request), request.params.id, request.body.printer_id);
        return redirect("/printers", { flash: saved });
      },
    }),
    route({
      method: "POST",
      path: "/printers/jobs/:id/retry",
      store: place.job,
      surface: "page",
      access: use,
      idempotent: true,
      params: printerParams,
      handle: async ({ tx, params }) => {
        await printing.retry(tx, params.id);
        return redirect("/printers", { flash: { text: "pos.flash.job_retried" } });
      },
    }),
    route({
      method: "POST",
      path: "/printers/jobs/:id/cancel",
      store: place.job,
      surface: "page",
      access: use,
      idempotent: true,
      params: printerParams,
      handle: async (request) => {
        await printing.cancel(request.tx, registerActor(request), request.params.id);
        return redirect("/printers", { flash: { text: "pos.flash.job_cancelled" } });
      },
    }),
  ];
}
