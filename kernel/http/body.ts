/** Reads a request's body, capped: JSON, forms, and one uploaded file. Broken UTF-8 is refused, never replaced. */
import type { Readable } from "node:stream";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import type { Context } from "koa";
import getRawBody from "raw-body";
import { kernelErrors } from "../errors.ts";
import type { UploadedFile } from "./route.ts";

export const DEFAULT_LIMIT = 1024 * 1024;

export interface Body {
  /** parsed JSON, or the fields of a form */
  data: unknown;
  file: UploadedFile | undefined;
}

export type Fields = Record<string, string | string[]>;

export async function readBody(
  context: Context,
  options: { limit: number; upload: number | undefined },
): Promise<Body> {
  const type = context.request.type;
  const limit = options.upload ?? options.limit;
  if (Number(context.get("Content-Length") || 0) > limit) throw tooLarge(limit);
  if (type === "multipart/form-data") {
    if (options.upload === undefined) throw kernelErrors.MEDIA_TYPE({ params: { type } });
    return readMultipart(context, options.upload);
  }
  const bytes = await readBytes(context.req, limit);
  if (type === "text/csv" && options.upload !== undefined) {
    return { data: {}, file: { name: "body.csv", content: bytes } };
  }
  if (bytes.length === 0) return { data: {}, file: undefined };
  if (type === "application/json") return { data: parseJson(decode(bytes)), file: undefined };
  if (type === "application/x-www-form-urlencoded") return { data: parseForm(decode(bytes)), file: undefined };
  throw kernelErrors.MEDIA_TYPE({ params: { type: type || "?" } });
}

function tooLarge(limit: number) {
  return kernelErrors.BODY_TOO_LARGE({ params: { limit: Math.round(limit / 1024) } });
}

async function readBytes(stream: Readable, limit: number): Promise<Buffer> {
  try {
    return await getRawBody(stream, { limit });
  } catch (error) {
    if ((error as { type?: string }).type === "entity.too.large") throw tooLarge(limit);
    throw kernelErrors.BODY_MALFORMED();
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw kernelErrors.BODY_NOT_UTF8();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw kernelErrors.BODY_MALFORMED();
  }
}

/** `a=1&a=2&b=3` as `{ a: ["1", "2"], b: "3" }`. A percent sequence that is not UTF-8 is refused. */
function parseForm(text: string): Fields {
  try {
    decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    throw kernelErrors.BODY_NOT_UTF8();
  }
  const fields: Fields = {};
  for (const [name, value] of new URLSearchParams(text)) addField(fields, name, value);
  return fields;
}

function addField(fields: Fields, name: string, value: string): void {
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const next = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  Object.defineProperty(fields, name, { value: next, enumerable: true, configurable: true, writable: true });
}

function readMultipart(context: Context, limit: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const fields: Fields = {};
    let file: UploadedFile | undefined;
    let failure: Error | undefined;
    const busboy = new Busboy({
      headers: context.req.headers as BusboyHeaders,
      limits: { files: 1, fileSize: limit, fields: 100, fieldSize: DEFAULT_LIMIT },
    });
    busboy.on("field", (name: string, value: string) => {
      if (value.includes("\ufffd")) failure ??= kernelErrors.BODY_NOT_UTF8();
      addField(fields, name, value);
    });
    busboy.on("file", (_field: string, stream: Readable, name: string) => {
      const chunks: Buffer[] = [];
      stream.on("limit", () => {
        failure ??= tooLarge(limit);
      });
      stream.on("data", (chunk: Buffer) => {
        if (!failure) chunks.push(chunk);
      });
      stream.on("end", () => {
        const content = Buffer.concat(chunks);
        if (name || content.length > 0) file = { name: name ?? "", content };
      });
    });
    busboy.on("error", () => reject(kernelErrors.BODY_MALFORMED()));
    busboy.on("finish", () => (failure ? reject(failure) : resolve({ data: fields, file })));
    context.req.on("aborted", () => reject(kernelErrors.BODY_MALFORMED()));
    context.req.pipe(busboy);
  });
}
