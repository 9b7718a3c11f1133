/** Reads locales/es.json and en.json of the kernel and of every plugin into one catalogue. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BootError } from "./errors.ts";
import { type Catalogue, flattenMessages, LOCALES } from "./i18n.ts";

/** `folders` maps an owner to the folder that holds its locales folder. */
export function readCatalogue(folders: ReadonlyMap<string, string>): Catalogue {
  const catalogue = Object.fromEntries(LOCALES.map((locale) => [locale, new Map<string, string>()])) as Catalogue;
  for (const [owner, folder] of folders) {
    for (const locale of LOCALES) {
      const path = join(folder, "locales", `${locale}.json`);
      if (!existsSync(path)) continue;
      try {
        flattenMessages(owner, JSON.parse(readFileSync(path, "utf8")), catalogue[locale]);
      } catch (cause) {
        throw new BootError(`${path} is not JSON`, { cure: "mend the file", cause });
      }
    }
  }
  return catalogue;
}
