/** The page that explains the API: whoever follows the `type` of a problem finds what it means. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import type { HTMLElement } from "node-html-parser";
import { discoverPlugins, projectRoots } from "../../kernel/discover.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import { root } from "../arch/sources.ts";
import type { ApiClient } from "../harness/api-client.ts";
import { openShop, type Shop } from "../harness/shop.ts";

interface Problem {
  type: string;
  status: number;
  title: string;
}

describe("the page of the API", () => {
  let shop: Shop;
  let admin: ApiClient;
  let page: HTMLElement;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    page = (await (await shop.browser()).get("/api/docs")).root;
  });
  after(() => shop?.close());

  const at = (id: string) => page.querySelector(`[id="${id}"]`);
  /** where `type` leads, in words */
  const meaning = (type: string) => {
    const [path, id = ""] = type.split("#");
    assert.equal(path, "/api/docs");
    const place = at(id) ?? assert.fail(`${type} leads nowhere`);
    return place.nextElementSibling?.text.replaceAll(/\s+/g, " ").trim();
  };

  it("a program's refusals of the kernel and of plugins lead to their codes on it, with status and sentence", async () => {
    const stranger = await shop.api();
    const spanish = { headers: { "accept-language": "es" } };
    const refusals = [
      await stranger.get<Problem>("/api/v1/products", spanish),
      await admin.get<Problem>("/api/v1/products/987654321", spanish),
      await stranger.post<Problem>("/api/v1/auth/login", { username: "admin", password: "not mine at all" }, spanish),
    ];
    for (const { status, body, text } of refusals) {
      assert.ok(status >= 400, text);
      assert.equal(meaning(body.type), `${status} ${body.title}`);
    }
  });

  it("a sentence that is filled in for each refusal stands there with the names of what fills it", async () => {
    assert.equal(meaning("/api/docs#BODY_TOO_LARGE"), "413 Lo enviado es demasiado grande: el máximo es {limit} KiB.");
    assert.equal(
      meaning("/api/docs#RATE_LIMITED"),
      "429 Hizo demasiadas solicitudes. Intente de nuevo en {seconds} segundos.",
    );
    assert.match(
      meaning("/api/docs#TRANSFER_STATE") ?? "",
      /^409 El traslado \{number\} todavía no .* \/ .*\{person\}/,
    );
    const english = await (await fetch(`${shop.url}/api/docs`, { headers: { "accept-language": "en" } })).text();
    assert.match(english, /Too many requests\. Try again in \{seconds\} seconds\./);
  });

  it("has all codes there are, and no two things of one name", async () => {
    const plugins = await discoverPlugins(projectRoots(), []);
    const codes = [kernelErrors, ...plugins.map(({ definition }) => definition.errors ?? {})].flatMap(Object.keys);
    assert.ok(codes.length > 150);
    for (const code of codes) assert.match(meaning(`/api/docs#${code}`) ?? "", /^\d{3} \S/, code);
    const ids = page.querySelectorAll("[id]").map(({ id }) => id);
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    );
  });

  it("the edge's own answers lead to it as well", async () => {
    for (const name of ["busy", "too-large"])
      for (const locale of ["es", "en"]) {
        const text = await readFile(join(root, `ops/nginx/pages/edge/${name}.${locale}.json`), "utf8");
        assert.ok(meaning(/"type": "([^"]+)"/.exec(text)?.[1] ?? ""), `${name}.${locale}`);
      }
  });
});
