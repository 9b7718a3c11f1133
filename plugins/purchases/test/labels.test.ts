/** Labels: the right code, as many as asked, on sheets of the right number. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { isEan13 } from "../labels/codes.ts";
import { drawCode } from "../labels/drawing.ts";
import { type Answer, buyer } from "./buying.ts";

const CODE = "7701234567897";

/** What the bars of an EAN-13 say: of each digit by the widths of its two bars and two spaces. */
function readEan13(bars: readonly number[]): string {
  const widths = ["3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112"];
  const parities = ["LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"];
  const digit = (from: number) => bars.slice(from, from + 4).join("");
  const left = Array.from({ length: 6 }, (_, index) => digit(3 + index * 4));
  const right = Array.from({ length: 6 }, (_, index) => digit(32 + index * 4));
  const parity = left.map((one) => (widths.includes(one) ? "L" : "G")).join("");
  const mirrored = (one: string) => [...one].reverse().join("");
  const said = left.map((one) => (widths.includes(one) ? widths.indexOf(one) : widths.indexOf(mirrored(one))));
  return [parities.indexOf(parity), ...said, ...right.map((one) => widths.indexOf(one))].join("");
}

describe("codes on labels", () => {
  it("thirteen digits with their check digit are an EAN-13, which the bars say", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (number) => {
        const digits = String(number).padStart(12, "0");
        const codes = Array.from({ length: 10 }, (_, check) => `${digits}${check}`).filter(isEan13);
        assert.equal(codes.length, 1);
        const drawn = drawCode(codes[0] ?? "", "auto");
        assert.ok(drawn.kind === "ean13" && drawn.modules === 95);
        assert.equal(readEan13(drawn.bars), codes[0]);
      }),
      { numRuns: 50 },
    );
  });

  it("other codes are Code 128, what bars cannot say is QR", () => {
    assert.equal(drawCode("ABC-12", "auto").kind, "code128");
    assert.equal(drawCode(`${CODE.slice(0, 12)}0`, "auto").kind, "code128");
    assert.equal(drawCode("AÑO-1", "auto").kind, "qr");
    assert.equal(drawCode(CODE, "qr").kind, "qr");
  });
});

describe("labels", () => {
  let shop: Shop;
  let manager: ApiClient;
  let shopping: ReturnType<typeof buyer>;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    shopping = buyer(manager);
    await shopping.product("PAN", { name: "Pan tajado blanco de molde, muy grande", barcodes: [CODE] });
    await shopping.product("UN-CODIGO-PROPIO-QUE-ES-MUY-LARGO-PARA-LA-ETIQUETA");
  });
  after(() => shop?.close());

  const pagesOf = (pdf: string) => pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
  const print = (body: object, client = manager) =>
    client.request("POST", "/api/v1/labels", JSON.stringify(body), { type: "application/json" });

  it("of sheets and rolls as many pages as are needed", async () => {
    for (const [format, copies, pages] of [
      ["a4_24", 24, 1],
      ["a4_24", 25, 2],
      ["a4_65", 66, 2],
      ["roll_58", 3, 3],
    ] as const) {
      const answer = await print({ format, labels: [{ code: "PAN", copies }] });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, /^%PDF-/);
      assert.equal(pagesOf(answer.text), pages, format);
    }
  });

  it("what came is offered with as many labels as units; a cashier prints too; nonsense is told by its row", async () => {
    const supplier = await shopping.supplier("Panificadora");
    const came = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [{ code: CODE, quantity: "7", cost: "1" }],
    });
    assert.equal(came.status, 201, came.text);
    const browser = await shop.browser("manager");
    const document = await browser.get(`/purchases/documents/${came.body.id}`);
    const link = document.root.querySelector('a[href*="document_id"]')?.getAttribute("href") ?? "";
    const form = await browser.get(link);
    assert.deepEqual([form.fields("#labels")["code_1"], form.fields("#labels")["copies_1"]], ["PAN", "7"]);
    const wrong = await form.submit("#labels", { code_2: "NO-HAY", copies_2: "1" });
    assert.match(wrong.root.querySelector("#code_2-error")?.text ?? "", /NO-HAY/);
    const many = await form.submit("#labels", { copies_1: "501" });
    assert.match(many.root.querySelector("#copies_1-error")?.text ?? "", /500/);
    const cashier = await (await shop.browser("employee")).get("/labels?code=PAN");
    const printed = await cashier.submit("#labels", { format: "roll_58" });
    assert.equal(printed.status, 200);
    assert.match(printed.headers.get("content-type") ?? "", /pdf/);
  });

  it("too many, none, an unknown sheet: refused", async () => {
    const label = { code: "PAN", copies: 1 };
    for (const [field, change] of [
      ["labels.0.copies", { labels: [{ code: "PAN", copies: 0 }] }],
      ["labels.0.code", { labels: Array.from({ length: 5 }, () => ({ code: "PAN", copies: 500 })) }],
      ["labels", { labels: [] }],
      ["format", { format: "a5" }],
      ["labels.1.code", { labels: [label, { code: "NO", copies: 1 }] }],
    ] as const) {
      const answer = await manager.post<Answer>("/api/v1/labels", { format: "a4_24", labels: [label], ...change });
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, field], answer.text);
    }
  });
});
