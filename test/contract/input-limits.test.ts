/** Bodies that are too deep, too many, doubled, poisoned or something else than they say. */
import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../harness/api-client.ts";
import type { Browser } from "../harness/browser.ts";
import { answerOf, open } from "../harness/raw.ts";
import { openShop, type Shop } from "../harness/shop.ts";

interface Problem {
  code: string;
  errors?: { field: string; code: string; message: string }[];
}

describe("input beyond its limits", () => {
  let shop: Shop;
  let admin: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    browser = await shop.browser("admin");
  });
  after(() => shop?.close());

  const post = (body: string | Buffer, type = "application/json", path = "/api/v1/products") =>
    admin.post<Problem>(path, body, { type });
  const faultOf = ({ body }: { body: Problem }) =>
    `${body.code} ${(body.errors ?? []).map((one) => `${one.field}:${one.code}`).join()}`;

  describe("JSON", () => {
    it("nested too deep is refused before it is read, however deep", async () => {
      for (const text of ["[".repeat(1_000_000), '{"a":'.repeat(150_000), `${"[".repeat(33)}${"]".repeat(33)}`]) {
        const answer = await post(text);
        assert.equal(answer.status, 400);
        assert.equal(answer.body.code, "JSON_TOO_DEEP");
      }
      assert.equal((await post(`${"[".repeat(32)}${"]".repeat(32)}`)).status, 422);
    });

    it("with ninety-five thousand names nobody knows gets fifty faults and a small answer", async () => {
      const unknown = (count: number) =>
        JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, turn) => [`a${turn.toString(36)}`, 0])));
      const visitor = await shop.api();
      const knock = (body: string, client: ApiClient) =>
        client.post<Problem>("/api/v1/auth/login", body, { type: "application/json" });
      assert.equal((await knock(unknown(95_000), visitor)).body.code, "BODY_TOO_LARGE");
      const row = '{"a":0,"b":0,"c":0,"d":0,"e":0}';
      const answers = [
        await knock(unknown(1500), visitor),
        await knock(unknown(95_000), admin),
        await post(unknown(95_000)),
        await post(`{"items":[${`${row},`.repeat(99)}${row}],"payments":[]}`, "application/json", "/api/v1/sales"),
      ];
      for (const { status, body, bytes } of answers) {
        assert.deepEqual([status, body.code], [422, "VALIDATION"]);
        assert.equal(body.errors?.length, 50);
        assert.ok(bytes.length < 16 * 1024, `${bytes.length} bytes`);
      }
    });

    it("brackets inside of texts are no depth, and texts that never end cost no time", async () => {
      const name = `${"[".repeat(60)}\\"{{`;
      const made = await post(`{"sku":"DEEP","name":"${name}","price":"1"}`);
      assert.equal(made.status, 201, made.text);
      assert.equal((await post(`"${'\\"'.repeat(400_000)}`)).body.code, "BODY_MALFORMED");
    });

    it("that reaches for a prototype is refused at any depth, also where names are free", async () => {
      const bodies = [
        '{"__proto__":{"admin":true},"sku":"A","name":"A","price":"1"}',
        '{"constructor":{"prototype":{"admin":true}},"sku":"A","name":"A","price":"1"}',
        '{"sku":{"__proto__":{}},"name":"A","price":"1"}',
      ];
      for (const body of bodies) {
        const answer = await post(body);
        assert.equal(answer.status, 422, body);
        assert.equal(answer.body.code, "VALIDATION");
      }
      assert.equal(({} as Record<string, unknown>)["admin"], undefined);
    });

    it("with a text that no database keeps names the field", async () => {
      assert.equal(faultOf(await post('{"sku":"A\\u0000","name":"A","price":"1"}')), "VALIDATION sku:CHARACTERS");
      assert.equal(faultOf(await post('{"sku":"A","name":"\\ud800","price":"1"}')), "VALIDATION name:CHARACTERS");
      assert.equal(faultOf(await post('{"sku":"A","name":"\\ude00","price":"1"}')), "VALIDATION name:CHARACTERS");
    });
  });

  describe("parameters", () => {
    it("given twice where one is meant name the field", async () => {
      for (const [query, field] of [
        ["limit=1&limit=2", "limit"],
        ["q=a&q=b", "q"],
        ["cursor=a&cursor=b", "cursor"],
      ]) {
        const answer = await admin.get<Problem>(`/api/v1/products?${query}`);
        assert.equal(answer.status, 422, query);
        assert.deepEqual(
          answer.body.errors?.map((one) => one.field),
          [field],
        );
      }
      assert.equal((await browser.get("/products?q=a&q=b")).status, 422);
    });

    it("that reach for a prototype or that nobody knows are refused", async () => {
      for (const query of ["__proto__=1", "constructor=1", "__proto__[limit]=1", "nobody=1"])
        assert.equal((await admin.get(`/api/v1/products?${query}`)).status, 422, query);
    });
  });

  describe("forms", () => {
    const settings = async (change: (body: URLSearchParams) => void, path = "/settings") => {
      const page = await browser.get("/settings");
      const body = new URLSearchParams(page.fields("/settings") as Record<string, string>);
      change(body);
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { connection: "close", cookie, "sec-fetch-site": "same-origin" };
      const response = await fetch(shop.url + path, { method: "POST", headers, body, redirect: "manual" });
      return { status: response.status, html: await response.text() };
    };

    it("as they stand are taken", async () => {
      assert.equal((await settings(() => {})).status, 303);
    });

    it("with a field twice are drawn again with its fault", async () => {
      const { status, html } = await settings((body) => body.append("kernel.shop_name", "Otra"));
      assert.equal(status, 422);
      assert.match(html, /name="kernel\.shop_name"[^>]*aria-invalid="true"/);
    });

    it("with names nobody knows, of the prototype, or with NUL change nothing", async () => {
      const poison: [string, string][] = [
        ["__proto__", "x"],
        ["constructor", "x"],
        ["nobody", "x"],
        ["kernel.shop_phone\0", "x"],
      ];
      for (const [name, value] of poison) {
        const { status, html } = await settings((body) => body.append(name, value));
        assert.equal(status, 422, name);
        assert.match(html, /<form/);
      }
      assert.equal((await settings((body) => body.set("kernel.shop_name", "La\0 Esquina"))).status, 422);
      assert.equal((await admin.get("/health")).status, 200);
    });

    it("of thousands of fields are refused as they are counted", async () => {
      assert.equal(
        (
          await settings((body) => {
            for (let n = 0; n < 2000; n++) body.append("a", "1");
          })
        ).status,
        413,
      );
      const pairs = "a&".repeat(500_000);
      assert.equal((await post(pairs, "application/x-www-form-urlencoded")).body.code, "BODY_TOO_MANY_PARTS");
    });

    it("in bytes that are not UTF-8 are refused", async () => {
      for (const body of ["a=%ff", "a=%c0%af", "%=1", Buffer.from([0x61, 0x3d, 0xff])])
        assert.equal((await post(body, "application/x-www-form-urlencoded")).body.code, "BODY_NOT_UTF8");
    });
  });

  describe("uploads", () => {
    const IMPORT = "/api/v1/products/import";
    /** of a price list */
    const MOST_BYTES = 25 * 1024 * 1024;
    const boundary = "----b";
    const part = (head: string, content: string | Buffer = "x") =>
      Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(content), Buffer.from("\r\n")]);
    const END = Buffer.from(`--${boundary}--\r\n`);
    const field = (name: string) => `Content-Disposition: form-data; name="${name}"`;
    const file = (name: string) => `${field("file")}; filename="${name}"`;
    const upload = (...parts: Buffer[]) =>
      post(Buffer.concat([...parts, END]), `multipart/form-data; boundary=${boundary}`, IMPORT);

    it("have one file, so many fields, and short heads", async () => {
      assert.equal((await upload(part(file("a.csv")), part(file("b.csv")))).body.code, "BODY_TOO_MANY_PARTS");
      const many = Array.from({ length: 1500 }, (_, turn) => part(field(`f${turn}`)));
      assert.equal((await upload(...many)).body.code, "BODY_TOO_MANY_PARTS");
      assert.equal((await upload(part(field("n".repeat(200))))).body.code, "BODY_MALFORMED");
      assert.ok((await upload(part(`${field("a")}\r\nX-Long: ${"a".repeat(10_000)}`))).status < 500);
      assert.equal((await upload(part(field("a"), "x".repeat(100_000)))).body.code, "BODY_TOO_LARGE");
      assert.equal((await upload(part("X-Nothing: 1"))).status, 422, "no file: a sentence says so");
      assert.equal((await upload(part("Content-Disposition: form-data"))).body.code, "BODY_MALFORMED");
    });

    it("without a boundary, without an end, or cut in the middle of the file do no harm", async () => {
      assert.equal((await post("x", "multipart/form-data", IMPORT)).body.code, "BODY_MALFORMED");
      const cut = part(file("a.csv"), "sku,name,price\nA,A,1\n").subarray(0, -10);
      const answer = await post(cut, `multipart/form-data; boundary=${boundary}`, IMPORT);
      assert.equal(answer.body.code, "BODY_MALFORMED");
      assert.equal((await admin.get("/health")).status, 200, "the till goes on");
    });

    it("that stop in the middle of the connection do no harm either", async () => {
      const { authorization } = { authorization: await token() };
      const socket = open(shop.url);
      const closed = answerOf(socket);
      socket.write(
        `POST ${IMPORT} HTTP/1.1\r\nHost: shop\r\nAuthorization: ${authorization}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: 5000\r\n\r\n`,
      );
      socket.end(part(file("a.csv"), "sku,name\nA,"));
      await closed;
      assert.equal((await admin.get("/health")).status, 200);
    });

    it("that are larger in all than a file may be are cut off while they come, chunked too", async () => {
      const big = Buffer.alloc(6 * 1024 * 1024, "a");
      const parts = Array.from({ length: 5 }, (_, turn) => part(file(`${turn}`), big));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const one of parts) controller.enqueue(one);
          controller.enqueue(END);
          controller.close();
        },
      });
      const headers = { authorization: await token(), "content-type": `multipart/form-data; boundary=${boundary}` };
      const sent = fetch(shop.url + IMPORT, { method: "POST", headers, body, duplex: "half" } as RequestInit);
      const outcome = await sent.then(
        (answer) => answer.status,
        () => "hung up",
      );
      assert.ok(outcome === 413 || outcome === "hung up", String(outcome));
    });

    it("of small fields without end are cut off as soon as they are too much, before the end has come", async () => {
      const socket = open(shop.url);
      const answered = answerOf(socket);
      socket.write(
        `POST ${IMPORT} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nAccept: application/json\r\nAuthorization: ${await token()}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      // neither a part nor their number is too much, only all of them together; and the last chunk never comes
      for (let sent = 0, turn = 0; sent <= MOST_BYTES; turn++) {
        const one = part(field(`f${turn}`), "a".repeat(60_000));
        socket.write(Buffer.concat([Buffer.from(`${one.length.toString(16)}\r\n`), one, Buffer.from("\r\n")]));
        sent += one.length;
      }
      const answer = await answered;
      assert.match(answer, /^HTTP\/1\.1 413 /);
      assert.match(answer, /"code":"BODY_TOO_LARGE"/);
    });

    const other: [string, Buffer][] = [
      ["a spreadsheet (zip)", Buffer.concat([Buffer.from("PK\x03\x04\x14"), deflateRawSync("sku,name,price")])],
      ["an old spreadsheet", Buffer.from("d0cf11e0a1b11ae1", "hex")],
      ["an image", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")],
      ["a photo", Buffer.from("ffd8ffe000104a464946", "hex")],
      ["a PDF", Buffer.from("%PDF-1.7\nsku,name,price\n")],
      ["a text with NUL in it", Buffer.from("sku,name,price\nA,A\0,1\n")],
      ["zip that reads like text", Buffer.from("PK\x03\x04sku,name,price\nA,A,1\n")],
    ];
    for (const [what, content] of other)
      it(`called .csv that are ${what} are refused with a sentence that helps`, async () => {
        const api = await upload(part(file("precios.csv"), content));
        // a zip is taken for a workbook, and this one is none that can be read
        assert.match(
          api.body.code ?? "",
          what.includes("zip") ? /^IMPORT_(?:NOT_TEXT|SHEET_BROKEN)$/ : /^IMPORT_NOT_TEXT$/,
        );
        const page = await (await browser.get("/products/import")).submit("/products/import", {
          file: { name: "precios.csv", content, type: "text/csv" },
        });
        assert.equal(page.status, 422);
        assert.match(page.text, /Guardar como|Ábralo|libro/);
      });

    async function token(): Promise<string> {
      const { body } = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
        username: "admin",
        password: "correct horse battery",
      });
      return `Bearer ${body.access_token}`;
    }
  });
});
