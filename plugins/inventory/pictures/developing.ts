/** Runs in a thread of its own: decodes one picture, makes it small twice, writes JPEG of pixels alone, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { PhotonImage, resize, SamplingFilter } from "@silvia-odwyer/photon-node";
import { PAGE_SIDE, type Sides, TILE_SIDE, within } from "./sides.ts";
import { isSeenThrough, onWhite, type Pixels, turned } from "./turned.ts";

/** What the thread is asked and what it answers; undefined: the decoder gave up on it. */
export interface Order {
  bytes: Uint8Array;
  orientation: number;
}
export type Answer = { page: Developed; tile: Developed } | undefined;
export interface Developed extends Sides {
  bytes: Uint8Array;
}

const QUALITY = 82;

parentPort?.postMessage(develop(workerData as Order));

function develop({ bytes, orientation }: Order): Answer {
  try {
    const page = turned(small(PhotonImage.new_from_byteslice(bytes), PAGE_SIDE), orientation);
    return { page: written(page), tile: written(small(imageOf(page), TILE_SIDE)) };
  } catch {
    // it panics, and nothing of it is to be used again
    return undefined;
  }
}

/** Takes the image. */
function small(image: PhotonImage, most: number): Pixels {
  const first = resized(image, most);
  if (!isSeenThrough(first)) {
    image.free();
    return first;
  }
  // before it is made small: what nobody sees has a colour as well, which would mix into the edges
  const whole = pixelsOf(image);
  image.free();
  onWhite(whole);
  const flat = imageOf(whole);
  const pixels = resized(flat, most);
  flat.free();
  return pixels;
}

function resized(image: PhotonImage, most: number): Pixels {
  const was = { width: image.get_width(), height: image.get_height() };
  const { width, height } = within(was, most);
  if (width === was.width && height === was.height) return pixelsOf(image);
  const made = resize(image, width, height, SamplingFilter.Lanczos3);
  const pixels = pixelsOf(made);
  made.free();
  return pixels;
}

function pixelsOf(image: PhotonImage): Pixels {
  return { width: image.get_width(), height: image.get_height(), bytes: image.get_raw_pixels() };
}

function imageOf({ bytes, width, height }: Pixels): PhotonImage {
  return new PhotonImage(bytes, width, height);
}

function written(pixels: Pixels): Developed {
  const image = imageOf(pixels);
  const bytes = image.get_bytes_jpeg(QUALITY);
  image.free();
  return { width: pixels.width, height: pixels.height, bytes };
}
