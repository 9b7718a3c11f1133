/** The pages of a list: chosen, looked at, started, watched. */
import { z } from "zod";
import { page, redirect, stream } from "../http/reply.ts";
import { type FormState, type Request, type Route, route } from "../http/route.ts";
import { type Input, idOrNothing } from "../input.ts";
import { CSV_TYPE } from "../sheets/csv.ts";
import { faultsFile } from "./faults-file.ts";
import { type Imports, MOST_BYTES } from "./imports.ts";
import type { AnyList } from "./list.ts";
import { toImportView } from "./present.ts";
import { importerOf, storeOf } from "./shared.ts";

/** of the faulty rows; the file has them all */
const FAULTS_SHOWN = 200;
/** seconds after which a browser without JavaScript asks again */
const REFRESH = 2;

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "stores" | "can">;

const params = (input: Input) => z.strictObject({ id: input.id() });
const importForm = (input: Input) => z.strictObject({ store_id: idOrNothing(input) });

export function listPages(imports: Imports, list: AnyList): Route[] {
  const access = { permission: list.permission };
  const path = `/${list.name}/import`;
  const texts = `${list.owner}.lists.${list.name.replaceAll("-", "_")}`;

  async function drawUpload({ text, stores, can }: Asked, form: FormState) {
    const mine = stores.map(({ id, name }) => ({ value: String(id), label: name }));
    return page("list-import", {
      title: text.t(`${texts}.title`),
      form,
      action: path,
      home: list.home,
      whole: list.whole && can(list.whole.permission) ? list.whole.path : undefined,
      stores: list.ofStore && mine.length > 1 ? mine : undefined,
      columns: Object.entries(list.headers[text.locale]).map(([column, name]) => ({
        name,
        about: text.t(`${list.owner}.column_hints.${column}`),
      })),
      about: text.t(`${texts}.about`),
      rules: text.t(`${texts}.rules`),
      megabytes: text.integer(MOST_BYTES / 1024 / 1024),
    });
  }

  return [
    route({
      method: "GET",
      path,
      surface: "page",
      access,
      handle: (request) => drawUpload(request, { values: {}, errors: {} }),
    }),
    route({
      method: "POST",
      path,
      surface: "page",
      access,
      upload: MOST_BYTES,
      body: importForm,
      redraw: (request, form) => drawUpload(request, form),
      handle: async (request) => {
        const { file, text, body } = request;
        const storeId = storeOf(list, request.stores, body.store_id);
        const asked = { file, storeId, dryRun: true, atomic: false, locale: text.locale };
        return redirect(`${path}/${(await imports.submit(list, importerOf(request), asked)).id}`);
      },
    }),
    route({
      method: "GET",
      path: `${path}/:id`,
      surface: "page",
      access,
      params,
      fragments: { import: "_list-import-one" },
      handle: async ({ params: { id }, text, shop, stores }) => {
        const one = await imports.get(list, id, stores);
        const faults = await imports.faults(id, undefined, FAULTS_SHOWN);
        const view = toImportView(one, list, faults, text, shop.currency);
        return page("list-import-one", {
          title: text.t("kernel.imports.title_one", { file: one.fileName }),
          import: view,
          ...(view.busy ? { refresh: REFRESH } : {}),
        });
      },
    }),
    route({
      method: "POST",
      path: `${path}/:id/start`,
      surface: "page",
      access,
      params,
      handle: async (request) => {
        const { id } = await imports.get(list, request.params.id, request.stores);
        await imports.start(importerOf(request), id, request.stores);
        return redirect(`${path}/${id}`);
      },
    }),
    route({
      method: "GET",
      path: `${path}/:id/faults.csv`,
      surface: "page",
      access,
      params,
      handle: async ({ params: { id }, text, stores }) => {
        await imports.get(list, id, stores);
        const name = text.t("kernel.imports.faults_file", { id });
        return stream(CSV_TYPE, faultsFile(imports, id, list.owner, text), name);
      },
    }),
  ];
}
