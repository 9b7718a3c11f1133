/** A small shop to try with, for one that has nothing yet. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoots } from "../../../../kernel/discover.ts";
import { redirect } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Imports } from "../../../../kernel/lists/imports.ts";
import type { AnyList } from "../../../../kernel/lists/list.ts";
import { importerOf } from "../../../../kernel/lists/shared.ts";
import { IMPORT, storeToChange } from "../shared.ts";

export function samplePages(imports: Imports, list: AnyList): Route[] {
  return [
    route({
      method: "POST",
      path: "/products/sample",
      surface: "page",
      access: IMPORT,
      handle: async (request) => {
        const file = { name: request.text.t("inventory.sample.name"), content: await readFile(samplePath()) };
        const storeId = storeToChange(request.stores, undefined);
        const asked = { file, storeId, dryRun: false, atomic: true, locale: request.text.locale };
        const { created } = await imports.submit(list, importerOf(request), asked);
        return redirect("/products", { flash: { text: "inventory.flash.sample", params: { count: created } } });
      },
    }),
  ];
}

function samplePath(): string {
  return join(projectRoots().assets, "plugins/inventory/sample/products.csv");
}
