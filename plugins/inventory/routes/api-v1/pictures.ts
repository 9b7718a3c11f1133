/** Pictures of products for programs. */
import { z } from "zod";
import { empty, file, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { hashOf } from "../../pictures/picture.ts";
import { PICTURE_TYPES } from "../../pictures/sent.ts";
import { picturePath } from "../../present/products.ts";
import { params, pictureQuery } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";
import { MOST_SENT } from "../shared-pictures.ts";

const answer = z.strictObject({
  product_id: z.int(),
  content_type: z.enum(PICTURE_TYPES),
  bytes: z.int(),
  sha256: z.string(),
  width: z.int(),
  height: z.int(),
  path: z.string(),
});

export function picturesApi({ pictures, transaction }: Pick<RouteParts, "pictures" | "transaction">): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/products/:id/picture",
      surface: "v1",
      access: READ,
      params,
      query: pictureQuery,
      summary:
        "The picture of a product: JPEG, no side longer than 640 pixels, with `size=tile` than 240. One of an older shop stands as it was sent for up to an hour after the update.",
      returns: { 200: null },
      handle: async (request) => {
        const { size } = request.query;
        const picture = await pictures.read(request.params.id, undefined, size);
        return file(picture.contentType, picture.content, { etag: `${hashOf(picture)}-${size}`, forever: false });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/products/:id/picture",
      surface: "v1",
      access: MANAGE,
      params,
      upload: MOST_SENT,
      uploadTypes: PICTURE_TYPES,
      summary:
        "Puts a picture (the body, or a form's field `file`): JPEG, PNG or WebP, at most 5 MB and 25 megapixels. Kept are its pixels alone, made small: the answer tells of those. PICTURES_BUSY: too many at once.",
      returns: { 200: answer },
      handle: async (request) => {
        const { id } = request.params;
        const picture = await pictures.develop(request.file?.content);
        const facts = await transaction((tx) => pictures.put(tx, actorOf(request), id, picture));
        const { contentType: content_type, bytes, sha256, width, height } = facts;
        return json({
          product_id: id,
          content_type,
          bytes,
          sha256,
          width,
          height,
          path: picturePath(id, hashOf(facts)),
        });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/products/:id/picture",
      surface: "v1",
      access: MANAGE,
      params,
      summary: "Takes the picture away, if there is one.",
      returns: { 204: null },
      handle: async (request) => {
        await transaction((tx) => pictures.remove(tx, actorOf(request), request.params.id));
        return empty();
      },
    }),
  ];
}
