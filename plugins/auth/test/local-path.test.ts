import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { localPath } from "../local-path.ts";

describe("where a person goes after signing in", () => {
  for (const path of ["/", "/pos", "/products?q=caf%C3%A9&cursor=a", "/a//b", "/@evil.example"])
    it(`${path} is of this shop`, () => assert.equal(localPath(path), path));

  const elsewhere = [
    undefined,
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
    `/${"a".repeat(600)}`,
  ];
  for (const path of elsewhere)
    it(`${JSON.stringify(path)?.slice(0, 40)} goes home instead`, () => assert.equal(localPath(path), "/"));

  it("what is let through stays on this origin for a browser", () => {
    for (const path of ["/.//evil.example", "/%2F/evil.example", "/;//evil.example"])
      assert.equal(new URL(localPath(path), "http://shop.example").origin, "http://shop.example");
  });
});
