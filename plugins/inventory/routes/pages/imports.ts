/** Price lists: chosen, looked at, started, watched. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoots } from "../../../../kernel/discover.ts";
import { page, redirect, stream } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { faultsFile } from "../../faults-file.ts";
import { COLUMNS, HEADERS } from "../../import/columns.ts";
import { MOST_BYTES } from "../../imports.ts";
import { toImportView } from "../../present/imports.ts";
import { emptyForm } from "../../present/products.ts";
import { importForm, params } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, IMPORT, storeOptions, storeToChange } from "../shared.ts";

/** of the faulty rows; the file has them all */
const FAULTS_SHOWN = 200;
/** seconds after which a browser without JavaScript asks again */
const REFRESH = 2;

export function importPages({ imports }: Pick<RouteParts, "imports">): Route[] {
  async function drawUpload(
    { text, stores }: Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "stores">,
    form: FormState,
  ) {
    return page("inventory/import", {
      title: text.t("inventory.import.title"),
      form,
      stores: storeOptions(stores),
      columns: COLUMNS.map((column) => ({
        name: HEADERS[text.locale][column],
        about: text.t(`inventory.column_hints.${column}`),
      })),
      megabytes: text.integer(MOST_BYTES / 1024 / 1024),
    });
  }

  return [
    route({
      method: "GET",
      path: "/products/import",
      surface: "page",
      access: IMPORT,
      handle: (request) => drawUpload(request, emptyForm()),
    }),
    route({
      method: "POST",
      path: "/products/import",
      surface: "page",
      access: IMPORT,
      upload: MOST_BYTES,
      body: importForm,
      redraw: (request, form) => drawUpload(request, form),
      handle: async (request) => {
        const { file, text, body } = request;
        const storeId = storeToChange(request.stores, body.store_id);
        const asked = { file, storeId, dryRun: true, atomic: false, locale: text.locale };
        return redirect(`/products/import/${(await imports.submit(actorOf(request), asked)).id}`);
      },
    }),
    route({
      method: "POST",
      path: "/products/sample",
      surface: "page",
      access: IMPORT,
      handle: async (request) => {
        const file = { name: request.text.t("inventory.sample.name"), content: await readFile(samplePath()) };
        const storeId = storeToChange(request.stores, undefined);
        const asked = { file, storeId, dryRun: false, atomic: true, locale: request.text.locale };
        const { created } = await imports.submit(actorOf(request), asked);
        return redirect("/products", { flash: { text: "inventory.flash.sample", params: { count: created } } });
      },
    }),
    route({
      method: "GET",
      path: "/products/import/:id",
      surface: "page",
      access: IMPORT,
      params,
      fragments: { import: "inventory/_import" },
      handle: async ({ params: { id }, text, shop }) => {
        const one = await imports.get(id);
        const faults = await imports.faults(id, undefined, FAULTS_SHOWN);
        const view = toImportView(one, faults, text, shop.currency);
        return page("inventory/import-one", {
          title: text.t("inventory.import.title_one", { file: one.fileName }),
          import: view,
          styles: ["inventory/inventory.css"],
          ...(view.busy ? { refresh: REFRESH } : {}),
        });
      },
    }),
    route({
      method: "POST",
      path: "/products/import/:id/start",
      surface: "page",
      access: IMPORT,
      params,
      handle: async (request) => {
        const { id } = request.params;
        await imports.start(actorOf(request), id);
        return redirect(`/products/import/${id}`);
      },
    }),
    route({
      method: "GET",
      path: "/products/import/:id/faults.csv",
      surface: "page",
      access: IMPORT,
      params,
      handle: async ({ params: { id }, text }) => {
        await imports.get(id);
        const name = text.t("inventory.import.faults_file", { id });
        return stream("text/csv; charset=utf-8", faultsFile(imports, id, text), name);
      },
    }),
  ];
}

function samplePath(): string {
  return join(projectRoots().assets, "plugins/inventory/sample/products.csv");
}
