/** Pictures of any size and shape, made for tests, with whatever a camera writes into them. */
import { crc32, deflateSync } from "node:zlib";
import { PhotonImage } from "@silvia-odwyer/photon-node";

type Colour = readonly [number, number, number];
export const RED: Colour = [230, 20, 20];
export const GREEN: Colour = [20, 180, 20];
export const BLUE: Colour = [20, 20, 230];
export const YELLOW: Colour = [230, 220, 20];
export const WHITE: Colour = [255, 255, 255];

/** A JPEG of four quarters, each of one colour: from the left, from the top. */
export function quarters(width: number, height: number, colours: readonly Colour[] = [RED, GREEN, BLUE, YELLOW]) {
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      pixels.set(colours[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? WHITE, (y * width + x) * 4);
  return Buffer.from(new PhotonImage(pixels, width, height).get_bytes_jpeg(90));
}

/** The colours in the middle of the four quarters, to the nearest of the five. */
export function seen(bytes: Buffer): Colour[] {
  const image = PhotonImage.new_from_byteslice(bytes);
  const [width, height, pixels] = [image.get_width(), image.get_height(), image.get_raw_pixels()];
  return [
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor((y * height) / 4) * width + Math.floor((x * width) / 4)) * 4;
    const far = (one: Colour) =>
      one.reduce((sum, value, index) => sum + Math.abs(value - (pixels[at + index] ?? 0)), 0);
    return [RED, GREEN, BLUE, YELLOW, WHITE].reduce((best, one) => (far(one) < far(best) ? one : best));
  });
}

/** What a camera knows: this stands in every note that the makers below write. */
export const SECRET = "4.7110N 74.0721W casa de Berta";

/** A segment of a JPEG. */
function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** The segment of EXIF, with the orientation, a place (the GPS directory) and words. */
export function exif(orientation: number): Buffer {
  const words = Buffer.from(`${SECRET}\0`, "latin1");
  const tiff = Buffer.alloc(8 + 2 + 3 * 12 + 4);
  tiff.write("MM\0*", "latin1");
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(3, 8);
  const entries = [
    [0x0112, 3, 1, orientation << 16],
    [0x010e, 2, words.length, tiff.length],
    [0x8825, 4, 1, tiff.length],
  ] as const;
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12;
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(count, at + 4);
    tiff.writeUInt32BE(value, at + 8);
  }
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff, words]));
}

/** A JPEG as a camera writes it: with EXIF, XMP, a profile, Photoshop's notes and a comment. */
export function noted(jpeg: Buffer, orientation = 1): Buffer {
  const note = (marker: number, name: string) => segment(marker, Buffer.from(`${name}\0${SECRET}`, "latin1"));
  return Buffer.concat([
    jpeg.subarray(0, 2),
    exif(orientation),
    note(0xe1, "http://ns.adobe.com/xap/1.0/"),
    note(0xe2, "ICC_PROFILE"),
    note(0xed, "Photoshop 3.0"),
    note(0xfe, "Comment"),
    jpeg.subarray(2),
  ]);
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, check]);
}

/** A PNG of those pixels (four bytes each), with these chunks besides. */
export function pngOf(
  width: number,
  height: number,
  pixels: Buffer,
  besides: readonly [string, Buffer][] = [],
): Buffer {
  const head = Buffer.from("00000000000000000806000000", "hex");
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const rows = Array.from({ length: height }, (_, y) => [
    Buffer.alloc(1),
    pixels.subarray(y * width * 4, (y + 1) * width * 4),
  ]);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    ...besides.map(([name, content]) => chunk(name, content)),
    chunk("IDAT", deflateSync(Buffer.concat(rows.flat()))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A PNG with words, packed words, XMP, EXIF and a profile that unpacks to very much. */
export function notedPng(profile = 64 * 1024 * 1024): Buffer {
  const words = (name: string) => Buffer.from(`${name}\0${SECRET}`, "latin1");
  const packed = (content: Buffer) =>
    Buffer.concat([Buffer.from("x\0\0", "latin1"), deflateSync(content, { level: 9 })]);
  return pngOf(8, 8, Buffer.alloc(8 * 8 * 4, 255), [
    ["iCCP", packed(Buffer.alloc(profile))],
    ["tEXt", words("Comment")],
    ["zTXt", packed(Buffer.from(SECRET))],
    ["iTXt", Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${SECRET}`, "latin1")],
    ["eXIf", Buffer.from(`MM\0*${SECRET}`, "latin1")],
  ]);
}

function riff(chunks: readonly [string, Buffer][]): Buffer {
  const body = chunks.map(([name, content]) => {
    const head = Buffer.alloc(8);
    head.write(name, "latin1");
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
  });
  const all = Buffer.concat([Buffer.from("WEBP"), ...body]);
  const head = Buffer.from("RIFF\0\0\0\0", "latin1");
  head.writeUInt32LE(all.length, 4);
  return Buffer.concat([head, all]);
}

/** The same WebP on a canvas of six by four, with EXIF, XMP and a profile; `wide`: its frame says that it is so wide. */
export function notedWebp(plain: Buffer, wide?: number): Buffer {
  const frame = Buffer.from(plain.subarray(20));
  if (wide !== undefined) frame.writeUInt16LE(wide, 6);
  const note = (name: string): [string, Buffer] => [name, Buffer.from(SECRET)];
  const canvas = Buffer.from([0x2c, 0, 0, 0, 5, 0, 0, 3, 0, 0]);
  return riff([["VP8X", canvas], note("ICCP"), ["VP8 ", frame], note("EXIF"), note("XMP ")]);
}

/** The same JPEG, and in it a second frame that says it is of so many pixels a side. */
export function twoFrames(jpeg: Buffer, side: number): Buffer {
  const at = jpeg.indexOf(Buffer.from("ffc0", "hex"));
  const end = at + 2 + jpeg.readUInt16BE(at + 2);
  const second = Buffer.from(jpeg.subarray(at, end));
  second.writeUInt16BE(side, 5);
  second.writeUInt16BE(side, 7);
  return Buffer.concat([jpeg.subarray(0, end), second, jpeg.subarray(end)]);
}

/** A JPEG of noise: as large as a photo. */
export function photo(width: number, height: number, seed = 1): Buffer {
  const pixels = new Uint8Array(width * height * 4);
  let state = seed;
  for (let at = 0; at < pixels.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const light = 96 + ((state >>> 24) & 63);
    pixels.set([light, (light + (at >> 14)) & 255, 255 - light, 255], at);
  }
  const image = new PhotonImage(pixels, width, height);
  const bytes = Buffer.from(image.get_bytes_jpeg(60));
  image.free();
  return bytes;
}
