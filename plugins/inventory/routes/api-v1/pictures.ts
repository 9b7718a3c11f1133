/** Pictures of products for programs. */
import { z } from "zod";
import { empty, file, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { hashOf, PICTURE_TYPES } from "../../pictures/picture.ts";
import { picturePath } from "../../present/products.ts";
import { params } from "../../schema.ts";
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
      summary: "The picture of a product, as it was sent.",
      returns: { 200: null },
      handle: async (request) => {
        const picture = await pictures.read(request.params.id);
        return file(picture.contentType, picture.content, { etag: hashOf(picture), forever: false });
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
        "Puts a picture (the body, or a form's field `file`): JPEG, PNG or WebP, at most 512 KB and 4096 pixels a side.",
      returns: { 200: answer },
      handle: async (request) => {
        const { id } = request.params;
        const facts = await transaction((tx) => pictures.put(tx, actorOf(request), id, request.file?.content));
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
