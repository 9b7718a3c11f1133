/**
 * What a file of a picture holds, read strictly and without decoding: the sides of every frame that a decoder would meet.
 * A file that means one thing to us and another to the decoder could ask it for any amount of memory.
 */
import type { Sides } from "./sides.ts";

/** The file ends too early, or is not put together as its kind says. */
export class Broken extends Error {}

const MARKER = 0xff;
const [START_OF_SCAN, FIRST_FRAME, LAST_FRAME] = [0xda, 0xc0, 0xcf];
/** among the markers of frames: tables, an extension, arithmetic conditions */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
/** without a length behind them; none belongs before the first scan */
const isBare = (marker: number) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);

/** Of a JPEG: up to the first scan; behind it the decoder takes no further frame. Throws Broken. */
export function jpegFrames(bytes: Buffer): Sides[] {
  const frames: Sides[] = [];
  let at = 2;
  for (;;) {
    if (bytes[at] !== MARKER) throw new Broken();
    while (bytes[at] === MARKER) at += 1;
    const marker = bytes[at] ?? 0;
    if (isBare(marker)) throw new Broken();
    const length = readUInt16(bytes, at + 1);
    if (length < 2) throw new Broken();
    if (marker === START_OF_SCAN) return frames;
    if (marker >= FIRST_FRAME && marker <= LAST_FRAME && !NO_FRAMES.includes(marker))
      frames.push({ height: readUInt16(bytes, at + 4), width: readUInt16(bytes, at + 6) });
    at += 1 + length;
  }
}

const [RIFF_HEAD, CHUNK_HEAD, MOVING_HEAD] = [12, 8, 16];

/** Of a WebP: the canvas and what is drawn on it. Throws Broken. */
export function webpFrames(bytes: Buffer): Sides[] {
  if (bytes.length < RIFF_HEAD || bytes.readUInt32LE(4) + CHUNK_HEAD > bytes.length) throw new Broken();
  return [...framesIn(bytes, RIFF_HEAD, bytes.length)];
}

function* framesIn(bytes: Buffer, from: number, to: number): Generator<Sides> {
  for (let at = from; at + CHUNK_HEAD <= to; ) {
    const name = bytes.toString("latin1", at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const start = at + CHUNK_HEAD;
    at = start + length + (length % 2);
    if (start + length > to) throw new Broken();
    const chunk = bytes.subarray(start, start + length);
    if (name === "ANMF") yield* framesIn(bytes, start + MOVING_HEAD, start + length);
    else if (name === "VP8X") yield { width: 1 + readUIntLE(chunk, 4, 3), height: 1 + readUIntLE(chunk, 7, 3) };
    else if (name === "VP8 ")
      yield { width: readUIntLE(chunk, 6, 2) & 0x3fff, height: readUIntLE(chunk, 8, 2) & 0x3fff };
    else if (name === "VP8L") {
      const sides = readUIntLE(chunk, 1, 4);
      yield { width: 1 + (sides & 0x3fff), height: 1 + ((sides >>> 14) & 0x3fff) };
    }
  }
}

const PNG_SIGNATURE = 8;
/** what draws. The rest is words and profiles, packed, of any size once they are unpacked */
const DRAWS = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];

/** A PNG without what does not draw. Throws Broken. */
export function barePng(bytes: Buffer): { frames: Sides[]; bytes: Buffer } {
  const kept = [bytes.subarray(0, PNG_SIGNATURE)];
  const frames: Sides[] = [];
  for (let at = PNG_SIGNATURE; ; ) {
    if (at + 12 > bytes.length) throw new Broken();
    const name = bytes.toString("latin1", at + 4, at + 8);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Broken();
    if (name === "IHDR") frames.push({ width: readUInt32(bytes, at + 8), height: readUInt32(bytes, at + 12) });
    if (DRAWS.includes(name)) kept.push(bytes.subarray(at, end));
    if (name === "IEND") return { frames, bytes: Buffer.concat(kept) };
    at = end;
  }
}

function readUInt16(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) throw new Broken();
  return bytes.readUInt16BE(at);
}

function readUInt32(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new Broken();
  return bytes.readUInt32BE(at);
}

function readUIntLE(bytes: Buffer, at: number, length: number): number {
  if (at + length > bytes.length) throw new Broken();
  return bytes.readUIntLE(at, length);
}
