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
import type { Developer } from "./developer.ts";
import { hashOf, type NewPicture, type Picture, type PictureFacts, type PictureSize, toNewPicture } from "./picture.ts";
import { readSent } from "./sent.ts";

export type Pictures = ReturnType<typeof createPictures>;

export function createPictures(parts: {
  db: Database;
  clock: Clock;
  emit: Emit;
  audit: Auditor;
  developer: Pick<Developer, "develop">;
}) {
  const { db, clock, emit, audit, developer } = parts;

  /** The product is held, so that what the trail calls `before` was there. Throws PRODUCT_UNKNOWN. */
  async function held(tx: Tx, productId: number): Promise<PictureFacts | undefined> {
    if (!(await productForUpdate(tx, productId))) throw errors.PRODUCT_UNKNOWN();
    return queries.pictureFacts(tx, productId);
  }

  /** Before the transaction: it takes seconds, and holds nobody up. Throws what readSent and Developer.develop throw. */
  async function develop(content: Buffer | undefined): Promise<NewPicture> {
    return toNewPicture(await developer.develop(readSent(content)));
  }

  async function put(tx: Tx, actor: Partial<Actor>, productId: number, picture: NewPicture): Promise<PictureFacts> {
    const before = await held(tx, productId);
    if (before?.sha256 === picture.sha256) return before;
    await queries.putPicture(tx, productId, picture, clock.now());
    const about = { action: "product.picture_set", subject: `product:${productId}` };
    await audit(tx, { ...actor, ...about, ...(before ? { before: said(before) } : {}), after: said(picture) });
    await emit(tx, productsChanged, { productIds: [productId] });
    return picture;
  }

  return {
    develop,

    /** The same picture again changes nothing. Throws PRODUCT_UNKNOWN. */
    put: (tx: Tx, actor: Actor, productId: number, picture: NewPicture) => put(tx, actor, productId, picture),

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
    async read(productId: number, hash?: string, size: PictureSize = "page"): Promise<Picture> {
      const picture = await queries.readPicture(db.primary, productId, size);
      if (!picture || (hash !== undefined && hashOf(picture) !== hash)) throw kernelErrors.NOT_FOUND();
      return picture;
    },

    /** Develops what was kept as it was sent, with all that a camera wrote into it, one after the other. Says how many. */
    async developOld(signal: AbortSignal): Promise<{ developed: number; broken: number }> {
      const done = { developed: 0, broken: 0 };
      while (!signal.aborted) {
        const old = await queries.oneAsSent(db.primary);
        if (!old) break;
        const picture = await develop(old.content).catch((error: { code?: string }) => {
          // it is tried again; all else that can be wrong with it stays wrong
          if (error.code === undefined || error.code === "PICTURES_BUSY") throw error;
          return undefined;
        });
        if (picture) {
          await db.transaction(async (tx) => {
            const now = await held(tx, old.productId);
            if (now?.sha256 === old.sha256) await put(tx, {}, old.productId, picture);
          });
          done.developed += 1;
        } else {
          await queries.markBroken(db.primary, old.productId, old.sha256);
          done.broken += 1;
        }
      }
      return done;
    },
  };
}

function said({ contentType, bytes, width, height, sha256 }: PictureFacts) {
  return { content_type: contentType, bytes, width, height, sha256 };
}
