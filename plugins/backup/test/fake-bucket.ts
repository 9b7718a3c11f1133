/** A bucket on this machine that speaks enough of S3 and believes nobody whose signature is not right. */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const ACCESS = "AKIDEXAMPLE";
export const SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";

export interface FakeBucket {
  url: string;
  objects: Map<string, Buffer>;
  /** the largest body of one request */
  largest(): number;
  /** so many requests from now on are answered with 503 */
  fail(times: number): void;
  close(): Promise<void>;
}

export async function fakeBucket(): Promise<FakeBucket> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  let [largest, failures] = [0, 0];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    largest = Math.max(largest, body.length);
    const url = new URL(request.url ?? "/", "http://bucket");
    const [, place, folder, key = ""] = decodeURIComponent(url.pathname).split("/");
    const say = (status: number, text = "", headers: Record<string, string> = {}) =>
      response.writeHead(status, { "content-length": Buffer.byteLength(text), ...headers }).end(text);
    if (!isSigned(request, url, body)) return void say(403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
    if (place !== "vault") return void say(404, "<Error><Code>NoSuchBucket</Code></Error>");
    if (failures > 0) {
      failures--;
      return void say(503, "<Error><Code>SlowDown</Code></Error>");
    }
    const upload = url.searchParams.get("uploadId");
    const etag = { etag: `"${createHash("md5").update(body).digest("hex")}"` };
    if (request.method === "PUT" && upload !== null) {
      uploads.get(upload)?.set(Number(url.searchParams.get("partNumber")), body);
      return void say(200, "", etag);
    }
    if (request.method === "PUT") {
      objects.set(key, body);
      return void say(200, "", etag);
    }
    if (request.method === "POST" && url.searchParams.has("uploads")) {
      uploads.set(`upload-${key}`, new Map());
      const xml = `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>upload-${key}</UploadId></InitiateMultipartUploadResult>`;
      return void say(200, xml, { "content-type": "application/xml" });
    }
    if (request.method === "POST" && upload !== null) {
      const parts = [...(uploads.get(upload) ?? [])].sort(([a], [b]) => a - b);
      objects.set(key, Buffer.concat(parts.map(([, part]) => part)));
      const xml = `<CompleteMultipartUploadResult><Location>x</Location><Bucket>vault</Bucket><Key>${key}</Key><ETag>"1"</ETag></CompleteMultipartUploadResult>`;
      return void say(200, xml, { "content-type": "application/xml" });
    }
    if (request.method === "DELETE") {
      objects.delete(key);
      return void say(204);
    }
    if (url.searchParams.has("list-type") && !folder && url.searchParams.get("prefix") === "shop/") {
      const rows = [...objects].map(
        ([name, { length }]) => `<Contents><Key>shop/${name}</Key><Size>${length}</Size></Contents>`,
      );
      const xml = `<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>${rows.length}</KeyCount>${rows.join("")}</ListBucketResult>`;
      return void say(200, xml, { "content-type": "application/xml" });
    }
    const found = objects.get(key);
    if (found === undefined) return void say(404, "<Error><Code>NoSuchKey</Code></Error>");
    response.writeHead(200, { "content-length": found.length }).end(request.method === "HEAD" ? undefined : found);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/vault/shop`,
    objects,
    largest: () => largest,
    fail: (times) => {
      failures = times;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** AWS Signature Version 4, as its documentation computes it. */
function isSigned(request: IncomingMessage, url: URL, body: Buffer): boolean {
  const header = (name: string) => String(request.headers[name] ?? "");
  const [, access, scope = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(
      header("authorization"),
    ) ?? [];
  if (access !== ACCESS) return false;
  const hash = createHash("sha256").update(body).digest("hex");
  const sent = header("x-amz-content-sha256");
  if (sent !== "UNSIGNED-PAYLOAD" && sent !== hash) return false;
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = names
    .split(";")
    .map((name) => `${name}:${header(name).trim()}\n`)
    .join("");
  const canonical = [request.method, url.pathname, query, headers, names, sent].join("\n");
  const [day = "", region = "", service = ""] = scope.split("/");
  const mac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const key = mac(mac(mac(mac(`AWS4${SECRET}`, day), region), service), "aws4_request");
  const digest = createHash("sha256").update(canonical).digest("hex");
  return mac(key, ["AWS4-HMAC-SHA256", header("x-amz-date"), scope, digest].join("\n")).toString("hex") === signature;
}
