/** What counts as a picture, told by its bytes alone: names and declared types are anybody's. */
import { createHash } from "node:crypto";
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import { errors } from "../errors.ts";

export const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** Nothing here makes a picture smaller, and an old terminal shows two dozen of them at once. */
export const MOST_BYTES = 512 * 1024;
/** a small file may unpack to more than an old terminal has */
export const MOST_PIXELS = 4096;

const KINDS = [
  ["image/jpeg", JPG],
  ["image/png", PNG],
  ["image/webp", WEBP],
] as const;

/** How an address names a picture: of this length, one of another content is another address. */
const HASH_LENGTH = 16;

export interface PictureFacts {
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

/** Throws PICTURE_MISSING, PICTURE_TOO_LARGE, PICTURE_UNKNOWN, PICTURE_TOO_MANY_PIXELS. */
export function readPicture(content: Buffer | undefined): Picture {
  if (content === undefined || content.length === 0) throw errors.PICTURE_MISSING();
  if (content.length > MOST_BYTES) throw errors.PICTURE_TOO_LARGE({ params: { limit: MOST_BYTES / 1024 } });
  const { contentType, width, height } = measure(content);
  if (width > MOST_PIXELS || height > MOST_PIXELS)
    throw errors.PICTURE_TOO_MANY_PIXELS({ params: { limit: MOST_PIXELS } });
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { contentType, bytes: content.length, sha256, width, height, content };
}

export function hashOf({ sha256 }: Pick<PictureFacts, "sha256">): string {
  return sha256.slice(0, HASH_LENGTH);
}

function measure(content: Buffer): Pick<PictureFacts, "contentType" | "width" | "height"> {
  // memory of its own: of a Buffer the library would read on into what lies beside it
  const bytes = Uint8Array.from(content);
  try {
    for (const [contentType, kind] of KINDS) {
      if (!kind.validate(bytes)) continue;
      const { width, height, orientation = 1 } = kind.calculate(bytes);
      if (!(width > 0 && height > 0)) break;
      // a camera held upright says so instead of turning what it saw
      return orientation >= 5 ? { contentType, width: height, height: width } : { contentType, width, height };
    }
  } catch {
    // it begins like a picture and is none
  }
  throw errors.PICTURE_UNKNOWN();
}
