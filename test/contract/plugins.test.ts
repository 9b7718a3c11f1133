import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import { before, describe, it } from "mocha";
import { discoverPlugins, type FoundPlugin, projectRoots } from "../../kernel/discover.ts";
import { type Catalogue, LOCALES } from "../../kernel/i18n.ts";
import { readCatalogue } from "../../kernel/locales.ts";
import { KERNEL_PERMISSIONS } from "../../kernel/set-up.ts";
import { shopSettings } from "../../kernel/settings/shop.ts";

/** of the parser, whose enum of types erasable syntax cannot name */
const LITERAL = 0;

const roots = projectRoots();

describe("every plugin, by the look of its folder", () => {
  let found: FoundPlugin[];
  let catalogue: Catalogue;
  before(async () => {
    found = await discoverPlugins(roots, []);
    assert.ok(found.length >= 2, "plugins were found");
    catalogue = readCatalogue(
      new Map([
        ["kernel", join(roots.assets, "kernel")],
        ...found.map(({ definition, folder }): [string, string] => [definition.name, folder]),
      ]),
    );
  });
  const missing = (keys: string[]) =>
    LOCALES.flatMap((locale) => keys.filter((key) => !catalogue[locale].get(key)).map((key) => `${locale}: ${key}`));

  it("is named as its folder", () => {
    for (const { definition, folder } of found) assert.ok(folder.endsWith(definition.name), folder);
  });

  it("says the same things in Spanish and in English", () => {
    const [es, en] = LOCALES.map((locale) => [...catalogue[locale].keys()].sort());
    assert.deepEqual(es, en);
  });

  it("uses the same placeholders in both languages", () => {
    const names = (parts: ReturnType<IntlMessageFormat["getAst"]>): string[] =>
      parts.flatMap((part) => {
        // one language may need a plural where the other does not
        if ("options" in part) return Object.values(part.options).flatMap((option) => names(option.value));
        return part.type !== LITERAL && "value" in part ? [part.value] : [];
      });
    const placeholders = (locale: (typeof LOCALES)[number], key: string) =>
      [...new Set(names(new IntlMessageFormat(catalogue[locale].get(key) ?? "", locale).getAst()))].sort();
    for (const key of catalogue.es.keys()) assert.deepEqual(placeholders("es", key), placeholders("en", key), key);
  });

  it("has a sentence for every refusal", () => {
    const codes = found.flatMap(({ definition: { name, errors = {} } }) =>
      Object.keys(errors).map((code) => `${name}.errors.${code}`),
    );
    assert.ok(codes.length > 5);
    assert.deepEqual(missing(codes), []);
  });

  it("has a name for every permission and every setting", () => {
    const keys = found.flatMap(({ definition: { name, permissions = {}, settings = [] } }) => [
      ...Object.keys(permissions).map((one) => `${name}.permissions.${one.replace(".", "_")}`),
      ...settings.map(({ key }: { key: string }) => key.replace(".", ".settings.")),
    ]);
    keys.push(...Object.keys(KERNEL_PERMISSIONS).map((one) => `kernel.permissions.${one.replace(".", "_")}`));
    const ofShop = Object.values(shopSettings).map(({ key }) => key.replace(".", ".settings."));
    assert.deepEqual(missing([...keys, ...ofShop.filter((key) => key.startsWith("kernel."))]), []);
  });

  it("declares permissions as noun.verb", () => {
    for (const { definition } of found)
      for (const one of Object.keys(definition.permissions ?? {})) assert.match(one, /^[a-z][a-z-]*\.[a-z_]+$/);
  });

  it("introduces itself in at most forty lines", () => {
    for (const { definition, folder } of found) {
      const path = join(folder, "README.md");
      assert.ok(existsSync(path), `${definition.name} has no README.md`);
      const lines = readFileSync(path, "utf8").trimEnd().split("\n").length;
      assert.ok(lines <= 40, `${definition.name}/README.md has ${lines} lines`);
    }
  });
});
