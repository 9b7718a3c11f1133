/** Reads a request's body, capped: JSON, forms, and one uploaded file. Broken UTF-8 is refused, never replaced. */
import type { Readable } from "node:stream";
import type { Context } from "koa";
import getRawBody from "raw-body";
import { kernelErrors } from "../errors.ts";
import { parseForm, tooLarge } from "./fields.ts";
import { parseJson } from "./json.ts";
import { readMultipart } from "./multipart.ts";
import type { UploadedFile } from "./route.ts";

/** What a visitor has to say fits in much less: a form of names and a password. */
export const VISITOR_LIMIT = 16 * 1024;
export const DEFAULT_LIMIT = 1024 * 1024;
/** Of a body that is the uploaded file itself, unless the route says others. */
export const UPLOAD_TYPES: readonly string[] = ["text/csv"];

export interface Body {
  /** parsed JSON, or the fields of a form */
  data: unknown;
  file: UploadedFile | undefined;
}

export async function readBody(
  context: Context,
  options: { limit: number; upload: number | undefined; types?: readonly string[] | undefined },
): Promise<Body> {
  const type = context.request.type;
  const limit = options.upload ?? options.limit;
  if (Number(context.get("Content-Length") || 0) > limit) throw tooLarge(limit);
  if (type === "multipart/form-data") {
    if (options.upload === undefined) throw kernelErrors.MEDIA_TYPE({ params: { type } });
    return readMultipart(context, options.upload);
  }
  const bytes = await readBytes(context.req, limit);
  if (options.upload !== undefined && (options.types ?? UPLOAD_TYPES).includes(type)) {
    return { data: {}, file: { name: `body.${type.slice(type.indexOf("/") + 1)}`, content: bytes } };
  }
  if (bytes.length === 0) return { data: {}, file: undefined };
  if (type === "application/json") return { data: parseJson(decode(bytes)), file: undefined };
  if (type === "application/x-www-form-urlencoded") return { data: parseForm(decode(bytes)), file: undefined };
  throw kernelErrors.MEDIA_TYPE({ params: { type: type || "?" } });
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
