import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { inflateSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { decode } from "./escpos-reader.ts";
import { cash, digits, ring, type SaleAnswer, stocked } from "./till.ts";

const LONG = "Jabón líquido antibacterial «Ñandú» de miel, avena y aceite de coco extrahumectante 1.000 ml";

describe("a receipt", () => {
  let shop: Shop;
  let manager: ApiClient;
  let sale: SaleAnswer;
  before(async () => {
    shop = await openShop({ env: { PUBLIC_URL: "https://tienda.example/" } });
    manager = await shop.api("manager");
    const soap = await stocked(shop, { sku: "JABON", name: LONG, price: "123456.50" });
    const milk = await stocked(shop, { sku: "LECHE", name: "Leche entera", price: "4300", tax_rate_bp: 0 });
    const rung = await ring(manager, {
      items: [
        { product_id: soap.id, quantity: "3" },
        { product_id: milk.id, quantity: "1.500", discount: "100", discount_reason: "abolladura" },
      ],
      payments: [{ method: "nequi", amount: "76000", reference: "M-ÑU-1" }, ...cash("310000")],
    });
    assert.equal(rung.status, 201, rung.text);
    sale = rung.body;
  });
  after(() => shop.close());

  const receipt = (format: string, more = "") =>
    manager.get(`/api/v1/sales/${sale.id}/receipt?format=${format}${more}`, {
      headers: { "accept-language": "es" },
    });
  /** Every amount that stands on the sale, as a person reads it. */
  const amounts = () => {
    const values = [sale.total, sale.tax, sale.subtotal, sale.change, ...sale.payments.map(({ amount }) => amount)];
    for (const line of sale.lines) values.push(String(line["total"]), String(line["unit_price"]));
    return values.map(read);
  };
  const read = (decimal: string) =>
    new Intl.NumberFormat("es-CO", { minimumFractionDigits: 2 }).format(Number(decimal)).replace(/,00$/, "");

  for (const [width, columns] of [
    ["58", 32],
    ["80", 48],
  ] as const) {
    it(`as bytes for ${width} mm: each amount of the sale, its letters, no line too long, cut at the end`, async () => {
      const { status, bytes } = await receipt("escpos", `&width=${width}`);
      assert.equal(status, 200);
      const { lines, qr, cuts, kicks, codePage } = decode(bytes);
      const text = lines.join("\n");
      for (const amount of amounts()) assert.ok(text.includes(amount), `${amount} is not in\n${text}`);
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.match(text, /Jabón líquido/);
      assert.match(text, /«Ñandú»/);
      assert.match(text, /¡Gracias por su compra!/);
      assert.match(text, /M-ÑU-1/);
      assert.match(text, /A 19\s?% incluido/);
      assert.match(text, /B 0\s?% incluido/);
      assert.match(qr ?? "", /^https:\/\/tienda\.example\/r\/[0-9a-z]+-[\w-]{22}$/);
      assert.deepEqual([cuts, kicks, codePage], [1, 0, 19]);
    });
  }

  it("the page, the text and the PDF say the same", async () => {
    const browser = await shop.browser("employee");
    for (const width of ["58", "80"]) {
      const page = await browser.get(`/sales/${sale.id}/receipt?width=${width}`);
      assert.equal(page.status, 200, page.text);
      const shown = page.root.querySelector(`.receipt.w${width}`)?.text ?? "";
      const { text } = await receipt("text", `&width=${width}`);
      for (const amount of amounts()) assert.ok(shown.includes(amount) && text.includes(amount), amount);
    }
    const pdf = await manager.get(`/api/v1/sales/${sale.id}/receipt.pdf`);
    assert.equal(pdf.headers.get("content-type"), "application/pdf");
    assert.match(pdf.headers.get("content-disposition") ?? "", new RegExp(`${sale.number}.pdf`));
    assert.equal(pdf.bytes.subarray(0, 5).toString(), "%PDF-");
    assert.equal(pdf.bytes.toString("latin1").match(/\/Type \/Page\b/g)?.length, 1, "one page, as long as it takes");
  });

  it("a copy says so with its number, is counted and in the audit trail; one that nobody asked for is not there", async () => {
    const copy = () => manager.post<{ copy: number }>(`/api/v1/sales/${sale.id}/copies`, {}, { key: randomUUID() });
    const made = await Promise.all([copy(), copy(), copy()]);
    assert.deepEqual(made.map(({ body }) => body.copy).sort(), [1, 2, 3]);
    assert.match((await receipt("text", "&copy=2")).text, /COPIA 2/);
    assert.doesNotMatch((await receipt("text")).text, /COPIA/);
    assert.equal((await receipt("text", "&copy=4")).status, 404);
    const page = await (await shop.browser("employee")).get(`/sales/${sale.id}/receipt`);
    assert.match((await page.submit("#copy")).text, /COPIA 4/);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM audit_log WHERE action = 'receipt.copied'");
    assert.equal(rows[0].n, 4);
  });

  it("by its link everybody sees the receipt and nothing else; a made-up link leads nowhere", async () => {
    const { body } = await manager.get<{ url: string }>(`/api/v1/sales/${sale.id}/link`);
    const path = new URL(body.url).pathname;
    const visitor = await shop.browser();
    const page = await visitor.get(path);
    assert.equal(page.status, 200, page.text);
    assert.ok(digits(page.text).includes(digits(sale.total)));
    assert.equal(page.root.querySelectorAll("form, nav").length, 0);
    const stranger = await shop.api();
    const answer = await stranger.get(path);
    assert.match(answer.headers.get("x-robots-tag") ?? "", /noindex/);
    assert.match((await stranger.get(`${path}/receipt.pdf`)).bytes.toString("latin1"), /^%PDF-/);
    const last = path.at(-2) === "A" ? "B" : "A";
    const forged = [`${path.slice(0, -2)}${last}${path.at(-1)}`, path.replace("/r/", "/r/1"), "/r/1-", "/r/x"];
    for (const one of forged) assert.equal((await stranger.get(one)).status, 404, one);
  });

  it("each promotion is named with what it took: on 58 and 80 mm, in the text, and in the PDF that is mailed", async () => {
    const { body } = await manager.get<{ data: { id: number; sku: string }[] }>("/api/v1/products?limit=10");
    const [first, second] = body.data;
    for (const [name, percent_bp, id] of [
      ["Semana del niño", 1000, first?.id],
      ["Aniversario de la tienda", 2500, second?.id],
    ] as const) {
      const offer = {
        name,
        kind: "percent",
        percent_bp,
        starts_on: "2020-01-01",
        ends_on: "2099-12-31",
        product_ids: [id],
      };
      const made = await manager.post("/api/v1/promotions", offer, { key: randomUUID() });
      assert.equal(made.status, 201, made.text);
    }
    const items = [first, second].map((one) => ({ product_id: one?.id, quantity: "1" }));
    const sold = await ring(manager, { items, payments: cash("900000") });
    assert.equal(sold.status, 201, sold.text);
    const promotions = sold.body["promotions"] as { name: string; amount: string }[];
    assert.equal(promotions.length, 2);
    const path = `/api/v1/sales/${sold.body.id}/receipt`;
    const said = [
      ...["58", "80"].map(async (width) =>
        decode((await manager.get(`${path}?format=escpos&width=${width}`)).bytes).lines.join(" "),
      ),
      ...[`${path}?format=text`].map(async (one) => (await manager.get(one)).text),
      ...[`${path}.pdf`].map(async (one) => wordsOf((await manager.get(one)).bytes)),
    ];
    for (const text of (await Promise.all(said)).map((one) => one.replace(/\s+/g, " "))) {
      for (const { name, amount } of promotions) {
        assert.ok(text.includes(name), `${name} is not in ${text}`);
        assert.ok(text.includes(read(amount)), `${amount} is not in ${text}`);
      }
    }
  });
});

/** What a PDF of pdfkit says: its streams unpacked, the texts of its standard fonts as they are drawn. */
function wordsOf(pdf: Buffer): string {
  const words: string[] = [];
  for (let at = pdf.indexOf("stream\n"); at !== -1; at = pdf.indexOf("stream\n", at + 7)) {
    const end = pdf.indexOf("\nendstream", at);
    try {
      const drawn = inflateSync(pdf.subarray(at + 7, end)).toString("latin1");
      for (const [, parts = ""] of drawn.matchAll(/\[([^\]]*)\] TJ/g))
        words.push(
          [...parts.matchAll(/<([0-9a-f]+)>/g)]
            .map(([, hex = ""]) => Buffer.from(hex, "hex").toString("latin1"))
            .join(""),
        );
    } catch {
      // "endstream" holds "stream" too, and an image is no text
    }
  }
  return words.join(" ");
}

describe("the link of a receipt in a shop that did not say its address", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.close());

  it("is where the till was asked, whatever the caller says of itself", async () => {
    const manager = await shop.api("manager");
    const soap = await stocked(shop, { sku: "JABON", price: "1000" });
    const rung = await ring(manager, { items: [{ product_id: soap.id, quantity: "1" }], payments: cash("1190") });
    assert.equal(rung.status, 201, rung.text);
    for (const headers of [{}, { origin: "https://elsewhere.example" }]) {
      const { body } = await manager.get<{ url: string }>(`/api/v1/sales/${rung.body.id}/link`, { headers });
      assert.ok(body.url.startsWith(`${shop.url}/r/`), body.url);
      assert.equal((await fetch(body.url)).status, 200);
    }
  });
});
