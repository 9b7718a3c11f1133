/** SQL of the pictures of products. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Picture, PictureFacts } from "../pictures/picture.ts";

const FACTS = `content_type AS "contentType", octet_length(bytes) AS bytes, sha256, width, height`;

export async function pictureFacts(db: Knex, productId: number): Promise<PictureFacts | undefined> {
  const { rows } = await db.raw(`SELECT ${FACTS} FROM product_pictures WHERE product_id = ?`, [productId]);
  return rows[0];
}

export async function readPicture(db: Knex, productId: number): Promise<Picture | undefined> {
  const { rows } = await db.raw(`SELECT ${FACTS}, bytes AS content FROM product_pictures WHERE product_id = ?`, [
    productId,
  ]);
  return rows[0];
}

export async function putPicture(tx: Tx, productId: number, picture: Picture, now: Date): Promise<void> {
  const { contentType, content, sha256, width, height } = picture;
  await tx.raw(
    `INSERT INTO product_pictures (product_id, content_type, bytes, sha256, width, height, updated_at)
     VALUES (:productId, :contentType, :content, :sha256, :width, :height, :now)
     ON CONFLICT (product_id) DO UPDATE SET content_type = excluded.content_type, bytes = excluded.bytes,
       sha256 = excluded.sha256, width = excluded.width, height = excluded.height, updated_at = excluded.updated_at`,
    { productId, contentType, content, sha256, width, height, now },
  );
}

export async function deletePicture(tx: Tx, productId: number): Promise<void> {
  await tx.raw("DELETE FROM product_pictures WHERE product_id = ?", [productId]);
}
