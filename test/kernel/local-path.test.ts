import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { localPath } from "../../kernel/http/local-path.ts";

const SHOP = "http://shop.example";

describe("where a person goes on to", () => {
  for (const path of ["/", "/pos", "/products?q=caf%C3%A9&cursor=a", "/a//b", "/@evil.example", "/año?q=ñ"])
    it(`${path} is of this shop`, () => assert.equal(localPath(path), path));

  const elsewhere = [
    undefined,
    ["/pos"],
    "",
    "pos",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "/a\\..\\b",
    "/ok\r\nSet-Cookie: a=b",
    "/\u0000",
    "/\u00a0x",
    `/${"a".repeat(2001)}`,
  ];
  for (const path of elsewhere)
    it(`${JSON.stringify(path)?.slice(0, 40)} goes home instead`, () => assert.equal(localPath(path), "/"));

  it("whatever is let through stays on this origin for a browser, and is one line of a header", () => {
    const sign = fc.constantFrom(
      "/",
      "\\",
      "\t",
      "\n",
      "\r",
      " ",
      ":",
      "@",
      "?",
      "#",
      "%2f",
      "%5c",
      ".",
      ";",
      "http:",
      "é",
    );
    const path = fc
      .array(fc.oneof(sign, fc.string({ maxLength: 3 }), fc.constant("evil.example")))
      .map((parts) => parts.join(""));
    const either = fc.oneof(
      path,
      path.map((rest) => `/${rest}`),
      path.map((rest) => `//${rest}`),
    );
    let through = 0;
    fc.assert(
      fc.property(either, (text) => {
        const next = localPath(text);
        if (next !== "/") through += 1;
        assert.equal(new URL(next, SHOP).origin, SHOP);
        assert.doesNotMatch(next, /[\r\n]/);
      }),
      { numRuns: 2000 },
    );
    assert.ok(through > 100);
  });
});
