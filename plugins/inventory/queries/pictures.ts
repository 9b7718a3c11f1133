/** SQL of the pictures of products. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { NewPicture, Picture, PictureFacts, PictureSize } from "../pictures/picture.ts";

const FACTS = `content_type AS "contentType", octet_length(bytes) AS bytes, sha256, width, height`;

export async function pictureFacts(db: Knex, productId: number): Promise<PictureFacts | undefined> {
  const { rows } = await db.raw(`SELECT ${FACTS} FROM product_pictures WHERE product_id = ?`, [productId]);
  return rows[0];
}

export async function readPicture(db: Knex, productId: number, size: PictureSize): Promise<Picture | undefined> {
  // an old one has no tile yet
  const { rows } = await db.raw(
    `SELECT ${FACTS}, CASE WHEN ?::boolean THEN coalesce(tile, bytes) ELSE bytes END AS content
     FROM product_pictures WHERE product_id = ?`,
    [size === "tile", productId],
  );
  return rows[0];
}

export async function putPicture(tx: Tx, productId: number, picture: NewPicture, now: Date): Promise<void> {
  const { contentType, content, sha256, width, height, tile } = picture;
  await tx.raw(
    `INSERT INTO product_pictures (product_id, content_type, bytes, sha256, width, height, tile, updated_at)
     VALUES (:productId, :contentType, :content, :sha256, :width, :height, :tile, :now)
     ON CONFLICT (product_id) DO UPDATE SET content_type = excluded.content_type, bytes = excluded.bytes,
       sha256 = excluded.sha256, width = excluded.width, height = excluded.height, tile = excluded.tile,
       broken = false, updated_at = excluded.updated_at`,
    { productId, contentType, content, sha256, width, height, tile, now },
  );
}

export async function deletePicture(tx: Tx, productId: number): Promise<void> {
  await tx.raw("DELETE FROM product_pictures WHERE product_id = ?", [productId]);
}

/** A picture as it was sent, before pictures were developed. */
export async function oneAsSent(db: Knex): Promise<{ productId: number; sha256: string; content: Buffer } | undefined> {
  const { rows } = await db.raw(
    `SELECT product_id AS "productId", sha256, bytes AS content FROM product_pictures
     WHERE tile IS NULL AND NOT broken ORDER BY product_id LIMIT 1`,
  );
  return rows[0];
}

export async function markBroken(db: Knex, productId: number, sha256: string): Promise<void> {
  await db.raw("UPDATE product_pictures SET broken = true WHERE product_id = ? AND sha256 = ?", [productId, sha256]);
}
