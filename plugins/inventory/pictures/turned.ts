/** Pixels, four bytes each, as they are to be seen. */
import type { Sides } from "./sides.ts";

export interface Pixels extends Sides {
  bytes: Uint8Array;
}

/** As EXIF's orientation (1 to 8) says that it is seen: mirrored, and from 5 on its rows are columns. */
export function turned(pixels: Pixels, orientation: number): Pixels {
  if (orientation === 1) return pixels;
  const { width, height } = pixels;
  const lies = orientation >= 5;
  const mirrored = [2, 3, 7, 8].includes(orientation);
  const upended = [3, 4, 6, 7].includes(orientation);
  const from = new Uint32Array(pixels.bytes.buffer, pixels.bytes.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  const sides = lies ? { width: height, height: width } : { width, height };
  for (let y = 0; y < sides.height; y += 1) {
    for (let x = 0; x < sides.width; x += 1) {
      const [column, row] = lies ? [y, x] : [x, y];
      const at = (upended ? height - 1 - row : row) * width + (mirrored ? width - 1 - column : column);
      to[y * sides.width + x] = from[at] ?? 0;
    }
  }
  return { ...sides, bytes: new Uint8Array(to.buffer) };
}

const OPAQUE = 255;

export function isSeenThrough({ bytes }: Pixels): boolean {
  for (let at = 3; at < bytes.length; at += 4) if (bytes[at] !== OPAQUE) return true;
  return false;
}

/** What is seen through would be black in a JPEG: it is laid on white, in place. */
export function onWhite({ bytes }: Pixels): void {
  for (let at = 0; at < bytes.length; at += 4) {
    const alpha = bytes[at + 3] ?? OPAQUE;
    if (alpha === OPAQUE) continue;
    for (let colour = at; colour < at + 3; colour += 1)
      bytes[colour] = Math.round(((bytes[colour] ?? 0) * alpha + OPAQUE * (OPAQUE - alpha)) / OPAQUE);
    bytes[at + 3] = OPAQUE;
  }
}
