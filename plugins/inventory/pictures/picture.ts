/** A picture as it is kept: JPEG of pixels alone, in the sizes that are shown. */
import { createHash } from "node:crypto";
import type { Answer } from "./developing.ts";
import type { PictureType } from "./sent.ts";

/** How an address names a picture: of this length, one of another content is another address. */
const HASH_LENGTH = 16;

export interface PictureFacts {
  /** of what was kept before pictures were developed: any that is taken */
  contentType: PictureType;
  bytes: number;
  sha256: string;
  /** as it is shown, in pixels */
  width: number;
  height: number;
}

export interface Picture extends PictureFacts {
  content: Buffer;
}

/** To be kept: `tile` is the same, smaller. */
export interface NewPicture extends Picture {
  tile: Buffer;
}

export type PictureSize = "page" | "tile";

export function hashOf({ sha256 }: Pick<PictureFacts, "sha256">): string {
  return sha256.slice(0, HASH_LENGTH);
}

export function toNewPicture({ page, tile }: NonNullable<Answer>): NewPicture {
  const content = Buffer.from(page.bytes);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const { width, height } = page;
  return {
    contentType: "image/jpeg",
    bytes: content.length,
    sha256,
    width,
    height,
    content,
    tile: Buffer.from(tile.bytes),
  };
}
