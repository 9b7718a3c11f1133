/** What was sent as a picture, judged by its bytes alone: names and declared types are anybody's. Nothing is decoded here. */
import { JPG } from "image-size/types/jpg";
import { PNG } from "image-size/types/png";
import { WEBP } from "image-size/types/webp";
import { errors } from "../errors.ts";
import { Broken, barePng, jpegFrames, webpFrames } from "./frames.ts";
import type { Sides } from "./sides.ts";

export const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

const MEGABYTE = 1024 * 1024;
export const MOST_BYTES = 5 * MEGABYTE;
/** more than a telephone takes at 24 megapixels; what decoding one costs at most stands in ADR 12 */
export const MOST_PIXELS = 25_000_000;
/** no camera makes a strip */
const MOST_SIDE = 10_000;

/** A picture to be developed: what draws of it, and how it lies. */
export interface Sent {
  bytes: Buffer;
  /** EXIF's, 1 to 8 */
  orientation: number;
}

/** Throws PICTURE_MISSING, PICTURE_TOO_LARGE, PICTURE_UNKNOWN, PICTURE_BROKEN, PICTURE_TOO_MANY_PIXELS. */
export function readSent(content: Buffer | undefined): Sent {
  if (content === undefined || content.length === 0) throw errors.PICTURE_MISSING();
  if (content.length > MOST_BYTES) throw errors.PICTURE_TOO_LARGE({ params: { limit: MOST_BYTES / MEGABYTE } });
  const type = typeOf(content);
  if (type === undefined) throw errors.PICTURE_UNKNOWN();
  const { frames, bytes } = framesOf(type, content);
  if (frames.length === 0 || frames.some(({ width, height }) => width < 1 || height < 1)) throw errors.PICTURE_BROKEN();
  if (frames.some(isTooLarge)) throw errors.PICTURE_TOO_MANY_PIXELS({ params: { limit: MOST_PIXELS / 1_000_000 } });
  return { bytes, orientation: type === "image/jpeg" ? orientationOf(content) : 1 };
}

function isTooLarge({ width, height }: Sides): boolean {
  return width * height > MOST_PIXELS || width > MOST_SIDE || height > MOST_SIDE;
}

function typeOf(content: Buffer): PictureType | undefined {
  const kinds = [
    ["image/jpeg", JPG],
    ["image/png", PNG],
    ["image/webp", WEBP],
  ] as const;
  // memory of its own: of a Buffer the library would read on into what lies beside it
  const head = Uint8Array.from(content.subarray(0, 64));
  try {
    return kinds.find(([, kind]) => kind.validate(head))?.[0];
  } catch {
    // it begins like one and is none
    return undefined;
  }
}

function framesOf(type: PictureType, content: Buffer): { frames: Sides[]; bytes: Buffer } {
  try {
    if (type === "image/png") return barePng(content);
    return { frames: type === "image/jpeg" ? jpegFrames(content) : webpFrames(content), bytes: content };
  } catch (error) {
    if (error instanceof Broken) throw errors.PICTURE_BROKEN();
    throw error;
  }
}

/** A camera held upright says so instead of turning what it saw. */
function orientationOf(content: Buffer): number {
  try {
    const { orientation = 1 } = JPG.calculate(Uint8Array.from(content));
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  } catch {
    // as it lies: EXIF alone is odd
    return 1;
  }
}
