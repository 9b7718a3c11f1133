/** The picture of a product, on pages. */
import { file, redirect } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { hashOf } from "../../pictures/picture.ts";
import { params, pictureParams } from "../../schema.ts";
import type { RouteParts } from "../parts.ts";
import { actorOf, MANAGE, READ } from "../shared.ts";
import { MOST_SENT } from "../shared-pictures.ts";
import type { DrawProduct } from "./product.ts";

type Parts = Pick<RouteParts, "pictures" | "transaction"> & { draw: DrawProduct };

export function picturePages({ pictures, transaction, draw }: Parts): Route[] {
  return [
    route({
      method: "GET",
      path: "/products/:id/picture/:hash",
      surface: "page",
      access: READ,
      params: pictureParams,
      handle: async ({ params: { id, hash } }) => {
        const picture = await pictures.read(id, hash);
        return file(picture.contentType, picture.content, { etag: hashOf(picture), forever: true });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/picture",
      surface: "page",
      access: MANAGE,
      params,
      upload: MOST_SENT,
      redraw: (request, picture) => draw(request, { picture }),
      handle: async (request) => {
        const { id } = request.params;
        const picture = await pictures.develop(request.file?.content);
        await transaction((tx) => pictures.put(tx, actorOf(request), id, picture));
        return redirect(`/products/${id}`, { flash: { text: "inventory.flash.picture_set" } });
      },
    }),
    route({
      method: "POST",
      path: "/products/:id/picture/remove",
      surface: "page",
      access: MANAGE,
      params,
      handle: async (request) => {
        const { id } = request.params;
        await transaction((tx) => pictures.remove(tx, actorOf(request), id));
        return redirect(`/products/${id}`, { flash: { text: "inventory.flash.picture_removed" } });
      },
    }),
  ];
}
