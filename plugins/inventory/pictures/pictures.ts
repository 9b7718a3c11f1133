/** Pictures of products: put, taken away, shown. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Emit } from "../../../kernel/events/event.ts";
import { productsChanged } from "../api.ts";
import type { Actor } from "../domain.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/pictures.ts";
import { productForUpdate } from "../queries/products.ts";
import { hashOf, type Picture, type PictureFacts, readPicture } from "./picture.ts";

export type Pictures = ReturnType<typeof createPictures>;

export function createPictures(parts: { db: Database; clock: Clock; emit: Emit; audit: Auditor }) {
  const { db, clock, emit, audit } = parts;

  /** The product is held, so that what the trail calls `before` was there. Throws PRODUCT_UNKNOWN. */
  async function held(tx: Tx, productId: number): Promise<PictureFacts | undefined> {
    if (!(await productForUpdate(tx, productId))) throw errors.PRODUCT_UNKNOWN();
    return queries.pictureFacts(tx, productId);
  }

  return {
    /** Throws PRODUCT_UNKNOWN, and what readPicture throws. The same picture again changes nothing. */
    async put(tx: Tx, actor: Actor, productId: number, content: Buffer | undefined): Promise<PictureFacts> {
      const picture = readPicture(content);
      const before = await held(tx, productId);
      if (before?.sha256 === picture.sha256) return before;
      await queries.putPicture(tx, productId, picture, clock.now());
      const about = { action: "product.picture_set", subject: `product:${productId}` };
      await audit(tx, { ...actor, ...about, ...(before ? { before: said(before) } : {}), after: said(picture) });
      await emit(tx, productsChanged, { productIds: [productId] });
      return picture;
    },

    /** Nothing where there is none. Throws PRODUCT_UNKNOWN. */
    async remove(tx: Tx, actor: Actor, productId: number): Promise<void> {
      const before = await held(tx, productId);
      if (!before) return;
      await queries.deletePicture(tx, productId);
      const about = { action: "product.picture_removed", subject: `product:${productId}` };
      await audit(tx, { ...actor, ...about, before: said(before) });
      await emit(tx, productsChanged, { productIds: [productId] });
    },

    facts: (productId: number): Promise<PictureFacts | undefined> => queries.pictureFacts(db.primary, productId),

    /** The picture that an address names; any with `hash` undefined. Throws NOT_FOUND for one that is not the product's. */
    async read(productId: number, hash?: string): Promise<Picture> {
      const picture = await queries.readPicture(db.primary, productId);
      if (!picture || (hash !== undefined && hashOf(picture) !== hash)) throw kernelErrors.NOT_FOUND();
      return picture;
    },
  };
}

function said({ contentType, bytes, width, height, sha256 }: PictureFacts) {
  return { content_type: contentType, bytes, width, height, sha256 };
}
