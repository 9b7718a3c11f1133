/** Sentences are put together here where they have names alone in them: as the library that knows ICU messages would, whatever the names are. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, it } from "mocha";
import { createTexts, LOCALES, type Params, regionOf } from "../../kernel/i18n.ts";
import { readCatalogue } from "../../kernel/locales.ts";

const plugins = readdirSync("plugins").map((name) => [name, join("plugins", name)] as const);
const catalogue = readCatalogue(new Map([["kernel", "kernel"], ...plugins]));
const texts = createTexts(catalogue);

describe("sentences", () => {
  it("of all plugins are what the library makes of them, with any names and numbers", () => {
    const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("<b>&'{x}", "''", "{", ""), fc.nat());
    for (const locale of LOCALES) {
      assert.ok(catalogue[locale].size > 1000);
      for (const [key, message] of catalogue[locale]) {
        const names = [...message.matchAll(/\{(\w+)/g)].map(([, name = ""]) => name);
        if (names.length === 0) continue;
        const library = new IntlMessageFormat(message, regionOf(locale), undefined, { ignoreTag: true });
        // a number stands wherever one may be counted
        const given = fc.record(
          Object.fromEntries(names.map((name) => [name, isCounted(message, name) ? fc.nat() : value])),
        );
        const same = (params: Params) => assert.equal(texts[locale].t(key, params), library.format(params), key);
        fc.assert(fc.property(given, same), { numRuns: 3 });
      }
    }
  });

  it("with a name that nobody gave are a fault that says which", () => {
    const [key = ""] =
      [...catalogue.es].find(([, message]) => message.includes("{name}") && !message.includes(",")) ?? [];
    assert.notEqual(key, "");
    assert.throws(() => texts.es.t(key, {}), /name/);
    assert.throws(() => texts.es.t(key), /name/);
  });
});

const isCounted = (message: string, name: string) =>
  new RegExp(`\\{${name}, *(plural|number|selectordinal)`).test(message);
