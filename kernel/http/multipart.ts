/** Forms with a file. Everything is bounded: bytes in all, parts, fields, their names and headers. */
import type { Readable } from "node:stream";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import type { Context } from "koa";
import { kernelErrors } from "../errors.ts";
import type { Body } from "./body.ts";
import { addField, type Fields, MOST_FIELDS, tooLarge } from "./fields.ts";
import type { UploadedFile } from "./route.ts";

const FIELD_BYTES = 64 * 1024;
const NAME_LENGTH = 100;

/** @throws BODY_MALFORMED, BODY_NOT_UTF8, BODY_TOO_LARGE beyond `limit` bytes, BODY_TOO_MANY_PARTS */
export function readMultipart(context: Context, limit: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const fields: Fields = {};
    let file: UploadedFile | undefined;
    let failure: Error | undefined;
    let bytes = 0;
    const fail = (error: Error) => {
      failure ??= error;
    };
    const giveUp = (error: Error) => {
      fail(error);
      context.req.unpipe(busboy);
      reject(failure);
    };
    const busboy = busboyFor(context, limit);
    for (const event of ["partsLimit", "fieldsLimit", "filesLimit"])
      busboy.on(event, () => giveUp(kernelErrors.BODY_TOO_MANY_PARTS()));
    busboy.on("field", (name: string | undefined, value: string, _: boolean, truncated: boolean) => {
      if (name === undefined || name.length > NAME_LENGTH) fail(kernelErrors.BODY_MALFORMED());
      else if (truncated) fail(tooLarge(FIELD_BYTES));
      else if (value.includes("\ufffd") || name.includes("\ufffd")) fail(kernelErrors.BODY_NOT_UTF8());
      else addField(fields, name, value);
    });
    busboy.on("file", (_field: string, stream: Readable, name: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on("limit", () => fail(tooLarge(limit)));
      // the request ended in the middle of the file
      stream.on("error", () => giveUp(kernelErrors.BODY_MALFORMED()));
      stream.on("data", (chunk: Buffer) => {
        if (!failure) chunks.push(chunk);
      });
      stream.on("end", () => {
        const content = Buffer.concat(chunks);
        if (name || content.length > 0) file = { name: name ?? "", content };
      });
    });
    busboy.on("error", () => giveUp(kernelErrors.BODY_MALFORMED()));
    busboy.on("finish", () => (failure ? reject(failure) : resolve({ data: fields, file })));
    context.req.on("aborted", () => giveUp(kernelErrors.BODY_MALFORMED()));
    context.req.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) giveUp(tooLarge(limit));
    });
    context.req.pipe(busboy);
  });
}

/** @throws BODY_MALFORMED for a type without a boundary */
function busboyFor(context: Context, limit: number): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: context.req.headers as BusboyHeaders,
      limits: {
        files: 1,
        fileSize: limit,
        fields: MOST_FIELDS,
        parts: MOST_FIELDS + 1,
        fieldSize: FIELD_BYTES,
        headerPairs: 20,
        headerSize: 4096,
      },
    });
  } catch {
    throw kernelErrors.BODY_MALFORMED();
  }
}
